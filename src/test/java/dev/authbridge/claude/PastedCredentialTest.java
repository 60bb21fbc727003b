package dev.authbridge.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PastedCredentialTest {
    private static final String TOKEN = "sk-ant-oat01-Ab3_-Zz9" + "q7Zr2LmX9wKc4VtBn8Hs".repeat(4) + "JdAA-xyz";

    private static String cut(int column, String lineBreak) {
        return TOKEN.substring(0, column) + lineBreak + TOKEN.substring(column);
    }

    static Stream<String> whatPeoplePaste() {
        return Stream.of(
                TOKEN,
                "  " + TOKEN + " \r\n",
                "\uFEFF" + TOKEN + "\u200B",
                "\u00A0" + TOKEN + "\u3000",
                cut(79, "\n"),
                cut(79, "\r\n"),
                cut(79, "\n   "),
                cut(100, "\n"),
                cut(60, " "),
                cut(60, "  "),
                cut(40, "\u200B"),
                cut(79, " \u2502\n\u2502 "),
                cut(79, "\\\n"),
                cut(79, "\n> "),
                TOKEN.substring(0, 40) + "\n" + TOKEN.substring(40, 80) + "\n" + TOKEN.substring(80) + "\n",
                "\"" + TOKEN + "\"",
                "'" + TOKEN + "'",
                "`" + TOKEN + "`",
                "\u201C" + TOKEN + "\u201D",
                "**" + TOKEN + "**",
                "<" + TOKEN + ">,",
                "<code>" + TOKEN + "</code>",
                "&quot;" + TOKEN + "&quot;",
                "{\"token\":\"" + TOKEN + "\",\"note\":1}",
                "```\n" + TOKEN + "\n```",
                "CLAUDE_CODE_OAUTH_TOKEN=" + TOKEN,
                "export CLAUDE_CODE_OAUTH_TOKEN=" + TOKEN,
                "export CLAUDE_CODE_OAUTH_TOKEN='" + TOKEN + "';",
                "export CLAUDE_CODE_OAUTH_TOKEN=" + cut(48, "\n"),
                "export CLAUDE_CODE_OAUTH_TOKEN=\"" + cut(48, "\n") + "\"\n",
                "set -gx CLAUDE_CODE_OAUTH_TOKEN " + TOKEN,
                "$env:CLAUDE_CODE_OAUTH_TOKEN = \"" + TOKEN + "\"",
                "  \"CLAUDE_CODE_OAUTH_TOKEN\": \"" + TOKEN + "\",",
                "CLAUDE_CODE_OAUTH_TOKEN: " + TOKEN + " # until May",
                "Authorization: Bearer " + TOKEN,
                "A=1\nCLAUDE_CODE_OAUTH_TOKEN=" + TOKEN + "\nB=2\n",
                "My token is " + TOKEN + ".",
                "\u001B[1;33m" + TOKEN + "\u001B[0m",
                "\u001B]8;;https://example.org\u0007" + TOKEN + "\u001B]8;;\u0007",
                TOKEN.replace('-', '\u2011'),
                TOKEN.replace("sk-ant", "\uFF53\uFF4B\uFF0D\uFF41\uFF4E\uFF54"),
                TOKEN + "\n" + TOKEN,
                "[200~" + TOKEN + "[201~",
                "^[[200~" + TOKEN + "^[[201~",
                "\u2713 Long-lived authentication token created successfully!\n\n"
                        + "Your OAuth token (valid for 1 year):\n\n"
                        + cut(80, "\n")
                        + "\n\nStore this token securely. You won't be able to see it again.\n\n"
                        + "Use this token by setting: export CLAUDE_CODE_OAUTH_TOKEN=<token>\n");
    }

    @ParameterizedTest
    @MethodSource("whatPeoplePaste")
    void theTokenIsFoundInWhatPeoplePaste(String pasted) throws Refusal {
        assertEquals(TOKEN, PastedCredential.read(pasted));
    }

    @Test
    void wordsAfterTheTokenAreNotPartOfIt() throws Refusal {
        assertEquals(TOKEN, PastedCredential.read(TOKEN + " is for the build machine"));
        assertEquals(TOKEN, PastedCredential.read(TOKEN + "\nThis is for the build machine"));
        assertEquals(TOKEN, PastedCredential.read(TOKEN + "\n\nThanks"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "nonsense", "export CLAUDE_CODE_OAUTH_TOKEN=", "SK-ANT-OAT01"})
    void withoutATokenItIsLeftAsItIs(String pasted) throws Refusal {
        assertEquals(pasted.strip(), PastedCredential.read(pasted));
    }

    @Test
    void whatIsNotOneWholeTokenIsRefused() {
        for (String pasted : new String[] {
            TOKEN + "\n" + TOKEN + "x",
            "CLAUDE_CODE_OAUTH_TOKEN=" + TOKEN + "\nANTHROPIC_API_KEY=" + TOKEN.replace("oat01", "api03"),
            "{\"accessToken\":\"" + TOKEN + "\",\"refreshToken\":\"" + TOKEN.replace("oat", "ort") + "\"}",
            TOKEN + " " + TOKEN.replace("oat", "ort"),
            TOKEN.substring(0, 20) + "..." + TOKEN.substring(90),
            TOKEN.substring(0, 20) + "\u2026",
            TOKEN.substring(0, 20) + "*****" + TOKEN.substring(90),
            TOKEN.substring(0, 20) + "\u2022\u2022\u2022\u2022",
            TOKEN.substring(0, 30) + "\u00E4" + TOKEN.substring(30),
            TOKEN.substring(0, 30) + "\u0000" + TOKEN.substring(30),
            "a".repeat(20_000),
        }) {
            Refusal refused = assertThrows(Refusal.class, () -> PastedCredential.read(pasted));
            assertEquals(Reason.CREDENTIAL_INVALID, refused.problem().reason());
            assertFalse(refused.getMessage().contains("sk-ant-o"), refused.getMessage());
        }
    }
}
