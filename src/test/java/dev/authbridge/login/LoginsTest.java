package dev.authbridge.login;

import static dev.authbridge.support.Stages.now;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.CredentialKind;
import dev.authbridge.support.HandTurnedLoop;
import dev.authbridge.support.ScriptedSignInProgram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class LoginsTest {
    private static final Owner ANNA = new Owner("anna");
    private static final Owner BEN = new Owner("ben");
    private static final Peer DESK = new Peer("127.0.0.1", "Firefox");
    private static final String STATE = "st4te_Qw9exampleStateNotARealOne_7Yk2pQ5vX";
    private static final String CODE = "cGk2V3xaQ9exampleAuthCodeNotARealOne_4Zz7Lm1#" + STATE;
    private static final String TOKEN = "sk-ant-oat01-" + "T".repeat(95);

    private final HandTurnedLoop loop = new HandTurnedLoop();
    private final ScriptedSignInProgram program = new ScriptedSignInProgram();
    private final ScriptedSignInProgram otherProgram = new ScriptedSignInProgram("another");
    private final SlowStore store = new SlowStore();
    private final List<String> seen = new ArrayList<>();

    /** A store whose writes finish or fail when the test says so. */
    private final class SlowStore implements CredentialSink {
        private final CompletableFuture<CredentialSummary> kept = new CompletableFuture<>();
        private CompletableFuture<Void> ready = CompletableFuture.completedFuture(null);
        private String kind;
        private Secret token;

        @Override
        public CompletionStage<Void> ready(Owner owner) {
            return ready;
        }

        @Override
        public CompletionStage<CredentialSummary> keep(Owner owner, String newKind, Secret newSecret) {
            kind = newKind;
            token = newSecret;
            return kept;
        }

        void finishes() {
            kept.complete(new CredentialSummary("oauth_token", loop.now(), Optional.empty(), "0123 4567"));
            loop.settle();
        }

        void fails(Throwable failure) {
            kept.completeExceptionally(failure);
            loop.settle();
        }
    }

    private Logins logins = logins(true, 8, 0);

    private Logins logins(boolean enabled, int most, int warm) {
        Logins made = new LocalLogins(
                List.of(program, otherProgram),
                store,
                loop,
                new Logins.Limits(enabled, Duration.ofMinutes(10), most, warm));
        made.watch(
                ANNA,
                snapshot -> seen.add(snapshot.state().map(LoginState::name).orElse("none")));
        return made;
    }

    private LoginState state() throws Refusal {
        loop.settle();
        return now(logins.snapshot(ANNA)).state().orElseThrow();
    }

    private <S extends LoginState> S state(Class<S> expected) throws Refusal {
        return assertInstanceOf(expected, state());
    }

    private static AuthorizationCode code() {
        return new AuthorizationCode(CODE, Optional.of(STATE));
    }

    /** Hands the code in for the login that is open now. */
    private CompletionStage<Void> submit(Owner owner, AuthorizationCode code) throws Refusal {
        return logins.submit(owner, now(logins.snapshot(owner)).loginId(), code);
    }

    @FunctionalInterface
    private interface Step {
        void take() throws Refusal;
    }

    private void keepOneWarm(int most) {
        logins = logins(true, most, 1);
        logins.keepWarm(true);
    }

    /** Starts Anna's login. Each of the following methods includes the one before it. */
    private LoginSnapshot start() throws Refusal {
        return now(logins.start(ANNA, DESK));
    }

    private void startToPrompt() throws Refusal {
        start();
        showsUrl();
    }

    private void startToVerifying() throws Refusal {
        startToPrompt();
        now(submit(ANNA, code()));
    }

    private void startToKeeping() throws Refusal {
        startToVerifying();
        program.last().showsToken(TOKEN);
        loop.settle();
    }

    private void showsUrl() {
        program.last().showsUrl(STATE);
        loop.settle();
    }

    private void assertRefused(Reason reason, Executable attempt) {
        assertEquals(reason, assertThrows(Refusal.class, attempt).problem().reason());
    }

    private void assertFailed(Reason reason) throws Refusal {
        assertEquals(reason, state(LoginState.Failed.class).problem().reason());
    }

    @Test
    void aLoginGoesFromStartToCodeToATokenOnDisk() throws Refusal {
        startToKeeping();
        assertEquals("verifying", state().name(), "not complete before the token is on disk");
        store.finishes();
        assertEquals(List.of("starting", "awaiting_code", "verifying", "signed_in"), seen);
        assertEquals(TOKEN, store.token.reveal());
        assertEquals(CredentialKind.SIGN_IN_TOKEN, store.kind);
        assertTrue(program.last().ended());
    }

    @Test
    void theOwnersOtherTabsJoinTheSameLogin() throws Refusal {
        LoginSnapshot first = start();
        LoginSnapshot second = now(logins.start(ANNA, new Peer("127.0.0.1", "phone")));
        assertEquals(first.loginId(), second.loginId());
        assertEquals(Optional.of(DESK), second.startedBy());
        assertEquals(1, program.programs().size());
    }

    @Test
    void anotherOwnerHasALoginOfTheirOwn() throws Refusal {
        start();
        now(logins.start(BEN, DESK));
        program.programs().get(1).showsUrl(STATE);
        loop.settle();
        assertEquals("starting", state().name());
        assertEquals(
                "awaiting_code", now(logins.snapshot(BEN)).state().orElseThrow().name());
    }

    @Test
    void submittingACodeTwiceSubmitsItOnce() throws Refusal {
        startToVerifying();
        now(submit(ANNA, code()));
        assertEquals(1, program.last().submitted().size());
        AuthorizationCode other =
                new AuthorizationCode("anotherCodeOfTheSameLink_4Zz7Lm1#" + STATE, Optional.of(STATE));
        assertRefused(Reason.BUSY, () -> now(submit(ANNA, other)));
    }

    @Test
    void aCodeOfAnotherLinkIsNotSpent() throws Refusal {
        start();
        program.last().showsUrl("anotherStateThanThatOfTheCode");
        loop.settle();
        assertRefused(Reason.CODE_STALE, () -> now(submit(ANNA, code())));
        assertEquals(List.of(), program.last().submitted());
        assertEquals("awaiting_code", state().name());
    }

    @Test
    void aCodeForAnEarlierLoginIsNotTypedIntoTheNextOne() throws Refusal {
        Optional<String> earlier = start().loginId();
        now(logins.cancel(ANNA));
        startToPrompt();
        assertRefused(Reason.CODE_STALE, () -> now(logins.submit(ANNA, earlier, code())));
        assertEquals(List.of(), program.last().submitted());
        assertEquals("awaiting_code", state().name());
    }

    @Test
    void anotherProcessTakesOverInTheSameLoginAndPlaceAndCodesOfTheOldLinkAreStale() throws Refusal {
        logins = logins(true, 1, 0);
        startToVerifying();
        String login = now(logins.snapshot(ANNA)).loginId().orElseThrow();
        program.last().refuses(Reason.CODE_REJECTED);
        program.last().startsAnew();
        LoginState.Starting starting = state(LoginState.Starting.class);
        assertTrue(starting.anew());
        assertEquals(Reason.CODE_REJECTED, starting.problem().orElseThrow().reason());
        program.last().showsUrl("stateOfTheSecondProcess");
        LoginState.AwaitingCode awaiting = state(LoginState.AwaitingCode.class);
        assertTrue(awaiting.anew());
        assertEquals(Reason.CODE_REJECTED, awaiting.problem().orElseThrow().reason());
        assertEquals(login, now(logins.snapshot(ANNA)).loginId().orElseThrow());
        assertRefused(Reason.CODE_STALE, () -> now(submit(ANNA, code())));
        assertEquals(1, logins.running());
        assertRefused(Reason.BUSY, () -> now(logins.start(BEN, DESK)));
        now(submit(ANNA, new AuthorizationCode(CODE, Optional.of("stateOfTheSecondProcess"))));
        program.last().refuses(Reason.CODE_REJECTED);
        assertFalse(state(LoginState.Starting.class).anew(), "that was said");
    }

    @Test
    void aRefusedCodeLeadsBackToThePromptAndSaysWhy() throws Refusal {
        startToVerifying();
        program.last().refuses(Reason.CODE_REJECTED);
        loop.settle();
        LoginState.Starting starting = state(LoginState.Starting.class);
        assertEquals(Reason.CODE_REJECTED, starting.problem().orElseThrow().reason());
        showsUrl();
        LoginState.AwaitingCode again = state(LoginState.AwaitingCode.class);
        assertEquals(Reason.CODE_REJECTED, again.problem().orElseThrow().reason());
        now(submit(ANNA, code()));
        assertEquals(2, program.last().submitted().size(), "the same code may be tried again, say after an outage");
    }

    @Test
    void aLoginCanBeStartedWithAnotherProgram() throws Refusal {
        now(logins.start(ANNA, DESK, "another"));
        loop.settle();
        assertEquals(0, program.programs().size());
        otherProgram.last().showsUrl(STATE);
        loop.settle();
        now(submit(ANNA, code()));
        assertEquals(List.of(code()), otherProgram.last().submitted());
    }

    @Test
    void aLoginThatWasKeptWarmIsNotGivenToWhoChoseAnotherProgram() throws Refusal {
        keepOneWarm(8);
        now(logins.start(ANNA, DESK, "another"));
        loop.settle();
        assertEquals(1, otherProgram.programs().size());
        assertEquals(2, logins.running(), "the warm login still waits");
    }

    @Test
    void anUnknownProgramCannotBeChosen() throws Exception {
        assertRefused(Reason.BAD_MESSAGE, () -> now(logins.start(ANNA, DESK, "a third")));
        assertFalse(now(logins.snapshot(ANNA)).open());
    }

    @Test
    void noLoginTimesOutWhileTheProgramIsBeingInstalled() throws Refusal {
        program.installing(true);
        start();
        loop.turn(Duration.ofMinutes(10));
        LoginSnapshot later = now(logins.snapshot(ANNA));
        assertEquals("starting", state().name());
        assertEquals(loop.now().plus(Duration.ofMinutes(10)), later.expiresAt().orElseThrow());
        program.installing(false);
        loop.turn(Duration.ofMinutes(10));
        assertFailed(Reason.TIMED_OUT);
    }

    @Test
    void aLoginEndsWhenNoCodeComesInTime() throws Refusal {
        startToPrompt();
        loop.turn(Duration.ofMinutes(10).minusMillis(1));
        assertEquals("awaiting_code", state().name());
        loop.turn(Duration.ofMillis(1));
        assertFailed(Reason.TIMED_OUT);
        assertTrue(program.last().ended());
        assertEquals(0, logins.running());
    }

    @Test
    void aLoginEndsWhenTheProgramDoesNotReactToTheCodeInTime() throws Refusal {
        startToVerifying();
        loop.turn(Duration.ofSeconds(90));
        assertFailed(Reason.TIMED_OUT);
    }

    @Test
    void aCancelledLoginIsGoneAndTheNextStartIsANewOne() throws Refusal {
        Optional<String> first = start().loginId();
        now(logins.cancel(ANNA));
        assertEquals("failed", state().name());
        assertTrue(program.last().ended());
        Optional<String> second = start().loginId();
        assertFalse(first.equals(second));
    }

    @Test
    void aCodeWithoutALoginIsRefused() throws Refusal {
        startToPrompt();
        assertRefused(Reason.TIMED_OUT, () -> now(submit(BEN, code())));
    }

    @Test
    void aTokenThatWasShownIsStoredEvenIfSomebodyCancels() throws Refusal {
        startToKeeping();
        now(logins.cancel(ANNA));
        loop.turn(Duration.ofHours(1));
        store.finishes();
        assertEquals("signed_in", state().name());
    }

    @Test
    void aLoginFailsWhenTheStoreTakesLongerThanHalfAMinute() throws Refusal {
        startToKeeping();
        loop.turn(Duration.ofSeconds(29));
        assertEquals("verifying", state().name());
        loop.turn(Duration.ofSeconds(1));
        assertEquals(
                Reason.STORAGE_FAILED, state(LoginState.Failed.class).problem().reason());
    }

    @Test
    void aStoppingServerWaitsForTheStoreForHalfAMinuteAtMost() throws Refusal {
        startToKeeping();
        CompletableFuture<Void> closed = logins.close().toCompletableFuture();
        loop.settle();
        assertFalse(closed.isDone());
        loop.turn(Duration.ofSeconds(30));
        loop.settle();
        assertTrue(closed.isDone());
    }

    @Test
    void noProgramIsStartedIfNoCredentialCouldBeKept() throws Refusal {
        store.ready = CompletableFuture.failedFuture(new Refusal(Reason.STORAGE_FAILED, "The disk is full."));
        start();
        assertEquals(
                new Problem(Reason.STORAGE_FAILED, "The disk is full."),
                state(LoginState.Failed.class).problem());
        assertTrue(program.programs().isEmpty());
    }

    @Test
    void theProgramIsStartedOnceTheStoreSaysThatItIsReady() throws Refusal {
        store.ready = new CompletableFuture<>();
        assertTrue(start().open());
        assertEquals("starting", state().name());
        assertTrue(program.programs().isEmpty());
        store.ready.complete(null);
        loop.settle();
        assertEquals(1, program.programs().size());
    }

    @Test
    void noProgramIsStartedForALoginThatWasCancelledBeforeTheStoreWasReady() throws Refusal {
        store.ready = new CompletableFuture<>();
        start();
        now(logins.cancel(ANNA));
        store.ready.complete(null);
        loop.settle();
        assertEquals("failed", state().name());
        assertTrue(program.programs().isEmpty());
    }

    @Test
    void theUrlOfAWarmLoginIsNotShownBeforeTheStoreIsReady() throws Refusal {
        keepOneWarm(8);
        loop.settle();
        program.last().showsUrl(STATE);
        loop.settle();
        store.ready = new CompletableFuture<>();
        start();
        assertEquals("starting", state().name());
        assertRefused(Reason.BUSY, () -> now(submit(ANNA, code())));
        store.ready.complete(null);
        assertEquals("awaiting_code", state().name());
    }

    @Test
    void aTokenThatCannotBeStoredFailsTheLogin() throws Refusal {
        startToKeeping();
        store.fails(new Refusal(Reason.STORAGE_FAILED, "The disk is full."));
        LoginState.Failed failed = state(LoginState.Failed.class);
        assertEquals(new Problem(Reason.STORAGE_FAILED, "The disk is full."), failed.problem());
    }

    @Test
    void theLoginFailsWhenTheProgramEndsInAnyState() throws Refusal {
        for (Step reached : List.<Step>of(this::start, this::startToPrompt, this::startToVerifying)) {
            reached.take();
            program.last().fails(Reason.CLI_FAILED);
            assertFailed(Reason.CLI_FAILED);
        }
    }

    @Test
    void eventsAfterTheEndOfAProgramAreIgnored() throws Refusal {
        start();
        ScriptedSignInProgram.Program old = program.last();
        now(logins.cancel(ANNA));
        start();
        old.showsUrl("anotherStateThanThatOfTheCode");
        old.showsToken(TOKEN);
        assertEquals("starting", state().name());
        assertEquals(null, store.token);
    }

    @Test
    void noMoreLoginsAreOpenThanTheLimitAllows() throws Refusal {
        logins = logins(true, 1, 0);
        start();
        assertRefused(Reason.BUSY, () -> now(logins.start(BEN, DESK)));
        now(logins.cancel(ANNA));
        now(logins.start(BEN, DESK));
        assertEquals(1, logins.running());
    }

    @Test
    void ofTwoHundredStartsAtOnceAsManyArePerformedAsTheLimitAllows() {
        logins = logins(true, 8, 1);
        logins.keepWarm(true);
        List<CompletionStage<LoginSnapshot>> starts = IntStream.range(0, 200)
                .mapToObj(number -> logins.start(new Owner("owner-" + number), DESK))
                .toList();
        loop.settle();
        assertEquals(8, program.programs().size());
        assertEquals(8, logins.running());
        starts.subList(0, 8)
                .forEach(start -> assertTrue(start.toCompletableFuture().join().open()));
        starts.subList(8, 200).forEach(start -> assertRefused(Reason.BUSY, () -> now(start)));
    }

    @Test
    void aProgramThatIsEndingCountsUntilItIsGone() throws Refusal {
        program.slowToEnd(true);
        logins = logins(true, 1, 0);
        start();
        now(logins.cancel(ANNA));
        assertEquals(1, logins.running());
        now(logins.start(BEN, DESK));
        assertEquals("starting", now(logins.snapshot(BEN)).state().orElseThrow().name());
        assertRefused(Reason.BUSY, () -> now(logins.start(ANNA, DESK)));
        assertEquals(1, program.programs().size(), "Ben's login waits");
        program.last().goes();
        assertEquals(0, logins.running());
        loop.settle();
        assertEquals(2, program.programs().size());
        assertEquals(1, logins.running());
    }

    @Test
    void whoCancelsAndStartsInTurnsNeverHasMoreProgramsThanTheLimitAllows() throws Refusal {
        program.slowToEnd(true);
        logins = logins(true, 1, 1);
        logins.keepWarm(true);
        for (int turn = 0; turn < 10; turn++) {
            assertTrue(start().open());
            loop.settle();
            now(logins.cancel(ANNA));
            logins.keepWarm(true);
            loop.settle();
        }
        assertEquals(1, program.programs().size());
        assertTrue(start().open());
        program.last().goes();
        loop.settle();
        assertEquals(2, program.programs().size());
        showsUrl();
        assertEquals("awaiting_code", state().name());
    }

    @Test
    void loginsThatWaitForRoomStartInTheOrderInWhichTheyCame() throws Refusal {
        program.slowToEnd(true);
        logins = logins(true, 2, 0);
        start();
        now(logins.start(BEN, DESK));
        now(logins.cancel(ANNA));
        now(logins.cancel(BEN));
        now(logins.start(BEN, DESK));
        start();
        program.programs().get(1).goes();
        loop.settle();
        program.last().showsUrl(STATE);
        loop.settle();
        assertEquals("starting", state().name());
        assertEquals(
                "awaiting_code", now(logins.snapshot(BEN)).state().orElseThrow().name());
    }

    @Test
    void aLoginDoesNotWaitForeverForAProgramThatDoesNotEnd() throws Refusal {
        program.slowToEnd(true);
        logins = logins(true, 1, 0);
        start();
        now(logins.cancel(ANNA));
        start();
        loop.turn(Duration.ofSeconds(10).minusMillis(1));
        assertEquals("starting", state().name());
        loop.turn(Duration.ofMillis(1));
        assertFailed(Reason.BUSY);
        program.last().goes();
        loop.settle();
        assertEquals(1, program.programs().size(), "a login that has given up starts nothing");
    }

    @Test
    void aClosingServerWaitsForTheProgramsThatAreEndingAndStartsNoneThatWait() throws Refusal {
        program.slowToEnd(true);
        logins = logins(true, 1, 0);
        start();
        now(logins.cancel(ANNA));
        start();
        CompletableFuture<Void> closed = logins.close().toCompletableFuture();
        loop.settle();
        assertFalse(closed.isDone());
        program.last().goes();
        loop.settle();
        assertTrue(closed.isDone());
        assertEquals(1, program.programs().size());
    }

    @Test
    void aLoginIsKeptWarmAgainOnceAnEndingProgramHasMadeRoom() throws Refusal {
        program.slowToEnd(true);
        keepOneWarm(1);
        start();
        now(logins.cancel(ANNA));
        logins.keepWarm(true);
        assertEquals(1, program.programs().size());
        program.last().goes();
        loop.settle();
        assertEquals(2, program.programs().size());
    }

    @Test
    void everyChangeHasAHigherNumber() throws Refusal {
        List<Long> numbers = new ArrayList<>();
        logins.watch(ANNA, snapshot -> numbers.add(snapshot.seq()));
        startToPrompt();
        now(logins.cancel(ANNA));
        assertEquals(List.of(1L, 2L, 3L), numbers);
    }

    @Test
    void aClosedWatchIsNotCalledAnyMore() throws Refusal {
        List<LoginSnapshot> told = new ArrayList<>();
        logins.watch(ANNA, told::add).close();
        start();
        assertEquals(List.of(), told);
    }

    @Test
    void aLoginThatWasKeptWarmIsAtItsUrlWhenItIsStarted() throws Refusal {
        keepOneWarm(8);
        showsUrl();
        loop.turn(Duration.ofMinutes(4));
        LoginSnapshot started = start();
        assertEquals("awaiting_code", started.state().orElseThrow().name());
        assertEquals(
                loop.now().plus(Duration.ofMinutes(10)), started.expiresAt().orElseThrow());
        assertEquals(2, program.programs().size(), "the next one is kept warm at once");
    }

    @Test
    void noLoginIsKeptWarmWhileNobodyIsConnected() throws Exception {
        logins = logins(true, 8, 1);
        assertEquals(0, program.programs().size());
        logins.keepWarm(true);
        assertEquals(1, logins.running());
        logins.keepWarm(false);
        assertEquals(0, logins.running());
        assertTrue(program.last().ended());
    }

    @Test
    void aWarmLoginIsReplacedBeforeItsUrlExpires() throws Exception {
        keepOneWarm(8);
        loop.turn(Duration.ofMinutes(5));
        loop.settle();
        assertEquals(2, program.programs().size());
        assertTrue(program.programs().get(0).ended());
        assertEquals(1, logins.running());
    }

    @Test
    void aWarmLoginThatFailsIsNotTriedAgainAtOnce() throws Exception {
        keepOneWarm(8);
        program.last().fails(Reason.CLI_FAILED);
        loop.settle();
        logins.keepWarm(true);
        assertEquals(1, program.programs().size());
        loop.turn(Duration.ofMinutes(1));
        assertEquals(2, program.programs().size());
    }

    @Test
    void aWarmLoginNeverTakesAPlaceFromAnOwner() throws Refusal {
        keepOneWarm(1);
        start();
        assertEquals(1, logins.running());
        assertEquals(1, program.programs().size());
    }

    @Test
    void aCredentialWonByALoginWithoutAnOwnerIsThrownAway() throws Exception {
        keepOneWarm(8);
        program.last().showsToken(TOKEN);
        loop.settle();
        assertEquals(null, store.token);
        assertEquals(0, logins.running());
    }

    @Test
    void nothingStartsWhereLoginsAreSwitchedOff() throws Exception {
        logins = logins(false, 8, 1);
        assertRefused(Reason.DISABLED, () -> now(logins.start(ANNA, DESK)));
        logins.keepWarm(true);
        assertEquals(0, program.programs().size());
    }

    @Test
    void closingEndsEveryLoginAndStartsNoNewOne() throws Refusal {
        keepOneWarm(8);
        start();
        CompletionStage<Void> closed = logins.close();
        loop.settle();
        assertTrue(closed.toCompletableFuture().isDone());
        assertTrue(program.programs().stream().allMatch(ScriptedSignInProgram.Program::ended));
        assertThrows(Refusal.class, () -> now(logins.start(BEN, DESK)));
        assertEquals(List.of("starting", "failed"), seen);
    }

    @Test
    void afterASignOutTheLastLoginIsForgotten() throws Refusal {
        start();
        now(logins.forget(ANNA));
        assertTrue(now(logins.snapshot(ANNA)).open(), "an open one goes on");
        now(logins.cancel(ANNA));
        now(logins.forget(ANNA));
        assertEquals(Optional.empty(), now(logins.snapshot(ANNA)).state());
    }

    @Test
    void aStoppingServerWaitsForATokenThatIsOnItsWayToTheDisk() throws Refusal {
        startToKeeping();
        CompletableFuture<Void> closed = logins.close().toCompletableFuture();
        loop.settle();
        assertTrue(program.last().ended());
        assertFalse(closed.isDone(), "the token cannot be had again");
        store.finishes();
        assertTrue(closed.isDone());
        assertEquals("signed_in", state().name());
    }
}
