package dev.authbridge.claude.signin;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.login.AuthorizationCode;
import dev.authbridge.login.AuthorizationUrl;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PastedCodeTest {
    private static final String CODE = "cGk2V3xaQ9exampleAuthCodeNotARealOne_4Zz7Lm1";
    private static final String STATE = "st4te_Qw9exampleStateNotARealOne_7Yk2pQ5vX";
    private static final String WHOLE = CODE + "#" + STATE;

    /** The table that the page's own rules are held to as well: {@code src/test/js/paste.test.js} reads the same. */
    private static JsonNode pastes() throws IOException {
        try (InputStream table = PastedCodeTest.class.getResourceAsStream("/pastes.json")) {
            return new ObjectMapper().readTree(table);
        }
    }

    static Stream<Named<JsonNode>> eachPaste() throws IOException {
        return StreamSupport.stream(pastes().path("pastes").spliterator(), false)
                .map(row -> Named.of(row.path("what").asText(), row));
    }

    @ParameterizedTest
    @MethodSource("eachPaste")
    void judgesAPasteAsThePageDoesAndInTheSameWords(JsonNode row) throws IOException {
        String code = pastes().path("code").asText();
        String state = pastes().path("state").asText();
        String paste = row.path("paste")
                .asText()
                .repeat(row.path("times").asInt(1))
                .replace("{code}", code)
                .replace("{state}", state);
        String found = row.path("found").asText();
        AuthorizationUrl link = url(pastes().path("url").asText());
        if (found.equals("whole")) {
            AuthorizationCode read = assertDoesNotThrow(() -> read(paste));
            assertDoesNotThrow(() -> read.requireAnswerTo(link));
            assertEquals(code + "#" + state, read.reveal());
        } else {
            Refusal refusal = assertThrows(Refusal.class, () -> read(paste).requireAnswerTo(link));
            assertEquals(
                    pastes().path("words").path(found).asText(),
                    refusal.problem().message());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                WHOLE,
                "  " + WHOLE + "\n",
                "\"" + WHOLE + "\"",
                "\u201C" + WHOLE + "\u201D",
                "`" + WHOLE + "`",
                "<" + WHOLE + ">",
                "\uFEFF" + WHOLE + "\u200B",
                "cGk2V3xaQ9exampleAuthCode\nNotARealOne_4Zz7Lm1#st4te_Qw9exampleState\r\n  NotARealOne_7Yk2pQ5vX",
                "cGk2V3xaQ9exampleAuthCodeNotARealOne_4Zz7Lm1 # st4te_Qw9exampleStateNotARealOne_7Yk2pQ5vX",
                "https://platform.claude.com/oauth/code/callback?code=" + CODE + "&state=" + STATE,
                "https://console.anthropic.com/oauth/code/callback?state=" + STATE + "&code=" + CODE + "&x=1",
                "https://platform.claude.com/oauth/code/callback?code=" + CODE + "%23" + STATE,
                "https://platform.claude.com/oauth/code/callback?code=" + CODE + "#" + STATE,
            })
    void theCodeIsFoundInWhatPeopleReallyPaste(String pasted) throws Refusal {
        assertEquals(WHOLE, read(pasted).reveal());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                CODE + " | only part of the code",
                CODE + "# | only part of the code",
                "#" + STATE + " | only part of the code",
                CODE + "#st4te | only part of the code",
                "123456 | number from the e-mail",
                "sk-ant-oat01-abcdefghijklmnopqrstuvwxyz | access token or API key",
                "https://claude.ai/oauth/authorize?code=true&state=" + STATE + " | address of a page",
                "https://claude.ai/oauth/authorize?IjDq7a3NaneNm761lccWmtwx8vvYXQGwoLNc0MaMk | address of a page",
                "https://example.org/ | address of a page",
                "https://platform.claude.com/oauth/code/callback?code=" + CODE + " | only part of the code",
                "hello, is this it? | not a sign-in code",
                "''| Paste the code",
            })
    void anythingButAWholeCodeIsRefusedSayingWhatItIs(String pasted, String says) {
        Refusal refusal = assertThrows(Refusal.class, () -> read(pasted));
        assertEquals(Reason.CODE_INCOMPLETE, refusal.problem().reason());
        assertTrue(refusal.getMessage().contains(says), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0003", "\u001b[201~", "\u007F", "\u0085", "\u0000", "\u0015"})
    void controlCharactersAreNeverAccepted(String control) {
        Refusal refusal = assertThrows(Refusal.class, () -> read(CODE + control + "#" + STATE));
        assertEquals(Reason.CODE_INCOMPLETE, refusal.problem().reason());
    }

    @Test
    void anAcceptedCodeIsPrintableAscii() throws Refusal {
        String typed = read("\u2018" + WHOLE + "\u2019").reveal();
        assertTrue(typed.chars().allMatch(character -> character > ' ' && character < 0x7F));
    }

    @Test
    void aHugePasteIsRefusedAtOnce() {
        assertThrows(Refusal.class, () -> read("a".repeat(1_000_000)));
    }

    @Test
    void aCodeOfAnotherLinkIsStaleWhereTheLinkShowsItsState() throws Refusal {
        AuthorizationCode code = read(WHOLE);
        AuthorizationUrl own = url("https://claude.com/cai/oauth/authorize?code=true&state=" + STATE);
        AuthorizationUrl other = url("https://claude.com/cai/oauth/authorize?code=true&state=" + STATE + "x");
        assertDoesNotThrow(() -> code.requireAnswerTo(own));
        Refusal refusal = assertThrows(Refusal.class, () -> code.requireAnswerTo(other));
        assertEquals(Reason.CODE_STALE, refusal.problem().reason());
    }

    @Test
    void ifTheLinkHidesItsStateAnyWholeCodeMayBeTried() throws Refusal {
        AuthorizationCode code = read(WHOLE);
        assertDoesNotThrow(() -> code.requireAnswerTo(url("https://claude.ai/oauth/authorize?IjDq7a3NaneNm761lcc")));
    }

    @Test
    void neitherTheCodeNorARefusalShowsWhatWasPasted() throws Refusal {
        Refusal refusal = assertThrows(Refusal.class, () -> read(CODE));
        assertAll(
                () -> assertFalse(read(WHOLE).toString().contains(CODE)),
                () -> assertFalse(refusal.toString().contains(CODE)));
    }

    private static AuthorizationCode read(String pasted) throws Refusal {
        return new PastedCode(new Secret(pasted)).read();
    }

    private static AuthorizationUrl url(String text) {
        return AuthorizationEndpoint.parse(text).orElseThrow();
    }
}
