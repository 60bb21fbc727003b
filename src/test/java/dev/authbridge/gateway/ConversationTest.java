package dev.authbridge.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.access.AccessKey;
import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.access.AccessKeys;
import dev.authbridge.access.Audit;
import dev.authbridge.access.Bearer;
import dev.authbridge.access.Doorkeeper;
import dev.authbridge.access.LocalPairings;
import dev.authbridge.access.LocalSessions;
import dev.authbridge.access.LocalTickets;
import dev.authbridge.access.Pairings;
import dev.authbridge.access.RateLimits;
import dev.authbridge.access.Sessions;
import dev.authbridge.access.Tickets;
import dev.authbridge.chat.Chats;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.CredentialStore;
import dev.authbridge.credential.Credentials;
import dev.authbridge.login.AuthorizationUrl;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.LoginState;
import dev.authbridge.support.HandTurnedLoop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversations whose answers come when the test says so, as if from another machine, or never. */
class ConversationTest {
    private static final Owner ANNA = new Owner("anna");
    private static final String KEY = "the-access-key-of-anna";
    private static final String READER_KEY = "the-sandbox-key-of-anna";
    private static final Peer PEER = new Peer("192.0.2.7", "a browser");
    private static final LoginState STARTING = new LoginState.Starting(Optional.empty());
    private static final LoginState AWAITING = new LoginState.AwaitingCode(
            new AuthorizationUrl("https://claude.com/cai/oauth/authorize?state=abc", Optional.of("abc")),
            Optional.empty());
    private static final LoginState CANCELLED =
            new LoginState.Failed(new Problem(Reason.CANCELLED, "The login was cancelled."));
    private static final String STATUS = "{\"event\":\"claude.auth.status\",\"data\":{}}";
    private static final String START = "{\"event\":\"claude.auth.start\",\"data\":{}}";
    private static final String CANCEL = "{\"event\":\"claude.auth.cancel\",\"data\":{}}";
    private static final String CODE = "{\"event\":\"claude.auth.code\",\"data\":{\"code\":\"abc#abc\"}}";

    @TempDir
    private Path folder;

    private final HandTurnedLoop loop = new HandTurnedLoop();
    private final ScriptedLogins logins = new ScriptedLogins();
    private final ScriptedLimits limits = new ScriptedLimits();
    private final NotedWire wire = new NotedWire();

    private Path file;
    private AccessKeys keys;
    private Pairings pairings;
    private Devices devices;
    private Conversations conversations;
    private LoginDesk desk;
    private Doorkeeper doorkeeper;

    @BeforeEach
    void begin() throws Exception {
        file = Files.writeString(folder.resolve("keys"), line(KEY, "login") + line(READER_KEY, "read-credential"));
        keys = new AccessKeys(List.of(), Optional.of(file));
        serve(new LocalTickets<>(100, 100, loop::now));
    }

    private static String line(String key, String scope) {
        return "anna:" + AccessKey.of(ANNA, key, Set.of()).sha256() + ":" + scope + "\n";
    }

    private void serve(Tickets<Bearer> links) {
        Credentials credentials = new Credentials(
                new UnusedStore(),
                credential -> {
                    throw new AssertionError("nobody asks the service");
                },
                List.of(),
                Clock.fixed(loop.now(), ZoneOffset.UTC));
        pairings = new LocalPairings(bearer -> keys.holds(bearer.key()), loop::now, loop::steady);
        devices = new Devices(pairings, logins, loop);
        Sessions sessions = new LocalSessions(keys, Sessions.IDLE, folder.resolve("sessions"), loop, Runnable::run);
        doorkeeper = new Doorkeeper(keys, sessions, limits, new Audit(false, loop::now, line -> {}), loop, () -> {});
        desk = new LoginDesk(loop, logins, credentials, devices, links, limits, doorkeeper);
        Chats chats = new Chats(
                () -> false, Optional::empty, Map.of(), folder, credentials, loop, Runnable::run, Chats.Limits.USUAL);
        conversations = new Conversations(loop, doorkeeper, desk, chats);
    }

    private Conversation with(String key) {
        return with(new Grant.OfKey(
                Bearer.of(AccessKey.of(ANNA, key, Set.of(key.equals(KEY) ? Scope.LOGIN : Scope.READ_CREDENTIAL))),
                doorkeeper,
                desk));
    }

    private Conversation with(Grant grant) {
        return conversations.begin(wire, PEER, Optional.of(grant));
    }

    private void takeTheKeyAway() throws Exception {
        Files.writeString(file, "# nobody\n");
        assertTrue(keys.reload());
    }

