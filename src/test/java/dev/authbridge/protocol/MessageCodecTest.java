package dev.authbridge.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.CredentialFields;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageCodecTest {
    private static final String CANARY = "canary-4711";

    @Test
    void readsEachEventOfTheContract() throws BadMessage {
        Optional<Secret> key = Optional.of(new Secret("k"));
        assertEquals(
                new ClientMessage.Start(key),
                MessageCodec.read("{\"event\":\"claude.auth.start\",\"data\":{\"key\":\"k\"}}"));
        assertEquals(
                new ClientMessage.Code(key, new Secret("a#b")),
                MessageCodec.read("{\"event\":\"claude.auth.code\",\"data\":{\"key\":\"k\",\"code\":\"a#b\"}}"));
        assertEquals(
                new ClientMessage.Cancel(Optional.empty()),
                MessageCodec.read("{\"event\":\"claude.auth.cancel\",\"data\":{}}"));
        assertEquals(
                new ClientMessage.AskStatus(Optional.empty(), Optional.empty()),
                MessageCodec.read("{\"data\":{},\"event\":\"claude.auth.status\"}"));
        assertEquals(
                new ClientMessage.AskStatus(key, Optional.of(7L)),
                MessageCodec.read("{\"event\":\"claude.auth.status\",\"data\":{\"key\":\"k\",\"seq\":7}}"));
        assertEquals(
                new ClientMessage.ChatPrompt(key, "7", new Secret("hi")),
                MessageCodec.read(
                        "{\"event\":\"claude.chat.prompt\",\"data\":{\"key\":\"k\",\"id\":\"7\",\"prompt\":\"hi\"}}"));
        assertEquals(
                new ClientMessage.ChatStop(key, "7"),
                MessageCodec.read("{\"event\":\"claude.chat.stop\",\"data\":{\"key\":\"k\",\"id\":\"7\"}}"));
    }

    @Test
    void ignoresUnknownFields() throws BadMessage {
        assertEquals(
                new ClientMessage.Start(Optional.empty()),
                MessageCodec.read("{\"event\":\"claude.auth.start\",\"more\":[1],\"data\":{\"else\":{\"a\":null}}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|not a JSON object",
                "`   `|not a JSON object",
                "canary-4711|not valid JSON",
                "{\"event\":\"canary-4711|not valid JSON",
                "[\"canary-4711\"]|not a JSON object",
                "null|not a JSON object",
                "7|not a JSON object",
                "{}|\"event\" is missing",
                "{\"event\":7,\"data\":{}}|\"event\" is not a string",
                "{\"event\":\"\",\"data\":{}}|\"event\" is empty",
                "{\"event\":\"canary-4711\",\"data\":{}}|names no event",
                "{\"event\":\"claude.auth.complete\",\"data\":{}}|names no event",
                "{\"event\":\"claude.auth.start\"}|\"data\" is missing",
                "{\"event\":\"claude.auth.start\",\"data\":null}|\"data\" is not an object",
                "{\"event\":\"claude.auth.start\",\"data\":[]}|\"data\" is not an object",
                "{\"event\":\"claude.auth.start\",\"data\":{\"key\":7}}|\"data.key\" is not a string",
                "{\"event\":\"claude.auth.start\",\"data\":{\"key\":null}}|\"data.key\" is not a string",
                "{\"event\":\"claude.auth.start\",\"data\":{\"key\":\"\"}}|\"data.key\" is empty",
                "{\"event\":\"claude.auth.code\",\"data\":{}}|\"data.code\" is missing",
                "{\"event\":\"claude.auth.code\",\"data\":{\"code\":[\"canary-4711\"]}}|\"data.code\" is not a string",
                "{\"event\":\"claude.auth.start\",\"data\":{}} x|not valid JSON",
                "{\"event\":\"claude.auth.start\",\"data\":{}}{}|not valid JSON",
                "{\"event\":\"claude.auth.start\",\"event\":\"canary-4711\",\"data\":{}}|same name twice",
                "{\"event\":\"claude.auth.start\",\"data\":{\"a\":[[[[[[[[[]]]]]]]]]}}|too deep",
                "{\"event\":\"claude.auth.start\",\"data\":{\"a\":11111111111111111111111111111111111111111}}|too long",
                "{\"event\":\"claude.chat.stop\",\"data\":{}}|\"data.id\" is missing",
                "{\"event\":\"claude.chat.stop\",\"data\":{\"id\":\"1234567890123456789012345678901234567890123456789012345678901234567\"}}|more than 64",
            })
    void namesTheFaultOfABadMessageAndNeverRepeatsIt(String text, String fault) {
        String said =
                assertThrows(BadMessage.class, () -> MessageCodec.read(text)).getMessage();
        assertEquals(true, said.contains(fault), said);
        assertFalse(said.contains(CANARY), said);
    }

    @Test
    void writesTheFieldsOfTheContract() {
        assertEquals(
                "{\"event\":\"claude.auth.status\",\"data\":{\"unchanged\":true,\"seq\":3}}",
                MessageCodec.write(new ServerMessage.Unchanged(3)));
        Instant end = Instant.parse("2027-01-02T03:04:05Z");
        assertEquals(
                "{\"event\":\"claude.auth.status\",\"data\":{\"state\":\"signed_out\",\"seq\":3,\"link\":\"/go/t\",\"owner\":\"anna\"}}",
                MessageCodec.write(new ServerMessage.Status(
                        "signed_out",
                        3,
                        Optional.of(new Secret("/go/t")),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        "anna",
                        Optional.empty())));
        assertEquals(
                "{\"event\":\"claude.auth.url\",\"data\":{\"url\":\"https://x/\",\"instructions\":\"do\","
                        + "\"loginId\":\"l\",\"seq\":4,\"expiresAt\":\"2027-01-02T03:04:05Z\",\"now\":\"2027-01-02T02:54:05Z\","
                        + "\"problem\":{\"reason\":\"network\",\"error\":\"No.\"},\"restarted\":true,\"owner\":\"anna\",\"severalOwners\":true}}",
                MessageCodec.write(new ServerMessage.Url(
                        new Secret("https://x/"),
                        "do",
                        "l",
                        4,
                        Optional.of(end),
                        Optional.of(end.minusSeconds(600)),
                        Optional.of(new ServerMessage.CodeProblem("network", "No.")),
                        Optional.of(true),
                        Optional.empty(),
                        "anna",
                        Optional.of(true))));
        assertEquals(
                "{\"event\":\"claude.auth.complete\",\"data\":{\"success\":true,\"loginId\":\"l\",\"seq\":5,"
                        + "\"credential\":{\"method\":\"oauth_token\",\"expiresAt\":\"2027-01-02T03:04:05Z\",\"expiresAtEstimated\":true,"
                        + "\"fingerprint\":\"f00d\",\"madeAt\":\"2027-01-02T02:54:05Z\"}}}",
                MessageCodec.write(new ServerMessage.Complete(
                        "l",
                        5,
                        CredentialFields.of(new CredentialSummary(
                                "oauth_token", end.minusSeconds(600), Optional.of(end), "f00d")))));
        assertEquals(
                "{\"event\":\"claude.auth.error\",\"data\":{\"success\":false,\"error\":\"No.\","
                        + "\"reason\":\"busy\",\"retryable\":true,\"seq\":6}}",
                MessageCodec.write(new ServerMessage.Failure(
                        "No.", "busy", true, Optional.empty(), Optional.empty(), 6, Optional.empty())));
        assertEquals(
                "{\"event\":\"claude.chat.text\",\"data\":{\"id\":\"7\",\"delta\":\"a\\\"b\\n\"}}",
                MessageCodec.write(new ServerMessage.ChatText("7", new Secret("a\"b\n"))));
    }

    @Test
    void aSecretIsWrittenOnlyInAFieldThatSaysThatItIsMeantForTheClient() {
        Secret secret = new Secret(CANARY);
        assertEquals(
                "{\"one\":\"canary-4711\",\"perhaps\":\"canary-4711\",\"named\":{\"A\":\"canary-4711\"}}",
                MessageCodec.writeObject(new Marked(secret, Optional.of(secret), Map.of("A", secret))));
        for (Record unmarked : List.of(
                new Plain(secret),
                new Perhaps(Optional.of(secret)),
                new Named(Map.of("A", secret)),
                new Any(secret),
                new Any(List.of(secret)),
                new Any(new Plain(secret)))) {
            IllegalStateException refused =
                    assertThrows(IllegalStateException.class, () -> MessageCodec.writeObject(unmarked));
            for (Throwable e = refused; e != null; e = e.getCause()) {
                assertFalse(e.getMessage().contains(CANARY), e.getMessage());
            }
            assertThrows(IllegalStateException.class, () -> MessageCodec.writeIndented(unmarked));
            assertFalse(unmarked.toString().contains(CANARY), unmarked.toString());
        }
    }

    @Test
    void aClassThatIsNoRecordIsNotWritten() {
        assertThrows(IllegalStateException.class, () -> MessageCodec.writeObject(new Any(new NoRecord(CANARY))));
        assertThrows(
                IllegalStateException.class, () -> MessageCodec.writeObject(new Any(List.of(new NoRecord(CANARY)))));
    }

    private static final class NoRecord {
        final String key;

        NoRecord(String key) {
            this.key = key;
        }
    }

    private record Marked(
            @RevealedToClient Secret one,
            @RevealedToClient Optional<Secret> perhaps,
            @RevealedToClient Map<String, Secret> named) {}

    private record Plain(Secret secret) {}

    private record Perhaps(Optional<Secret> secret) {}

    private record Named(Map<String, Secret> secrets) {}

    private record Any(Object value) {}

    @Test
    void noMessageShowsItsSecretsAsText() throws BadMessage {
        String read = MessageCodec.read(
                        "{\"event\":\"claude.auth.code\",\"data\":{\"key\":\"canary-4711\",\"code\":\"canary-4711\"}}")
                .toString();
        assertFalse(read.contains(CANARY), read);
        String written = new ServerMessage.Url(
                        new Secret(CANARY),
                        "do",
                        "l",
                        4,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        "anna",
                        Optional.empty())
                .toString();
        assertFalse(written.contains(CANARY), written);
    }
}
