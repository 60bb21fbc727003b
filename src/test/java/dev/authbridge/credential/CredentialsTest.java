package dev.authbridge.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.login.AccessToken;
import dev.authbridge.login.CredentialMethod;
import dev.authbridge.login.CredentialSummary;
import dev.authbridge.login.LoginException;
import dev.authbridge.login.Owner;
import dev.authbridge.login.Reason;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
    private static final Owner ALICE = new Owner("alice");

    @TempDir
    private Path data;

    private final Queue<Runnable> worker = new ArrayDeque<>();
    private FileVault vault;
    private Credentials credentials;

    @BeforeEach
    void openTheVault() throws LoginException {
        vault = FileVault.open(data, Optional.empty());
        credentials = new Credentials(vault, worker::add, Clock.fixed(Secrets.MADE, ZoneOffset.UTC));
    }

    @Test
    void nothingIsDoneOnTheCallersThread() throws Exception {
        CompletionStage<CredentialSummary> kept = credentials.keep(ALICE, Secrets.token(1));
        assertFalse(kept.toCompletableFuture().isDone());
        assertEquals(Optional.empty(), vault.read(ALICE));
        worker.remove().run();
        assertTrue(kept.toCompletableFuture().isDone());
        assertTrue(vault.read(ALICE).isPresent());
    }

    @Test
    void aTokenIsKeptWithTheTimeOfItsMaking() throws Exception {
        CredentialSummary summary = done(credentials.keep(ALICE, Secrets.token(1)));
        assertEquals(Secrets.credential(1).summary(), summary);
        assertEquals(Optional.of(summary), done(credentials.summary(ALICE)));
        assertEquals(
                Secrets.token(1).reveal(),
                done(credentials.read(ALICE)).orElseThrow().reveal());
    }

    @Test
    void anApiKeyTakesTheTokensPlace() throws Exception {
        done(credentials.keep(ALICE, Secrets.token(1)));
        assertEquals(
                CredentialMethod.API_KEY,
                done(credentials.keepApiKey(ALICE, Secrets.apiKey(1))).method());
        assertEquals(Secrets.apiKey(1), vault.read(ALICE).orElseThrow().reveal());
    }

    @Test
    void whatIsNoCredentialLeavesTheEarlierOne() throws Exception {
        done(credentials.keep(ALICE, Secrets.token(1)));
        assertEquals(Reason.CREDENTIAL_INVALID, refused(credentials.keepApiKey(ALICE, "nonsense")));
        assertEquals(Reason.CREDENTIAL_INVALID, refused(credentials.keep(ALICE, new AccessToken("sk-ant-oat01-…"))));
        assertEquals(Secrets.token(1).reveal(), vault.read(ALICE).orElseThrow().reveal());
    }

    @Test
    void signingOutSaysWhetherThereWasAnything() throws Exception {
        done(credentials.keep(ALICE, Secrets.token(1)));
        assertTrue(done(credentials.signOut(ALICE)));
        assertFalse(done(credentials.signOut(ALICE)));
        assertEquals(Optional.empty(), done(credentials.summary(ALICE)));
    }

    private <T> T done(CompletionStage<T> stage) throws Exception {
        worker.remove().run();
        return stage.toCompletableFuture().getNow(null);
    }

    private Reason refused(CompletionStage<?> stage) {
        worker.remove().run();
        CompletableFuture<?> future = stage.toCompletableFuture();
        assertTrue(future.isCompletedExceptionally());
        Throwable cause = assertThrows(ExecutionException.class, future::get).getCause();
        return assertInstanceOf(LoginException.class, cause).problem().reason();
    }
}