    private static LoginSnapshot snapshot(long seq, String loginId, LoginState state) {
        return new LoginSnapshot(seq, Optional.of(loginId), Optional.of(state), Optional.of(PEER), Optional.empty());
    }

    @Test
    void anAnswerThatNeverComesIsAnErrorAndTheConversationGoesOn() throws Exception {
        logins.stands(snapshot(1, "one", STARTING));
        Conversation conversation = with(KEY);
        logins.holdAnswers();
        conversation.hear(CANCEL);
        conversation.hear(STATUS);
        assertTrue(wire.paused());
        logins.answerAtOnce();
        loop.turn(Duration.ofSeconds(10));
        assertEquals("timed_out", wire.next("error").path("reason").asText());
        assertEquals("starting", wire.next("status").path("state").asText());
        assertFalse(wire.paused());
        logins.answer();
        loop.settle();
        wire.assertNothingMore();
    }

    @Test
    void answersComeInTheOrderOfTheMessagesEvenToInvalidOnes() throws Exception {
        logins.stands(snapshot(1, "one", STARTING));
        Conversation conversation = with(KEY);
        logins.holdAnswers();
        conversation.hear(STATUS);
        conversation.complain(new Problem(Reason.BAD_MESSAGE, "Only text frames are known here."));
        conversation.hear("no JSON");
        wire.assertNothingMore();
        logins.answer();
        loop.settle();
        wire.next("status");
        assertEquals(
                "Only text frames are known here.",
                wire.next("error").path("error").asText());
        assertEquals("That is not valid JSON.", wire.next("error").path("error").asText());
    }

    @Test
    void noPendingAnswerIsSentAfterUnauthorized() throws Exception {
        for (String message : List.of(STATUS, START, CANCEL, CODE)) {
            begin();
            logins.stands(snapshot(1, "one", AWAITING));
            Conversation conversation = with(KEY);
            logins.holdAnswers();
            conversation.hear(message);
            takeTheKeyAway();
            conversations.recheck();
            assertEquals("unauthorized", wire.next("error").path("reason").asText(), message);
            logins.refuse(new Refusal(Reason.BUSY, "Too many people are signing in right now."));
            loop.settle();
            wire.assertNothingMore();
            assertFalse(conversation.isKnown());
            logins.answerAtOnce();
        }
    }

    @Test
    void theLossOfAKeyIsReportedOnce() throws Exception {
        logins.stands(snapshot(1, "one", STARTING));
        Conversation conversation = with(KEY);
        takeTheKeyAway();
        conversation.hear(STATUS);
        assertEquals("unauthorized", wire.next("error").path("reason").asText());
        logins.changes(snapshot(2, "one", AWAITING));
        conversations.recheck();
        conversations.refresh(ANNA);
        wire.assertNothingMore();
        assertEquals(0, logins.watchers());
    }

    @Test
    void aCodeIsNotSubmittedForAKeyThatWasTakenAwayMeanwhile() throws Exception {
        logins.stands(snapshot(1, "one", AWAITING));
        Conversation conversation = with(KEY);
        limits.hold();
        conversation.hear(CODE);
        takeTheKeyAway();
        limits.allow();
        loop.settle();
        assertEquals("unauthorized", wire.next("error").path("reason").asText());
        assertEquals(List.of(), logins.submitted);
    }

    @Test
    void aCodeIsSubmittedForTheLoginThatWasOpenWhenItCame() throws Exception {
        logins.stands(snapshot(1, "one", AWAITING));
        Conversation conversation = with(KEY);
        limits.hold();
        conversation.hear(CODE);
        logins.changes(snapshot(2, "one", CANCELLED));
        logins.changes(snapshot(3, "two", AWAITING));
        limits.allow();
        loop.settle();
        assertEquals(Optional.of("one"), logins.submittedFor);
    }

    @Test
    void noLoginIsStartedForAKeyThatWasTakenAwayMeanwhile() throws Exception {
        logins.stands(snapshot(1, "one", CANCELLED));
        Conversation conversation = with(KEY);
        limits.hold();
        conversation.hear(START);
        takeTheKeyAway();
        limits.allow();
        loop.settle();
        assertEquals("unauthorized", wire.next("error").path("reason").asText());
        assertEquals(0, logins.started);
    }

    @Test
    void aDeviceSubmitsNoCodeToTheLoginAfterItsOwn() throws Exception {
        logins.stands(snapshot(1, "one", AWAITING));
        Conversation phone = with(device("one"));
        limits.hold();
        phone.hear(CODE);
        logins.changes(snapshot(2, "one", CANCELLED));
        logins.changes(snapshot(3, "two", AWAITING));
        wire.next("error");
        limits.allow();
        loop.settle();
        assertEquals("timed_out", wire.next("error").path("reason").asText());
        assertEquals(List.of(), logins.submitted);
    }

