package dev.authbridge.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.HandTurnedTimers;
import dev.authbridge.support.ScriptedSetupToken;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class LoginsTest {
    private static final Owner ANNA = new Owner("anna");
    private static final Owner BEN = new Owner("ben");
    private static final Initiator DESK = new Initiator("127.0.0.1", "Firefox");
    private static final String STATE = "st4te_Qw9exampleStateNotARealOne_7Yk2pQ5vX";
    private static final String CODE = "cGk2V3xaQ9exampleAuthCodeNotARealOne_4Zz7Lm1#" + STATE;
    private static final String TOKEN = "sk-ant-oat01-" + "T".repeat(95);

    private final HandTurnedTimers timers = new HandTurnedTimers();
    private final ScriptedSetupToken setupToken = new ScriptedSetupToken();
    private final SlowStore store = new SlowStore();
    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final List<String> seen = new ArrayList<>();

    /** A store whose disk a test lets finish or fail. */
    private final class SlowStore implements TokenStore {
        private final CompletableFuture<CredentialSummary> kept = new CompletableFuture<>();
        private AccessToken token;

        @Override
        public CompletionStage<CredentialSummary> keep(Owner owner, AccessToken newToken) {
            token = newToken;
            return kept;
        }

        void finishes() {
            kept.complete(
                    new CredentialSummary(CredentialMethod.OAUTH_TOKEN, timers.now(), Optional.empty(), "0123 4567"));
            settle();
        }

        void fails(Throwable failure) {
            kept.completeExceptionally(failure);
            settle();
        }
    }

    private Logins logins(int most, int warm) {
        Logins logins = new Logins(
                setupToken, store, timers, loop::add, new Logins.Limits(true, Duration.ofMinutes(10), most, warm));
        logins.watch(
                ANNA,
                snapshot -> seen.add(snapshot.state().map(LoginState::name).orElse("none")));
        return logins;
    }

    private void settle() {
        for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
    }

    private LoginState state(Logins logins) {
        settle();
        return logins.snapshot(ANNA).state().orElseThrow();
    }

    private static AuthorizationCode code() throws LoginException {
        return AuthorizationCode.read(CODE);
    }

    @Test
    void aLoginGoesFromItsStartOverItsCodeToATokenOnDisk() throws LoginException {
        Logins logins = logins(8, 0);
        logins.start(ANNA, DESK);
        setupToken.last().showsUrl(STATE);
        settle();
        logins.submit(ANNA, code());
        setupToken.last().showsToken(TOKEN);
        settle();
        assertEquals("verifying", state(logins).name(), "not complete before the token is on disk");
        store.finishes();
        assertEquals(List.of("starting", "awaiting_code", "verifying", "signed_in"), seen);
        assertEquals(TOKEN, store.token.reveal());
        assertTrue(setupToken.last().ended());
    }

    @Test
    void theOwnersOtherTabsJoinTheSameLogin() throws LoginException {
        Logins logins = logins(8, 0);
        LoginSnapshot first = logins.start(ANNA, DESK);
        LoginSnapshot second = logins.start(ANNA, new Initiator("127.0.0.1", "phone"));
        assertEquals(first.loginId(), second.loginId());
        assertEquals(Optional.of(DESK), second.startedBy());
        assertEquals(1, setupToken.programs().size());
    }

    @Test
    void anotherOwnerHasALoginOfHisOwn() throws LoginException {
        Logins logins = logins(8, 0);
        logins.start(ANNA, DESK);
        logins.start(BEN, DESK);
        setupToken.programs().get(1).showsUrl(STATE);
        settle();
        assertEquals("starting", state(logins).name());
        assertEquals("awaiting_code", logins.snapshot(BEN).state().orElseThrow().name());
    }

    @Test
    void submittingACodeTwiceSubmitsItOnce() throws LoginException {
        Logins logins = logins(8, 0);
        logins.start(ANNA, DESK);
        setupToken.last().showsUrl(STATE);
        settle();
        logins.submit(ANNA, code());
        logins.submit(ANNA, code());
        assertEquals(1, setupToken.last().submitted().size());
        AuthorizationCode other = AuthorizationCode.read("anotherCodeOfTheSameLink_4Zz7Lm1#" + STATE);
        LoginException busy = assertThrows(LoginException.class, () -> logins.submit(ANNA, other));
        assertEquals(Reason.BUSY, busy.problem().reason());
    }

    @Test
    void aCodeOfAnotherLinkIsNotSpent() throws LoginException {
        Logins logins = logins(8, 0);
        logins.start(ANNA, DESK);
        setupToken.last().showsUrl("anotherStateThanThatOfTheCode");
        settle();
        LoginException stale = assertThrows(LoginException.class, () -> logins.submit(ANNA, code()));
        assertEquals(Reason.CODE_STALE, stale.problem().reason());
        assertEquals(List.of(), setupToken.last().submitted());
        assertEquals("awaiting_code", state(logins).name());
    }

    @Test
    void aRefusedCodeLeadsBackToThePromptAndSaysWhy() throws LoginException {
        Logins logins = logins(8, 0);
        logins.start(ANNA, DESK);
        setupToken.last().showsUrl(STATE);
        settle();
        logins.submit(ANNA, code());
        setupToken.last().refuses(Reason.CODE_REJECTED);
        settle();
        LoginState.Starting starting = assertInstanceOf(LoginState.Starting.class, state(logins));
        assertEquals(Reason.CODE_REJECTED, starting.problem().orElseThrow().reason());
        setupToken.last().showsUrl(STATE);
        LoginState.AwaitingCode again = assertInstanceOf(LoginState.AwaitingCode.class, state(logins));
        assertEquals(Reason.CODE_REJECTED, again.problem().orElseThrow().reason());
        logins.submit(ANNA, code());
        assertEquals(2, setupToken.last().submitted().size(), "the same code may be tried again, say after an outage");
    }

    @Test
    void aLoginEndsWhenItsCodeDoesNotCome() throws LoginException {
        Logins logins = logins(8, 0);
        logins.start(ANNA, DESK);
        setupToken.last().showsUrl(STATE);
        settle();
        timers.turn(Duration.ofMinutes(10).minusMillis(1));
        assertEquals("awaiting_code", state(logins).name());
        timers.turn(Duration.ofMillis(1));
        LoginState.Failed failed = assertInstanceOf(LoginState.Failed.class, state(logins));
        assertEquals(Reason.TIMED_OUT, failed.problem().reason());
        assertTrue(setupToken.last().ended());
        assertEquals(0, logins.running());
    }

    @Test
    void aLoginEndsWhenTheProgramNeverAnswersTheCode() throws LoginException {
        Logins logins = logins(8, 0);
        logins.start(ANNA, DESK);
        setupToken.last().showsUrl(STATE);
        settle();
        logins.submit(ANNA, code());
        timers.turn(Duration.ofSeconds(90));
        LoginState.Failed failed = assertInstanceOf(LoginState.Failed.class, state(logins));
        assertEquals(Reason.TIMED_OUT, failed.problem().reason());
    }

    @Test
    void aCancelledLoginIsGoneAndTheNextStartIsANewOne() throws LoginException {
        Logins logins = logins(8, 0);
        Optional<String> first = logins.start(ANNA, DESK).loginId();
        logins.cancel(ANNA);
        assertEquals("failed", state(logins).name());
        assertTrue(setupToken.last().ended());
        Optional<String> second = logins.start(ANNA, DESK).loginId();
        assertFalse(first.equals(second));
        LoginException gone = assertThrows(
                LoginException.class, () -> logins.submit(BEN, code()), "who has no login has nothing to submit to");
        assertEquals(Reason.TIMED_OUT, gone.problem().reason());
    }

    @Test
    void aTokenThatWasSeenIsKeptEvenIfSomebodyCancels() throws LoginException {
        Logins logins = logins(8, 0);
        logins.start(ANNA, DESK);
        setupToken.last().showsUrl(STATE);
        settle();
        logins.submit(ANNA, code());
        setupToken.last().showsToken(TOKEN);
        settle();
        logins.cancel(ANNA);
        timers.turn(Duration.ofHours(1));
        store.finishes();
        assertEquals("signed_in", state(logins).name());
    }

    @Test
    void aTokenThatCannotBeStoredIsNoSuccess() throws LoginException {
        Logins logins = logins(8, 0);
        logins.start(ANNA, DESK);
        setupToken.last().showsUrl(STATE);
        settle();
        logins.submit(ANNA, code());
        setupToken.last().showsToken(TOKEN);
        settle();
        store.fails(new LoginException(Reason.STORAGE_FAILED, "The disk is full."));
        LoginState.Failed failed = assertInstanceOf(LoginState.Failed.class, state(logins));
        assertEquals(new Problem(Reason.STORAGE_FAILED, "The disk is full."), failed.problem());
    }

    @Test
    void theProgramsEndInAnyStateFailsTheLogin() throws LoginException {
        Logins logins = logins(8, 0);
        for (int step = 0; step < 3; step++) {
            logins.start(ANNA, DESK);
            if (step > 0) {
                setupToken.last().showsUrl(STATE);
                settle();
            }
            if (step > 1) {
                logins.submit(ANNA, code());
            }
            setupToken.last().fails(Reason.CLI_FAILED);
            LoginState.Failed failed = assertInstanceOf(LoginState.Failed.class, state(logins));
            assertEquals(Reason.CLI_FAILED, failed.problem().reason());
        }
    }

    @Test
    void whatAProgramSaysAfterItsEndChangesNothing() throws LoginException {
        Logins logins = logins(8, 0);
        logins.start(ANNA, DESK);
        ScriptedSetupToken.Program old = setupToken.last();
        logins.cancel(ANNA);
        logins.start(ANNA, DESK);
        old.showsUrl("anotherStateThanThatOfTheCode");
        old.showsToken(TOKEN);
        assertEquals("starting", state(logins).name());
        assertEquals(null, store.token);
    }

    @Test
    void asManyLoginsAreOpenAsMayBe() throws LoginException {
        Logins logins = logins(1, 0);
        logins.start(ANNA, DESK);
        LoginException busy = assertThrows(LoginException.class, () -> logins.start(BEN, DESK));
        assertEquals(Reason.BUSY, busy.problem().reason());
        logins.cancel(ANNA);
        logins.start(BEN, DESK);
        assertEquals(1, logins.running());
    }

    @Test
    void everyChangeHasAHigherNumber() throws LoginException {
        Logins logins = logins(8, 0);
        List<Long> numbers = new ArrayList<>();
        logins.watch(ANNA, snapshot -> numbers.add(snapshot.seq()));
        logins.start(ANNA, DESK);
        setupToken.last().showsUrl(STATE);
        settle();
        logins.cancel(ANNA);
        assertEquals(List.of(1L, 2L, 3L), numbers);
    }

    @Test
    void aWatcherThatWasClosedIsToldNothing() throws LoginException {
        Logins logins = logins(8, 0);
        List<LoginSnapshot> told = new ArrayList<>();
        logins.watch(ANNA, told::add).close();
        logins.start(ANNA, DESK);
        assertEquals(List.of(), told);
    }

    @Test
    void aLoginThatWasKeptWarmIsAtItsUrlWhenItIsStarted() throws LoginException {
        Logins logins = logins(8, 1);
        logins.keepWarm(true);
        setupToken.last().showsUrl(STATE);
        settle();
        timers.turn(Duration.ofMinutes(4));
        LoginSnapshot started = logins.start(ANNA, DESK);
        assertEquals("awaiting_code", started.state().orElseThrow().name());
        assertEquals(
                timers.now().plus(Duration.ofMinutes(10)), started.expiresAt().orElseThrow());
        assertEquals(2, setupToken.programs().size(), "the next one is kept warm at once");
    }

    @Test
    void nothingIsKeptWarmForNobody() {
        Logins logins = logins(8, 1);
        assertEquals(0, setupToken.programs().size());
        logins.keepWarm(true);
        assertEquals(1, logins.running());
        logins.keepWarm(false);
        assertEquals(0, logins.running());
        assertTrue(setupToken.last().ended());
    }

    @Test
    void aWarmLoginIsReplacedBeforeItsUrlGrowsOld() {
        Logins logins = logins(8, 1);
        logins.keepWarm(true);
        timers.turn(Duration.ofMinutes(5));
        settle();
        assertEquals(2, setupToken.programs().size());
        assertTrue(setupToken.programs().get(0).ended());
        assertEquals(1, logins.running());
    }

    @Test
    void aWarmLoginThatFailsIsNotTriedAgainAtOnce() {
        Logins logins = logins(8, 1);
        logins.keepWarm(true);
        setupToken.last().fails(Reason.CLI_FAILED);
        settle();
        logins.keepWarm(true);
        assertEquals(1, setupToken.programs().size());
        timers.turn(Duration.ofMinutes(1));
        assertEquals(2, setupToken.programs().size());
    }

    @Test
    void aWarmLoginNeverTakesAPlaceFromAnOwner() throws LoginException {
        Logins logins = logins(1, 1);
        logins.keepWarm(true);
        logins.start(ANNA, DESK);
        assertEquals(1, logins.running());
        assertEquals(1, setupToken.programs().size());
    }

    @Test
    void aTokenWithoutAnOwnerIsThrownAway() {
        Logins logins = logins(8, 1);
        logins.keepWarm(true);
        setupToken.last().showsToken(TOKEN);
        settle();
        assertEquals(null, store.token);
        assertEquals(0, logins.running());
    }

    @Test
    void nothingStartsWhereLoginsAreSwitchedOff() {
        Logins logins = new Logins(
                setupToken, store, timers, loop::add, new Logins.Limits(false, Duration.ofMinutes(10), 8, 1));
        LoginException disabled = assertThrows(LoginException.class, () -> logins.start(ANNA, DESK));
        assertEquals(Reason.DISABLED, disabled.problem().reason());
        logins.keepWarm(true);
        assertEquals(0, setupToken.programs().size());
    }

    @Test
    void closingEndsEveryLoginAndTakesNoNewOne() throws LoginException {
        Logins logins = logins(8, 1);
        logins.keepWarm(true);
        logins.start(ANNA, DESK);
        CompletionStage<Void> closed = logins.close();
        settle();
        assertTrue(closed.toCompletableFuture().isDone());
        assertTrue(setupToken.programs().stream().allMatch(ScriptedSetupToken.Program::ended));
        assertThrows(LoginException.class, () -> logins.start(BEN, DESK));
        assertEquals(List.of("starting", "failed"), seen);
    }

    @Test
    void afterASignOutTheLastLoginIsForgotten() throws LoginException {
        Logins logins = logins(8, 0);
        logins.start(ANNA, DESK);
        logins.forget(ANNA);
        assertTrue(logins.snapshot(ANNA).open(), "an open one goes on");
        logins.cancel(ANNA);
        logins.forget(ANNA);
        assertEquals(Optional.empty(), logins.snapshot(ANNA).state());
    }

    @Test
    void aStoppingServerWaitsForATokenThatIsOnItsWayToTheDisk() throws LoginException {
        Logins logins = logins(8, 0);
        logins.start(ANNA, DESK);
        setupToken.last().showsUrl(STATE);
        settle();
        logins.submit(ANNA, code());
        setupToken.last().showsToken(TOKEN);
        settle();
        CompletableFuture<Void> closed = logins.close().toCompletableFuture();
        settle();
        assertTrue(setupToken.last().ended());
        assertFalse(closed.isDone(), "the token cannot be had again");
        store.finishes();
        assertTrue(closed.isDone());
        assertEquals("signed_in", state(logins).name());
    }
}
