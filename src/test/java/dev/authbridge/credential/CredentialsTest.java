package dev.authbridge.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.AmbientCredentials;
import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.claude.CredentialSource;
import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.store.FileVault;
import dev.authbridge.support.Secrets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
    private static final Owner ALICE = new Owner("alice");

    @TempDir
    private Path data;

    private final ScriptedService service = new ScriptedService(() -> Secrets.MADE);
    private final List<Owner> changed = new ArrayList<>();
    private final Queue<Runnable> worker = new ArrayDeque<>();
    private FileVault vault;
    private Credentials credentials;

    @BeforeEach
    void openTheVault() throws Refusal {
        vault = FileVault.open(data, Optional.empty(), ClaudeCredential.KINDS);
        credentials = new Credentials(
                vault, service, ClaudeCredential.KINDS, worker::add, Clock.fixed(Secrets.MADE, ZoneOffset.UTC));
        credentials.listen(changed::add);
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
        assertEquals(Optional.of(summary), done(credentials.status(ALICE)).map(CredentialStatus::summary));
        assertEquals(
                Secrets.token(1).reveal(),
                done(credentials.use(ALICE)).orElseThrow().reveal());
    }

    @Test
    void anApiKeyTakesTheTokensPlace() throws Exception {
        done(credentials.keep(ALICE, Secrets.token(1)));
        assertEquals(
                ClaudeCredential.API_KEY.wireName(),
                done(credentials.keepApiKey(ALICE, Secrets.apiKey(1))).method());
        assertEquals(Secrets.apiKey(1), vault.read(ALICE).orElseThrow().reveal());
    }

    @Test
    void whatIsNoCredentialLeavesTheEarlierOne() throws Exception {
        done(credentials.keep(ALICE, Secrets.token(1)));
        assertEquals(Reason.CREDENTIAL_INVALID, refused(credentials.keepApiKey(ALICE, "nonsense")));
        assertEquals(Reason.CREDENTIAL_INVALID, refused(credentials.keep(ALICE, new Secret("sk-ant-oat01-…"))));
        assertEquals(Secrets.token(1).reveal(), vault.read(ALICE).orElseThrow().reveal());
    }

    @Test
    void signingOutSaysWhetherThereWasAnything() throws Exception {
        done(credentials.keep(ALICE, Secrets.token(1)));
        assertTrue(done(credentials.signOut(ALICE)));
        assertFalse(done(credentials.signOut(ALICE)));
        assertEquals(Optional.empty(), done(credentials.status(ALICE)));
    }

    @Test
    void aTokenThatTheServiceRefusesIsNotKeptAndTheEarlierOneStays() throws Exception {
        done(credentials.keep(ALICE, Secrets.token(1)));
        changed.clear();
        service.next(Validity.INVALID, "401 authentication_error: invalid bearer token");
        assertEquals(Reason.CREDENTIAL_INVALID, refused(credentials.keep(ALICE, Secrets.token(2))));
        assertEquals(Secrets.token(1).reveal(), vault.read(ALICE).orElseThrow().reveal());
        assertEquals(List.of(), changed);
    }

    @Test
    void aTokenThatTheServiceSaysNothingAboutIsKept() throws Exception {
        service.next(Validity.UNKNOWN, "403 permission_error: scope");
        done(credentials.keep(ALICE, Secrets.token(1)));
        CheckResult check = vault.read(ALICE).orElseThrow().lastCheck().orElseThrow();
        assertEquals(new CheckResult(Validity.UNKNOWN, "403 permission_error: scope", Secrets.MADE), check);
        assertEquals(List.of(ALICE), changed);
    }

    @Test
    void theAnswerIsKeptAndTheOwnerToldWhenItIsAnother() throws Exception {
        done(credentials.keep(ALICE, Secrets.token(1)));
        changed.clear();
        assertEquals(Validity.VALID, done(credentials.validate(ALICE)).validity());
        assertEquals(List.of(), changed);
        service.next(Validity.INVALID, "401");
        assertEquals(Validity.INVALID, done(credentials.validate(ALICE)).validity());
        assertEquals(List.of(ALICE), changed);
        assertEquals(
                "401",
                done(credentials.status(ALICE))
                        .orElseThrow()
                        .lastCheck()
                        .orElseThrow()
                        .said());
    }

    @Test
    void anAnswerThatComesTooLateJudgesNobodyElse() throws Exception {
        done(credentials.keep(ALICE, Secrets.token(1)));
        service.hold();
        CompletionStage<CredentialStatus> validated = credentials.validate(ALICE);
        worker.remove().run();
        vault.keep(ALICE, Secrets.credential(2));
        service.answerHeld(Validity.INVALID, "401");
        assertEquals(Validity.UNKNOWN, done(validated).validity());
        assertEquals(Optional.empty(), vault.read(ALICE).orElseThrow().lastCheck());
    }

    @Test
    void whoIsSignedOutHasNothingToCheckOrName() {
        assertEquals(Reason.SIGNED_OUT, refused(credentials.validate(ALICE)));
        assertEquals(Reason.SIGNED_OUT, refused(credentials.label(ALICE, "mine")));
    }

    @Test
    void theStatusShowsLabelAndLastUse() throws Exception {
        done(credentials.keep(ALICE, Secrets.token(1)));
        assertEquals(
                Optional.empty(), done(credentials.status(ALICE)).orElseThrow().lastUsed());
        assertEquals("mine", done(credentials.label(ALICE, "mine")).label());
        done(credentials.use(ALICE));
        CredentialStatus status = done(credentials.status(ALICE)).orElseThrow();
        assertEquals("mine", status.label());
        assertTrue(status.lastUsed().isPresent());
    }

    @Test
    void aNameStaysWithTheNextCredentialOfItsMethod() throws Exception {
        done(credentials.keep(ALICE, Secrets.token(1)));
        done(credentials.label(ALICE, "work account"));
        done(credentials.keep(ALICE, Secrets.token(2)));
        assertEquals("work account", vault.read(ALICE).orElseThrow().label());
        assertEquals(Secrets.token(2).reveal(), vault.read(ALICE).orElseThrow().reveal());

        done(credentials.keepApiKey(ALICE, Secrets.apiKey(1)));
        assertEquals("", vault.read(ALICE).orElseThrow().label(), "an API key is another thing");
        done(credentials.label(ALICE, "the team's key"));
        done(credentials.keepApiKey(ALICE, Secrets.apiKey(2)));
        assertEquals("the team's key", vault.read(ALICE).orElseThrow().label());

        done(credentials.signOut(ALICE));
        done(credentials.keepApiKey(ALICE, Secrets.apiKey(1)));
        assertEquals("", vault.read(ALICE).orElseThrow().label(), "who signed out begins anew");
    }

    @Test
    void theOtherPagesLearnOfANewName() throws Exception {
        done(credentials.keep(ALICE, Secrets.token(1)));
        changed.clear();
        done(credentials.label(ALICE, "mine"));
        assertEquals(List.of(ALICE), changed);
    }

    @Test
    void whatElseIsOnTheMachineIsShownToItsOwnerAlone() throws Exception {
        AmbientCredentials ambient =
                new AmbientCredentials(Map.of("ANTHROPIC_API_KEY", "sk-ant-api03-x", "HOME", data.toString()));
        Credentials all = new Credentials(
                vault,
                service,
                ClaudeCredential.KINDS,
                worker::add,
                Clock.fixed(Secrets.MADE, ZoneOffset.UTC),
                ambient::found);
        SeenCredentials alone = done(all.seen(Owner.DEFAULT));
        assertEquals(1, alone.ambient().size());
        assertFalse(alone.conflict());
        assertEquals(Optional.of(CredentialSource.ANTHROPIC_API_KEY.wireName()), alone.usedByHand());
        assertEquals(Optional.empty(), alone.usedThroughBridge());

        done(all.keep(Owner.DEFAULT, Secrets.token(1)));
        SeenCredentials both = done(all.seen(Owner.DEFAULT));
        assertTrue(both.conflict());
        assertEquals(Optional.of(CredentialSource.ANTHROPIC_API_KEY.wireName()), both.usedByHand());
        assertEquals(Optional.of(SeenCredentials.BRIDGE), both.usedThroughBridge());

        done(all.keep(ALICE, Secrets.token(2)));
        assertEquals(List.of(), done(all.seen(ALICE)).ambient());
    }

    @Test
    void whenTheServerStopsNothingHangs() {
        Credentials stopping = new Credentials(
                vault,
                service,
                ClaudeCredential.KINDS,
                task -> {
                    throw new RejectedExecutionException();
                },
                Clock.systemUTC());
        assertEquals(Reason.STORAGE_FAILED, refused(stopping.keep(ALICE, Secrets.token(1))));
        assertEquals(Reason.STORAGE_FAILED, refused(stopping.validate(ALICE)));
    }

    @Test
    void aFaultOfOursIsToldLikeAnyOther() {
        assertEquals(Reason.STORAGE_FAILED, refused(credentials.status(null)));
    }

    private <T> T done(CompletionStage<T> stage) throws Exception {
        while (!worker.isEmpty()) {
            worker.remove().run();
        }
        return stage.toCompletableFuture().getNow(null);
    }

    private Reason refused(CompletionStage<?> stage) {
        while (!worker.isEmpty()) {
            worker.remove().run();
        }
        CompletableFuture<?> future = stage.toCompletableFuture();
        assertTrue(future.isCompletedExceptionally());
        Throwable cause = assertThrows(ExecutionException.class, future::get).getCause();
        return assertInstanceOf(Refusal.class, cause).problem().reason();
    }
}