    @Test
    void theCodeOfADeviceIsNotSubmittedOnceTheDeviceWasThrownOut() throws Exception {
        logins.stands(snapshot(1, "one", AWAITING));
        Conversation phone = with(device("one"));
        limits.hold();
        phone.hear(CODE);
        desk.throwOutDevice(Bearer.of(AccessKey.of(ANNA, KEY, Set.of(Scope.LOGIN))), PEER);
        limits.allow();
        loop.settle();
        assertEquals("unauthorized", wire.next("error").path("reason").asText());
        wire.assertNothingMore();
        assertEquals(List.of(), logins.submitted);
    }

    @Test
    void aLoginIsCancelledThatTookTheCodeOfADeviceWhileThatWasThrownOut() throws Exception {
        logins.stands(snapshot(1, "one", AWAITING));
        Conversation phone = with(device("one"));
        logins.whenSubmitted = () -> desk.throwOutDevice(Bearer.of(AccessKey.of(ANNA, KEY, Set.of(Scope.LOGIN))), PEER);
        phone.hear(CODE);
        assertEquals(1, logins.submitted.size());
        assertEquals(1, logins.cancels());
    }

    private Grant device(String loginId) throws Exception {
        Bearer anna = Bearer.of(AccessKey.of(ANNA, KEY, Set.of(Scope.LOGIN)));
        CompletableFuture<Pairings.Invitation> invitation =
                devices.invite(anna, snapshot(1, loginId, AWAITING)).toCompletableFuture();
        String token = invitation.join().token().reveal();
        Pairings.Device device =
                devices.join(token, PEER).toCompletableFuture().join().orElseThrow();
        return new Grant.OfDevice(device, devices, desk);
    }

    @Test
    void aClientThatLeavesDuringTheWaitLeavesNoWatcherBehind() throws Exception {
        logins.stands(snapshot(1, "one", STARTING));
        logins.holdAnswers();
        Conversation conversation = conversations.begin(wire, PEER, Optional.empty());
        conversation.hear("{\"event\":\"claude.auth.status\",\"data\":{\"key\":\"" + KEY + "\"}}");
        conversation.hear(STATUS);
        wire.close();
        conversations.end(conversation);
        logins.answer();
        loop.settle();
        wire.assertNothingMore();
        assertFalse(conversation.isKnown());
        assertEquals(0, logins.watchers());
    }

    @Test
    void anOlderStateIsNotSentAfterANewerOne() throws Exception {
        logins.stands(snapshot(1, "one", STARTING));
        Conversation conversation = with(KEY);
        logins.holdAnswers();
        conversation.hear(STATUS);
        logins.changes(snapshot(2, "one", AWAITING));
        wire.next("url");
        logins.answer();
        loop.settle();
        JsonNode status = wire.next("status");
        assertEquals("awaiting_code", status.path("state").asText());
        assertEquals(2, status.path("seq").asLong());
        wire.next("url");
        wire.assertNothingMore();
    }

    @Test
    void aChangeIsNotSentAgainAfterAStateThatIncludesItSoItsLinkStaysValid() throws Exception {
        ScriptedTickets links = new ScriptedTickets();
        serve(links);
        logins.stands(snapshot(1, "one", AWAITING));
        Conversation conversation = with(KEY);
        logins.changes(snapshot(2, "one", new LoginState.Verifying()));
        conversation.hear(STATUS);
        links.issued.remove(1).complete("second");
        loop.settle();
        assertEquals("/go/second", wire.next("status").path("link").asText());
        links.issued.remove(0).complete("first");
        loop.settle();
        wire.assertNothingMore();
        conversation.hear("{\"event\":\"claude.auth.status\",\"data\":{\"seq\":2}}");
        assertTrue(wire.next("status").path("unchanged").asBoolean());
    }

    @Test
    void theStateIsSentEvenIfNoLinkCanBeMade() throws Exception {
        ScriptedTickets links = new ScriptedTickets();
        serve(links);
        logins.stands(snapshot(1, "one", AWAITING));
        Conversation conversation = with(KEY);
        logins.changes(snapshot(2, "one", new LoginState.Verifying()));
        links.issued.remove(0).completeExceptionally(new Refusal(Reason.STORAGE_FAILED, "The tickets are gone."));
        loop.settle();
        JsonNode told = wire.next("status");
        assertEquals("verifying", told.path("state").asText());
        assertFalse(told.has("link"));
        conversation.hear(STATUS);
        loop.turn(Duration.ofSeconds(10));
        JsonNode whole = wire.next("status");
        assertEquals("verifying", whole.path("state").asText());
        assertFalse(whole.has("link"));
    }

