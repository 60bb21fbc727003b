package dev.authbridge.claude.signin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Reason;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.CredentialCheck;
import dev.authbridge.credential.CredentialCheck.Validity;
import dev.authbridge.credential.CredentialKind;
import dev.authbridge.credential.Credentials;
import dev.authbridge.login.CredentialSink.NotYetKept;
import dev.authbridge.store.FileStore;
import dev.authbridge.store.FileVault;
import dev.authbridge.support.HandTurnedLoop;
import dev.authbridge.support.Secrets;
import dev.authbridge.support.SecretsGrep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was won while nothing could be stored; with a real vault, whose folder is replaced by a file meanwhile. */
class StoringSinkTest {
    private static final Owner ANNA = new Owner("anna");

    @TempDir
    private Path data;

    private final HandTurnedLoop loop = new HandTurnedLoop();
    private Path vault;
    private FileVault files;
    private Validity validity = Validity.VALID;
    private int asked;
    private CompletableFuture<Void> service = CompletableFuture.completedFuture(null);
    private StoringSink sink;

    @BeforeEach
    void open() throws Exception {
        vault = data.resolve("vault");
        files = FileVault.open(data, Optional.empty(), ClaudeCredential.KINDS);
        Credentials credentials = new Credentials(
                new FileStore(files, Runnable::run, Runnable::run),
                credential -> {
                    asked++;
                    return service.thenApply(ready -> new CredentialCheck.Result(validity, "200", loop.now()));
                },
                ClaudeCredential.KINDS,
                Clock.systemUTC());
        sink = new StoringSink(credentials, loop);
        files.keep(ANNA, Secrets.credential(1));
    }

    private void breakVault() throws IOException {
        Files.move(vault, data.resolve("aside"));
        Files.createFile(vault);
    }

    private void mendVault() throws IOException {
        Files.delete(vault);
        Files.move(data.resolve("aside"), vault);
    }

    private CompletableFuture<CredentialSummary> keep(int token) {
        CompletionStage<CredentialSummary> kept = sink.keep(ANNA, CredentialKind.SIGN_IN_TOKEN, Secrets.token(token));
        loop.settle();
        return kept.toCompletableFuture();
    }

    private NotYetKept waits(int token) {
        Throwable failure = assertThrows(CompletionException.class, keep(token)::join);
        return (NotYetKept) failure.getCause();
    }

    private String stored() throws Exception {
        return files.read(ANNA).map(Credential::reveal).orElse("none");
    }

    @Test
    void isStoredAsSoonAsThatIsPossible() throws Exception {
        breakVault();
        NotYetKept waits;
        try (SecretsGrep log = SecretsGrep.open()) {
            waits = waits(2);
            assertTrue(log.log().stream().anyMatch(line -> line.contains("anna: Could not keep")), "" + log.log());
        }
        assertEquals(Reason.STORAGE_FAILED, waits.problem().reason());
        assertTrue(waits.problem().message().contains("memory"), waits.problem().message());
        loop.turn(Duration.ofMinutes(3));
        assertFalse(waits.later().toCompletableFuture().isDone());
        mendVault();
        assertEquals(Secrets.token(1).reveal(), stored());
        loop.turn(Duration.ofMinutes(1));
        assertTrue(waits.later().toCompletableFuture().isDone());
        assertEquals(Secrets.token(2).reveal(), stored());
        assertEquals(0, loop.count());
    }

    @Test
    void theServiceIsAskedOnceAMinuteAtMostInTheLongRun() throws Exception {
        breakVault();
        waits(2);
        loop.turn(Duration.ofMinutes(2));
        asked = 0;
        loop.turn(Duration.ofHours(1));
        assertEquals(60, asked, 1);
    }

    @Test
    void aNewerOneTakesItsPlace() throws Exception {
        breakVault();
        NotYetKept older = waits(2);
        NotYetKept newer = waits(3);
        mendVault();
        loop.turn(Duration.ofMinutes(2));
        assertEquals(Secrets.token(3).reveal(), stored());
        assertTrue(newer.later().toCompletableFuture().isDone());
        assertFalse(older.later().toCompletableFuture().isDone());
        breakVault();
        waits(4);
        mendVault();
        keep(5).join();
        loop.turn(Duration.ofMinutes(2));
        assertEquals(Secrets.token(5).reveal(), stored());
    }

    @Test
    void whatIsOnItsWayWhenTheOwnerSignsOutDoesNotArriveAfterThat() throws Exception {
        service = new CompletableFuture<>();
        CompletableFuture<CredentialSummary> kept = keep(2);
        sink.forget(ANNA);
        files.delete(ANNA);
        service.complete(null);
        loop.settle();
        assertTrue(kept.isCompletedExceptionally());
        assertEquals("none", stored());
        breakVault();
        service = new CompletableFuture<>();
        CompletableFuture<CredentialSummary> other = keep(3);
        sink.forget(ANNA);
        service.complete(null);
        loop.settle();
        assertTrue(other.isCompletedExceptionally());
        assertEquals(0, loop.count(), "nothing is tried again");
    }

    @Test
    void anOlderOneThatTheServiceAnswersLaterDoesNotReplaceANewerOne() throws Exception {
        CompletableFuture<Void> slow = new CompletableFuture<>();
        service = slow;
        keep(2);
        service = CompletableFuture.completedFuture(null);
        keep(3).join();
        slow.complete(null);
        loop.settle();
        assertEquals(Secrets.token(3).reveal(), stored());
    }

    @Test
    void isThrownAwayIfTheOwnerWantsItNoMoreOrTheServiceDoesNotTakeIt() throws Exception {
        breakVault();
        waits(2);
        sink.forget(ANNA);
        mendVault();
        loop.turn(Duration.ofMinutes(2));
        assertEquals(Secrets.token(1).reveal(), stored());
        breakVault();
        waits(3);
        mendVault();
        validity = Validity.INVALID;
        loop.turn(Duration.ofMinutes(2));
        validity = Validity.VALID;
        loop.turn(Duration.ofMinutes(2));
        assertEquals(Secrets.token(1).reveal(), stored());
        assertEquals(0, loop.count());
    }
}
