package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalTextTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream terminal = TerminalText.filtered(new PrintStream(written, true, UTF_8));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0000",
                "\u0007",
                "\b",
                "\u007f",
                "\u001b",
                "\u0080",
                "\u0085",
                "\u009b",
                "\u009d",
                "\u202e",
                "\u2066",
                "\u2069",
                "\u200e",
                "\u200f",
                "\u061c",
                "\u2028",
                "\u001b\u001b"
            })
    void whatCouldControlATerminalIsDropped(String control) {
        terminal.print("a" + control + "b");
        assertEquals("ab", written.toString(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\u001b]0;title\u0007", "\u001b[2J", "\u001b[31;", "\u001b[123456789012345678901m", "\u001bc"})
    void noOtherControlSequenceThanAColourIsPrinted(String sequence) {
        terminal.print(sequence + "b");
        assertEquals(-1, written.toString(UTF_8).indexOf('\u001b'));
    }

    @Test
    void textOfAnyLanguageRemains() {
        String text = "größer, 日本語, עברית, 🔑\tand\r\nmore \u001b[30;107m\u2584\u001b[0m";
        terminal.print(text);
        assertEquals(text, written.toString(UTF_8));
    }

    @Test
    void bytesMayComeOneByOne() {
        for (byte next : "ü\u009b\u202e🔑\u001b[0m.".getBytes(UTF_8)) {
            terminal.write(next);
        }
        terminal.flush();
        assertEquals("ü🔑\u001b[0m.", written.toString(UTF_8));
    }

    @Test
    void brokenUtf8DoesNotHideAControlCharacter() {
        byte[] text = {
            (byte) 0xE2, (byte) 0x80, (byte) 0x1B, 'c', (byte) 0xC2, (byte) 0xC2, (byte) 0x9B, (byte) 0x9B, 'x'
        };
        terminal.write(text, 0, text.length);
        terminal.flush();
        assertEquals("cx", written.toString(UTF_8));
    }
}
