package dev.authbridge.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScreenRedactionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Open https://claude.ai/oauth/authorize?code=true now | Open [address] now",
                "see HTTPS://CLAUDE.AI/x | see [address]",
                "(https://claude.ai/x) | ([address]",
                "ai/oauth/authorize?state=abc | [address]",
                "x=https://a/OAuth/Authorize? y | [address] y",
                "it is sk-ant-oat01-x. | it is [redacted]",
                "code abcdefgh#ijklmnop | code [redacted]",
                "*****************abcdef | [redacted]",
                "costs $1 or \\1 | costs $1 or \\1",
                "a theme, fifteen-letters | a theme, fifteen-letters",
                "a theme, sixteen--letters | a theme, [redacted]",
            })
    void takesOutWhatCouldBeATokenACodeOrAnAddress(String text, String redacted) {
        assertEquals(redacted, ScreenRedaction.redact(text));
    }

    @Test
    void megabytesWithoutABlankCostNoMoreThanTheirLength() {
        // In a time that grows with the square of the length this would be minutes.
        String endless = "\u00e4".repeat(2_000_000) + "oauth/authorize?state=abc";
        assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> assertEquals("[address]", ScreenRedaction.redact(endless)));
        String harmless = "\u00e4".repeat(2_000_000);
        assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> assertEquals(harmless, ScreenRedaction.redact(harmless)));
    }
}
