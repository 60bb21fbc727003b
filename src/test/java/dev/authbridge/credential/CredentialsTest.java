package dev.authbridge.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.AmbientCredentials;
import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.CredentialCheck.Validity;
import dev.authbridge.store.FileStore;
import dev.authbridge.store.FileVault;
import dev.authbridge.support.Secrets;
import java.nio.file.Files;
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
                new FileStore(vault, worker::add, worker::add),
                service,
                ClaudeCredential.KINDS,
                Clock.fixed(Secrets.MADE, ZoneOffset.UTC));
        credentials.listen(changed::add);
    }

    @Test
    void nothingIsDoneOnTheCallersThread() throws Exception {
        CompletionStage<CredentialSummary> kept =
                credentials.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(1));
        assertFalse(kept.toCompletableFuture().isDone());
        assertEquals(Optional.empty(), vault.read(ALICE));
        done(kept);
        assertTrue(kept.toCompletableFuture().isDone());
        assertTrue(vault.read(ALICE).isPresent());
    }

    @Test
    void aTokenIsStoredWithItsCreationTime() throws Exception {
        CredentialSummary summary = done(credentials.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(1)));
        assertEquals(Secrets.credential(1).summary(), summary);
        assertEquals(Optional.of(summary), credentials.status(ALICE).map(CredentialStatus::summary));
        assertEquals(
                Secrets.token(1).reveal(),
                done(credentials.use(ALICE)).orElseThrow().reveal());
    }

    @Test
    void anApiKeyReplacesTheToken() throws Exception {
        done(credentials.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(1)));
        assertEquals(
                ClaudeCredential.API_KEY.wireName(),
                done(credentials.keep(ALICE, CredentialKind.API_KEY, new Secret(Secrets.apiKey(1))))
                        .method());
        assertEquals(Secrets.apiKey(1), vault.read(ALICE).orElseThrow().reveal());
    }

    @Test
    void invalidInputLeavesTheEarlierCredential() throws Exception {
        done(credentials.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(1)));
        assertEquals(
                Reason.CREDENTIAL_INVALID,
                refused(credentials.keep(ALICE, CredentialKind.API_KEY, new Secret("nonsense"))));
        assertEquals(
                Reason.CREDENTIAL_INVALID,
                refused(credentials.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, new Secret("sk-ant-oat01-…"))));
        assertEquals(Secrets.token(1).reveal(), vault.read(ALICE).orElseThrow().reveal());
    }

    @Test
    void signingOutSaysWhetherThereWasAnything() throws Exception {
        done(credentials.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(1)));
        assertTrue(done(credentials.signOut(ALICE)));
        assertFalse(done(credentials.signOut(ALICE)));
        assertEquals(Optional.empty(), credentials.status(ALICE));
    }

    @Test
    void aTokenThatTheServiceRejectsIsNotStoredAndTheEarlierOneStays() throws Exception {
        done(credentials.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(1)));
        changed.clear();
        service.next(Validity.INVALID, "401 authentication_error: invalid bearer token");
        assertEquals(
                Reason.CREDENTIAL_INVALID,
                refused(credentials.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(2))));
        assertEquals(Secrets.token(1).reveal(), vault.read(ALICE).orElseThrow().reveal());
        assertEquals(List.of(), changed);
    }

    @Test
    void aTokenThatTheServiceCannotJudgeIsStored() throws Exception {
        service.next(Validity.UNKNOWN, "403 permission_error: scope");
        done(credentials.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(1)));
        CredentialCheck.Result check =
                vault.read(ALICE).orElseThrow().lastCheck().orElseThrow();
        assertEquals(new CredentialCheck.Result(Validity.UNKNOWN, "403 permission_error: scope", Secrets.MADE), check);
        assertEquals(List.of(ALICE), changed);
    }

    @Test
    void theAnswerIsStoredAndTheOwnerNotifiedIfItHasChanged() throws Exception {
        done(credentials.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(1)));
        changed.clear();
        assertEquals(Validity.VALID, done(credentials.validate(ALICE)).validity());
        assertEquals(List.of(), changed);
        service.next(Validity.INVALID, "401");
        assertEquals(Validity.INVALID, done(credentials.validate(ALICE)).validity());
        assertEquals(List.of(ALICE), changed);
        assertEquals(
                "401",
                credentials
                        .status(ALICE)
                        .orElseThrow()
                        .lastCheck()
                        .orElseThrow()
                        .said());
    }

    @Test
    void anAnswerThatComesTooLateDoesNotAffectALaterCredential() throws Exception {
        done(credentials.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(1)));
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
        done(credentials.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(1)));
        assertEquals(Optional.empty(), credentials.status(ALICE).orElseThrow().lastUsed());
        assertEquals("mine", done(credentials.label(ALICE, "mine")).label());
        done(credentials.use(ALICE));
        CredentialStatus status = credentials.status(ALICE).orElseThrow();
        assertEquals("mine", status.label());
        assertTrue(status.lastUsed().isPresent());
    }

    @Test
    void aNameStaysWithTheNextCredentialOfItsMethod() throws Exception {
        done(credentials.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(1)));
        done(credentials.label(ALICE, "work account"));
        done(credentials.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(2)));
        assertEquals("work account", vault.read(ALICE).orElseThrow().label());
        assertEquals(Secrets.token(2).reveal(), vault.read(ALICE).orElseThrow().reveal());

        done(credentials.keep(ALICE, CredentialKind.API_KEY, new Secret(Secrets.apiKey(1))));
        assertEquals("", vault.read(ALICE).orElseThrow().label(), "an API key is another thing");
        done(credentials.label(ALICE, "the team's key"));
        done(credentials.keep(ALICE, CredentialKind.API_KEY, new Secret(Secrets.apiKey(2))));
        assertEquals("the team's key", vault.read(ALICE).orElseThrow().label());

        done(credentials.signOut(ALICE));
        done(credentials.keep(ALICE, CredentialKind.API_KEY, new Secret(Secrets.apiKey(1))));
        assertEquals("", vault.read(ALICE).orElseThrow().label(), "who signed out begins anew");
    }

    @Test
    void theOtherPagesLearnOfANewName() throws Exception {
        done(credentials.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(1)));
        changed.clear();
        done(credentials.label(ALICE, "mine"));
        assertEquals(List.of(ALICE), changed);
    }

    @Test
    void otherCredentialsOnTheMachineAreShownOnlyToTheDefaultOwner() throws Exception {
        AmbientCredentials ambient =
                new AmbientCredentials(Map.of("ANTHROPIC_API_KEY", "sk-ant-api03-x", "HOME", data.toString()));
        Credentials all = new Credentials(
                new FileStore(vault, worker::add, worker::add),
                service,
                ClaudeCredential.KINDS,
                Clock.fixed(Secrets.MADE, ZoneOffset.UTC),
                () -> CompletableFuture.completedFuture(ambient.found()));
        SeenCredentials alone = seenBy(all, Owner.DEFAULT);
        assertEquals(1, alone.ambient().size());
        assertFalse(alone.conflict());
        assertEquals(Optional.of(AmbientCredentials.Source.ANTHROPIC_API_KEY.wireName()), alone.usedByHand());
        assertEquals(Optional.empty(), alone.usedThroughBridge());

        done(all.keep(Owner.DEFAULT, CredentialKind.SIGN_IN_TOKEN, Secrets.token(1)));
        SeenCredentials both = seenBy(all, Owner.DEFAULT);
        assertTrue(both.conflict());
        assertEquals(Optional.of(AmbientCredentials.Source.ANTHROPIC_API_KEY.wireName()), both.usedByHand());
        assertEquals(Optional.of(SeenCredentials.BRIDGE), both.usedThroughBridge());

        done(all.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(2)));
        assertEquals(List.of(), seenBy(all, ALICE).ambient());
    }

    @Test
    void theStatusIsAnsweredWithoutReadingTheDisk() throws Exception {
        done(credentials.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(1)));
        Files.delete(data.resolve("vault/alice.credential"));
        assertTrue(credentials.status(ALICE).isPresent(), "nothing was read");
        changed.clear();
        done(credentials.look());
        assertEquals(Optional.empty(), credentials.status(ALICE));
        assertEquals(List.of(ALICE), changed);
    }

    @Test
    void whatAnotherProcessWritesIsSeenByTheNextLook() throws Exception {
        done(credentials.look());
        vault.keep(ALICE, Secrets.credential(1));
        assertEquals(Optional.empty(), credentials.status(ALICE));
        done(credentials.look());
        assertEquals("", credentials.status(ALICE).orElseThrow().label());
        vault.update(ALICE, Secrets.credential(1), stored -> stored.withLabel("named elsewhere"));
        done(credentials.look());
        assertEquals("named elsewhere", credentials.status(ALICE).orElseThrow().label());
        changed.clear();
        vault.used(ALICE);
        done(credentials.look());
        assertTrue(credentials.status(ALICE).orElseThrow().lastUsed().isPresent());
        assertEquals(List.of(), changed, "a use is no news");
    }

    @Test
    void aCredentialThatIsHandedOverIsKnownFromThenOn() throws Exception {
        vault.keep(ALICE, Secrets.credential(1));
        assertEquals(
                Secrets.token(1).reveal(),
                done(credentials.use(ALICE)).orElseThrow().reveal());
        assertEquals(
                Secrets.credential(1).summary(),
                credentials.status(ALICE).orElseThrow().summary());
        assertEquals(List.of(ALICE), changed);
    }

    @Test
    void anUnreadableCredentialHasItsOwnStatusAndCanBeDeleted() throws Exception {
        done(credentials.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(1)));
        changed.clear();
        Path file = data.resolve("vault/alice.credential");
        Files.writeString(file, "damaged");
        assertEquals(Reason.STORAGE_FAILED, refused(credentials.ready(ALICE)));
        Problem why = credentials.seen(ALICE).unreadable().orElseThrow();
        assertEquals(Optional.empty(), credentials.status(ALICE));
        assertTrue(why.message().contains("restore it from a backup, or sign out and in again"), why.message());
        assertEquals(Map.of(ALICE, why), credentials.unreadable());
        assertEquals(List.of(ALICE), changed);
        done(credentials.look());
        assertEquals(List.of(ALICE), changed, "told once");
        assertTrue(done(credentials.signOut(ALICE)));
        assertEquals(SeenCredentials.NONE, credentials.seen(ALICE));
        done(credentials.ready(ALICE));
    }

    @Test
    void anOwnerIsSignedInAgainWhenTheMasterKeyIsRestored() throws Exception {
        done(credentials.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(1)));
        Path key = data.resolve("vault/master.key");
        byte[] saved = Files.readAllBytes(key);
        Files.delete(key);
        done(credentials.look());
        assertTrue(credentials.seen(ALICE).unreadable().isPresent());
        Files.write(key, saved);
        done(credentials.look());
        assertEquals(Optional.empty(), credentials.seen(ALICE).unreadable());
        assertTrue(credentials.status(ALICE).isPresent());
    }

    @Test
    void aCheckThatThrowsLosesNoToken() throws Exception {
        List<CredentialCheck> broken = List.of(
                asked -> CompletableFuture.failedFuture(new IllegalStateException("a stage that fails")), asked -> {
                    throw new IllegalStateException("no stage at all");
                });
        for (CredentialCheck check : broken) {
            Credentials withIt = new Credentials(
                    new FileStore(vault, worker::add, worker::add),
                    check,
                    ClaudeCredential.KINDS,
                    Clock.fixed(Secrets.MADE, ZoneOffset.UTC));
            CompletionStage<CredentialSummary> kept =
                    withIt.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(1));
            assertEquals(Secrets.credential(1).summary(), done(kept));
            assertEquals(Validity.UNKNOWN, withIt.status(ALICE).orElseThrow().validity());
            assertEquals(Validity.UNKNOWN, done(withIt.validate(ALICE)).validity());
            done(withIt.signOut(ALICE));
        }
    }

    @Test
    void aReadThatComesBackLateDoesNotUndoALaterOne() {
        HandedOutStore store = new HandedOutStore();
        Credentials slow =
                new Credentials(store, service, ClaudeCredential.KINDS, Clock.fixed(Secrets.MADE, ZoneOffset.UTC));
        slow.refresh(ALICE);
        slow.refresh(ALICE);
        CompletableFuture<Optional<CredentialStore.Kept>> first = store.nextRead();
        store.nextRead().complete(Optional.of(new CredentialStore.Kept(Secrets.credential(2), Optional.empty())));
        first.complete(Optional.of(new CredentialStore.Kept(Secrets.credential(1), Optional.empty())));
        assertEquals(
                Secrets.credential(2).summary(),
                slow.status(ALICE).orElseThrow().summary());
    }

    @Test
    void whenTheServerStopsNothingHangs() {
        Credentials stopping = new Credentials(
                new FileStore(vault, CredentialsTest::reject, CredentialsTest::reject),
                service,
                ClaudeCredential.KINDS,
                Clock.systemUTC());
        assertEquals(
                Reason.STORAGE_FAILED, refused(stopping.keep(ALICE, CredentialKind.SIGN_IN_TOKEN, Secrets.token(1))));
        assertEquals(Reason.STORAGE_FAILED, refused(stopping.validate(ALICE)));
    }

    @Test
    void aBugIsReportedLikeAnyOtherFault() {
        assertEquals(Reason.STORAGE_FAILED, refused(credentials.use(null)));
    }

    private SeenCredentials seenBy(Credentials all, Owner owner) throws Exception {
        done(all.look());
        return all.seen(owner);
    }

    private static void reject(Runnable task) {
        throw new RejectedExecutionException();
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
