package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.credential.SandboxVariables;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvFormatTest {
    /** Everything that is special in one of the formats; no credential has any of it. */
    static final List<String> HOSTILE = List.of(
            "it's",
            "''",
            "a\\b\\'c\\\\",
            "$HOME $(touch x) `touch x` ${x}",
            "a;b&c|d>e #f",
            "two  blanks and\ta tab",
            "two\nlines\n",
            "\r\n",
            "'\n'",
            "*?[a]~{b,c}%d!e",
            "\"quoted\"",
            "\u2018typographic\u2019 \u201a\u201b",
            "Grüße ☕",
            "NAME<<END=x",
            "end-\nOTHER=1",
            "%25%0A",
            "-n",
            "");

    static SandboxVariables variables(String value) {
        return new SandboxVariables(Map.of("VALUE", value), List.of("GONE", "ALSO_GONE"), List.of());
    }

    /** What these programs print, each followed by a zero byte. */
    static List<String> printed(ProcessBuilder program) throws Exception {
        Process process = program.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), printed);
        return new ArrayList<>(Arrays.asList(printed.split("\0", -1)));
    }

    @Test
    void aPosixShellGetsEveryValueAsItIs() throws Exception {
        StringBuilder script = new StringBuilder("export GONE=1 ALSO_GONE=1\n");
        for (String value : HOSTILE) {
            script.append(EnvFormat.shell.write(variables(value))).append("printf '%s\\0' \"$VALUE\"\n");
        }
        script.append("printf '%s\\0' \"${GONE-none}${ALSO_GONE-none}\"\n");
        List<String> expected = new ArrayList<>(HOSTILE);
        expected.addAll(List.of("nonenone", ""));
        assertEquals(expected, printed(new ProcessBuilder("sh", "-c", script.toString())));
    }

    /** A shell cannot be told from one of its own here, so the rules of its documentation are written down once more. */
    @Test
    void powershellGetsEveryValueAsItIs() throws Exception {
        assertEquals(
                "$env:GONE = $null;\n$env:ALSO_GONE = $null;\n$env:VALUE = 'sk-ant-x';\n",
                EnvFormat.powershell.write(variables("sk-ant-x")));
        for (String value : HOSTILE) {
            String written = EnvFormat.powershell.write(variables(value));
            String statement = written.lines().skip(2).findFirst().orElseThrow();
            assertEquals(3, written.lines().count(), "a statement is one line: " + written);
            assertEquals(value, evaluated(statement.substring("$env:VALUE = ".length(), statement.length() - 1)));
        }
    }

    /** What PowerShell makes of single-quoted texts and numbers of characters that are joined by plus signs. */
    private static String evaluated(String expression) {
        StringBuilder value = new StringBuilder();
        int at = 0;
        while (at < expression.length()) {
            if (expression.startsWith("+", at)) {
                at++;
            } else if (expression.startsWith("[char]1", at)) {
                value.append(expression.startsWith("[char]10", at) ? '\n' : '\r');
                at += "[char]10".length();
            } else {
                assertTrue(isQuote(expression.charAt(at)), expression);
                for (at++; !isQuote(expression.charAt(at)) || isDoubled(expression, at); at++) {
                    at += isQuote(expression.charAt(at)) ? 1 : 0;
                    value.append(expression.charAt(at));
                }
                at++;
            }
        }
        return value.toString();
    }

    private static boolean isQuote(char character) {
        return "'\u2018\u2019\u201a\u201b".indexOf(character) >= 0;
    }

    private static boolean isDoubled(String text, int at) {
        return at + 1 < text.length() && isQuote(text.charAt(at + 1));
    }

    @Test
    void theRunnerOfGithubGetsEveryValueAsItIs() throws Exception {
        for (String value : HOSTILE) {
            Map<String, String> read = readAsTheRunnerDoes(EnvFormat.github.write(variables(value)));
            assertEquals(Map.of("GONE", "", "ALSO_GONE", "", "VALUE", value), read);
        }
    }

    /** The runner's own rules for the file: {@code NAME=value}, or {@code NAME<<END}, lines, {@code END}; nothing else. */
    private static Map<String, String> readAsTheRunnerDoes(String file) {
        assertTrue(file.endsWith("\n"));
        List<String> lines = Arrays.asList(file.substring(0, file.length() - 1).split("\n", -1));
        Map<String, String> read = new LinkedHashMap<>();
        for (int at = 0; at < lines.size(); at++) {
            String line = lines.get(at);
            int equals = line.indexOf('=');
            int heredoc = line.indexOf("<<");
            if (equals > 0 && (heredoc < 0 || equals < heredoc)) {
                read.put(line.substring(0, equals), line.substring(equals + 1));
            } else {
                assertTrue(heredoc > 0, "Invalid format: " + line);
                int end = at + 1 + lines.subList(at + 1, lines.size()).indexOf(line.substring(heredoc + 2));
                read.put(line.substring(0, heredoc), String.join("\n", lines.subList(at + 1, end)));
                at = end;
            }
        }
        return read;
    }

    @Test
    void theRunnerOfGithubIsToldToMaskEveryValue() {
        for (String value : HOSTILE) {
            String command = EnvFormat.github.toStandardError(variables(value));
            assertTrue(command.startsWith("::add-mask::"), command);
            assertEquals(1, command.lines().count(), command);
            assertEquals(
                    value,
                    command.strip()
                            .substring("::add-mask::".length())
                            .replace("%0D", "\r")
                            .replace("%0A", "\n")
                            .replace("%25", "%"));
        }
    }

    @Test
    void programsGetEveryValueAsItIs() throws Exception {
        for (String value : HOSTILE) {
            JsonNode read = new ObjectMapper().readTree(EnvFormat.json.write(variables(value)));
            assertEquals(value, read.path("set").path("VALUE").asText());
            assertEquals("[\"GONE\",\"ALSO_GONE\"]", read.path("unset").toString());
        }
    }

    @Test
    void aFileWithoutQuotesHasNoValueThatNeedsThem() throws Exception {
        assertEquals(
                "# must not be set beside it: GONE ALSO_GONE\nVALUE=sk-ant-oat01-a_b~c.d+e/f=\n",
                EnvFormat.dotenv.write(variables("sk-ant-oat01-a_b~c.d+e/f=")));
        for (String value : HOSTILE) {
            if (!List.of("", "-n", "%25%0A").contains(value)) {
                assertThrows(CommandFailure.class, () -> EnvFormat.dotenv.write(variables(value)), value);
            }
        }
    }

    @Test
    void noFormatButOneWritesToStandardError() {
        for (EnvFormat format : EnvFormat.values()) {
            assertFalse(
                    format != EnvFormat.github
                            && !format.toStandardError(variables("x")).isEmpty(),
                    format.name());
        }
    }
}
