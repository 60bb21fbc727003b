package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.ANNA;
import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.OTHER_KEY;
import static dev.authbridge.web.RunningServer.STATE;
import static dev.authbridge.web.RunningServer.TOKEN;
import static dev.authbridge.web.RunningServer.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.store.LockHolder;
import dev.authbridge.support.TestPrograms;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What pages are told about a credential whose file is damaged, or while another process writes to its folder. */
class CredentialStatusTest {
    private static final String AUTH = "/api/claude/auth";
    private static final String[] ANNAS = {"Authorization", "Bearer " + KEY};
    private static final String[] BENS = {"Authorization", "Bearer " + OTHER_KEY};

    @TempDir
    private Path folder;

    private RunningServer server;
    private Path file;

    @BeforeEach
    void signIn() throws Exception {
        server = new RunningServer(folder, RunningServer.Setting.USUAL.withLogins(true, 4, 1));
        server.signIn();
        file = folder.resolve("vault/anna.credential");
    }

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    @Test
    void anOpenLoginGoesOnWhenTheCredentialBecomesUnreadable() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            page.start();
            assertEquals("starting", page.until("status").path("state").asText());
            flipABit();
            JsonNode told = page.until("status");
            assertEquals("starting", told.path("state").asText());
            assertUnreadable(told.path("credential"));
            String url = server.setupToken.last().showsUrl(STATE).value();
            assertEquals(url, page.next("url").path("url").asText());
        }
    }

    @Test
    void noLoginStartsIfItsTokenCouldNotBeStored() throws Exception {
        flipABit();
        try (SocketClient page = server.connectAs(KEY)) {
            page.start();
            JsonNode error = page.until("error");
            assertEquals("storage_failed", error.path("reason").asText());
            assertTrue(error.path("error").asText().contains("sign out and in again"), error.toString());
            assertTrue(error.path("state").isMissingNode(), "no login is open");
            assertTrue(server.setupToken.programs().isEmpty());
        }
    }

    @Test
    void afterSigningOutOfAnUnreadableCredentialOneCanSignInAgain() throws Exception {
        flipABit();
        assertUnreadable(json(server.get(AUTH, ANNAS)).path("credential"));
        assertEquals("signed_out", json(server.get(AUTH, ANNAS)).path("state").asText());
        assertTrue(
                json(server.send("DELETE", AUTH, null, ANNAS)).path("deleted").asBoolean());
        assertTrue(json(server.get(AUTH, ANNAS)).path("credential").isMissingNode());
        try (SocketClient page = server.connectAs(KEY)) {
            server.startToPrompt(page);
            page.submit(RunningServer.CODE);
            page.until("status");
            server.setupToken.last().showsToken(TOKEN);
            page.until("complete");
        }
        assertEquals("signed_in", json(server.get(AUTH, ANNAS)).path("state").asText());
    }

    @Test
    void anOwnerWhoseFileIsRestoredIsSignedInAgain() throws Exception {
        byte[] whole = Files.readAllBytes(file);
        flipABit();
        assertUnreadable(json(server.get(AUTH, ANNAS)).path("credential"));
        Files.write(file, whole);
        look();
        JsonNode status = json(server.get(AUTH, ANNAS));
        assertEquals("signed_in", status.path("state").asText());
        assertEquals("valid", status.path("credential").path("validity").asText());
    }

    @Test
    void noStatusWaitsWhileAnotherProcessHoldsTheLock() throws Exception {
        // afterwards connections are open and classes are loaded
        server.get(AUTH, BENS);
        Process holder = TestPrograms.start(LockHolder.class, List.of(folder.toString()));
        try (BufferedReader said = new BufferedReader(new InputStreamReader(holder.getInputStream(), UTF_8));
                SocketClient page = server.connectAs(KEY)) {
            assertEquals("held", said.readLine());
            CompletableFuture<HttpResponse<String>> label = CompletableFuture.supplyAsync(() -> {
                try {
                    return server.send("POST", AUTH + "/label", "{\"label\":\"mine\"}", ANNAS);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            page.status();
            long limit = Duration.ofMillis(50).toNanos();
            long quickest = Long.MAX_VALUE;
            // On a busy machine it may take more than one attempt; the write gives up after ten seconds.
            for (long begun = System.nanoTime();
                    quickest >= limit
                            && System.nanoTime() - begun < Duration.ofSeconds(5).toNanos(); ) {
                long before = System.nanoTime();
                assertEquals(200, server.get(AUTH, BENS).statusCode());
                assertEquals(200, server.get(AUTH, ANNAS).statusCode());
                assertEquals(
                        TOKEN,
                        server.credentials
                                .use(ANNA)
                                .toCompletableFuture()
                                .get(5, TimeUnit.SECONDS)
                                .orElseThrow()
                                .reveal());
                quickest = Math.min(quickest, System.nanoTime() - before);
            }
            assertTrue(quickest < limit, quickest / 1_000 + " µs");
            assertFalse(label.isDone(), "the write waits for the lock");
            holder.getOutputStream().close();
            assertEquals(200, label.get(10, TimeUnit.SECONDS).statusCode());
        } finally {
            holder.destroyForcibly();
        }
    }

    private static void assertUnreadable(JsonNode credential) {
        assertEquals("unreadable", credential.path("state").asText(), credential.toString());
        assertEquals("storage_failed", credential.path("reason").asText());
        String advice = credential.path("error").asText();
        assertTrue(advice.contains("restore it from a backup, or sign out and in again"), advice);
        assertTrue(credential.path("fingerprint").isMissingNode());
    }

    private void flipABit() throws Exception {
        byte[] content = Files.readAllBytes(file);
        content[content.length - 20] ^= 1;
        Files.write(file, content);
        look();
    }

    /** Runs the check that the server does once a minute. */
    private void look() throws Exception {
        server.credentials.look().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