    @Test
    void aKeyWithoutTheScopeForLoginsHearsNothingOfThem() throws Exception {
        Conversation sandbox = with(READER_KEY);
        logins.changes(snapshot(1, "one", AWAITING));
        conversations.refresh(ANNA);
        loop.turn(Duration.ofHours(1));
        wire.assertNothingMore();
        sandbox.hear(STATUS);
        JsonNode refused = wire.next("error");
        assertEquals("unauthorized", refused.path("reason").asText());
        assertFalse(refused.has("loginId") || refused.has("state"), refused.toString());
        wire.assertNothingMore();
    }

    @Test
    void noLoginIsKeptWarmForAKeyThatMayNotStartOne() {
        with(READER_KEY);
        conversations.refresh(ANNA);
        assertFalse(logins.warm());
        with(KEY);
        conversations.refresh(ANNA);
        assertTrue(logins.warm());
    }

    @Test
    void anUnexpectedExceptionIsReportedAndTheConversationGoesOn() throws Exception {
        Conversation conversation = with(KEY);
        logins.breaks();
        conversation.hear(START);
        assertEquals("storage_failed", wire.next("error").path("reason").asText());
        conversation.hear("no JSON");
        assertEquals("bad_message", wire.next("error").path("reason").asText());
    }

    @Test
    void loginsAreForgottenOnceTheirDevicesMayNoLongerAsk() throws Exception {
        logins.stands(snapshot(1, "one", AWAITING));
        device("one");
        assertEquals(1, devices.remembered());
        logins.changes(snapshot(2, "one", CANCELLED));
        assertEquals(0, logins.watchers());
        assertEquals(1, devices.remembered());
        // Logins without an invited device are not tracked here.
        IntStream.range(0, 50).forEach(turn -> logins.changes(snapshot(3 + turn, "later-" + turn, CANCELLED)));
        assertEquals(1, devices.remembered());
        loop.turn(Pairings.END_TOLD_FOR);
        assertEquals(0, devices.remembered());
    }

    @Test
    void nobodyIsInvitedToALoginThatHasEnded() throws Exception {
        Bearer anna = Bearer.of(AccessKey.of(ANNA, KEY, Set.of(Scope.LOGIN)));
        for (LoginSnapshot ended : List.of(snapshot(2, "one", CANCELLED), LoginSnapshot.none(3))) {
            CompletionStage<String> reason = devices.invite(anna, ended)
                    .handle((made, failure) ->
                            Refusal.problemOf(failure).reason().wireName());
            assertEquals("timed_out", reason.toCompletableFuture().join());
        }
        assertEquals(0, devices.remembered());
    }

    /** Tickets that are issued when the test says so. */
    private static final class ScriptedTickets implements Tickets<Bearer> {
        final List<CompletableFuture<String>> issued = new ArrayList<>();

        @Override
        public CompletionStage<String> issue(Bearer what, Owner owner, Holder holder) {
            issued.add(new CompletableFuture<>());
            return issued.get(issued.size() - 1);
        }

        @Override
        public CompletionStage<Optional<Bearer>> look(String ticket) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Optional<Bearer>> redeem(String ticket) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Boolean> lasts(String ticket, Duration more) {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public void renew(String ticket) {
            throw new UnsupportedOperationException();
        }
    }

    /** Limits that allow everything, at once or when the test says so. */
    private static final class ScriptedLimits implements RateLimits {
        private CompletableFuture<Void> answer = CompletableFuture.completedFuture(null);

        void hold() {
            answer = new CompletableFuture<>();
        }

        void allow() {
            answer.complete(null);
        }

        @Override
        public CompletionStage<Void> take(Kind kind, String who) {
            return answer;
        }
    }

    /** A store that is never used, because a credential's status comes from memory. */
    private static final class UnusedStore implements CredentialStore {
        private static <T> CompletionStage<T> fail() {
            return CompletableFuture.failedFuture(new AssertionError("nobody needs the store"));
        }

        @Override
        public CompletionStage<Optional<Kept>> read(Owner owner) {
            return fail();
        }

        @Override
        public CompletionStage<Void> keep(Owner owner, Function<Optional<Credential>, Credential> next) {
            return fail();
        }

        @Override
        public CompletionStage<Boolean> update(Owner owner, Credential asked, UnaryOperator<Credential> change) {
            return fail();
        }

        @Override
        public CompletionStage<Boolean> delete(Owner owner) {
            return fail();
        }

        @Override
        public CompletionStage<Void> used(Owner owner) {
            return fail();
        }

        @Override
        public CompletionStage<Void> ready(Owner owner) {
            return fail();
        }

        @Override
        public CompletionStage<Map<Owner, String>> stamps() {
            return fail();
        }
    }
}
