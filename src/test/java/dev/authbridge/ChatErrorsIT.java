package dev.authbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.support.Answer;
import dev.authbridge.support.AuthSocketClient;
import dev.authbridge.support.ClaudeCli;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Prompts that the real CLI cannot answer: because of a missing or rejected sign-in, a limit, or a fault. */
class ChatErrorsIT extends ChatWithRealParts {
    @Test
    @DisplayName("Signed out: reported at once; after the login the same prompt is answered")
    void afterTheLoginTheSamePromptIsAnswered() throws Exception {
        bridge = cli(ClaudeCli.DEFAULT).start();
        AuthSocketClient client = bridge.connect();
        ask(client, "1", PROMPT);
        assertEquals("signed_out", reason(client, "1"));
        client.send("claude.auth.start");
        String code = signIn.codeFor(client.awaitUrl());
        grep.secret(code);
        client.send("claude.auth.code", Map.of("code", code));
        client.await("claude.auth.complete");
        // An organization's settings can run commands; see docs/chat.md.
        assertEquals(
                List.of(),
                signIn.vendor().unserved().stream()
                        .filter(path -> path.contains("settings"))
                        .toList(),
                "a login asks for no settings");
        ask(client, "1", PROMPT);
        assertEquals("It is a kind of zebra.", read(client, "It is a kind of zebra."));
        client.await("claude.chat.done");
    }

    @ParameterizedTest(name = "Claude {0}")
    @FieldSource("EVERYDAY")
    @DisplayName("A token that the service rejects is reported before the CLI's retries, on every page of the owner")
    void aRefusedTokenIsToldAtOnce(String version) throws Exception {
        signedIn();
        api.alwaysMessages(Answer.status(401));
        bridge = cli(version).start();
        AuthSocketClient other = bridge.connect();
        other.send("claude.auth.status");
        // When it starts, the server checks the token at the service.
        awaitValidity(other, "valid");
        api.alwaysModels(Answer.status(401));
        AuthSocketClient client = bridge.connect();
        ask(client, "1", PROMPT);
        assertEquals("credential_invalid", reason(client, "1"));
        // 2.0.77 does not report its retries, makes all of them, and has another model name the conversation.
        assertTrue(conversations().size() <= 6, "asked " + conversations().size() + " times");
        awaitValidity(other, "invalid");
    }

    @Test
    @DisplayName("An API key that the service rejects is reported at the first retry, not after ten")
    void aRejectedApiKeyIsReportedAtTheFirstRetry() throws Exception {
        signedInWith(ClaudeCredential.apiKey(API_KEY, Instant.now()));
        api.alwaysMessages(Answer.status(401));
        bridge = cli(ClaudeCli.DEFAULT).start();
        AuthSocketClient client = bridge.connect();
        ask(client, "1", PROMPT);
        assertEquals("credential_invalid", reason(client, "1"));
        assertTrue(conversations().size() <= 2, "asked " + conversations().size() + " times");
        assertEquals(API_KEY, api.requests().get(0).headers().get("x-api-key"));
    }

    @ParameterizedTest(name = "Claude {0}")
    @FieldSource("EVERYDAY")
    @DisplayName("A rate limit is reported with the time when it ends")
    void aLimitIsToldWithItsEnd(String version) throws Exception {
        signedIn();
        Instant reset = Instant.now().plus(Duration.ofHours(3)).truncatedTo(ChronoUnit.HOURS);
        api.alwaysMessages(Answer.status(
                429,
                Map.of(
                        "anthropic-ratelimit-unified-status",
                        "rejected",
                        "anthropic-ratelimit-unified-representative-claim",
                        "five_hour",
                        "anthropic-ratelimit-unified-reset",
                        Long.toString(reset.getEpochSecond()))));
        bridge = cli(version).with("TZ", "UTC").start();
        AuthSocketClient client = bridge.connect();
        ask(client, "1", PROMPT);
        JsonNode error = client.await("claude.chat.error");
        assertEquals("rate_limited", error.path("reason").asText());
        String when = DateTimeFormatter.ofPattern("'resets 'ha' (UTC)'", Locale.ROOT)
                .format(reset.atOffset(ZoneOffset.UTC))
                .toLowerCase(Locale.ROOT)
                .replace("utc", "UTC");
        assertTrue(
                error.path("error").asText().endsWith(when), error.path("error").asText() + ", not " + when);
    }

    @Test
    @DisplayName("A rate limit and a fault of the service are reported as such, and nobody is signed out")
    void otherFaultsAreReportedAsSuch() throws Exception {
        signedIn();
        bridge = cli(ClaudeCli.DEFAULT).start();
        AuthSocketClient client = bridge.connect();
        api.alwaysMessages(Answer.status(429));
        ask(client, "1", PROMPT);
        assertEquals("rate_limited", reason(client, "1"));
        api.alwaysMessages(Answer.status(500));
        ask(client, "2", PROMPT);
        assertEquals("network", reason(client, "2"));
        api.alwaysMessages(Answer.drop());
        ask(client, "3", PROMPT);
        assertEquals("network", reason(client, "3"));
        assertTrue(bridge.stored().isPresent());
    }
}
