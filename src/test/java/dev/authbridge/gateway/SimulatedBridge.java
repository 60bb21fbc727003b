package dev.authbridge.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.access.AccessKey;
import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.access.AccessKeys;
import dev.authbridge.access.Audit;
import dev.authbridge.access.Bearer;
import dev.authbridge.access.Doorkeeper;
import dev.authbridge.access.KeysFile;
import dev.authbridge.access.LocalPairings;
import dev.authbridge.access.LocalRateLimits;
import dev.authbridge.access.LocalSessions;
import dev.authbridge.access.LocalTickets;
import dev.authbridge.access.Pairings;
import dev.authbridge.access.Sessions;
import dev.authbridge.chat.Chats;
import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.claude.signin.StoringSink;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.CredentialCheck;
import dev.authbridge.credential.CredentialCheck.Validity;
import dev.authbridge.credential.Credentials;
import dev.authbridge.login.LocalLogins;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.LoginState;
import dev.authbridge.login.Logins;
import dev.authbridge.support.HandTurnedLoop;
import dev.authbridge.support.ScriptedSignInProgram;
import dev.authbridge.support.ScriptedSignInProgram.Program;
import dev.authbridge.support.ScriptedWire;
import dev.authbridge.support.Stages;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * A bridge from the conversations to the store, with a scripted CLI, in which a history happens step by step; after each step
 * the {@link LoginModel} is asked, and what follows from the step itself is checked.
 */
final class SimulatedBridge implements LoginModel.Truth {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Owner> OWNERS = List.of(new Owner("anna"), new Owner("ben"), new Owner("cem"));
    private static final String TOKEN = "sk-ant-oat01-" + "T".repeat(91);
    private static final int MOST_PROGRAMS = 2;
    private static final int MOST_CLIENTS = 8;

    /** What happens. Which client, owner or program it happens to depends on the step's numbers and on what there is. */
    enum Act {
        CONNECT,
        CONNECT_WITHOUT_A_KEY,
        LEAVE,
        ASK,
        ASK_WITH_A_KEY,
        START,
        START_TWICE,
        CANCEL,
        CANCEL_TWICE,
        RIGHT_CODE,
        RIGHT_CODE_TWICE,
        CODE_OF_ANOTHER_LINK,
        HALF_A_CODE,
        PAIR_A_DEVICE,
        THROW_THE_DEVICE_OUT,
        SIGN_OUT,
        THE_CLI_SHOWS_ITS_URL,
        THE_CLI_REFUSES_THE_CODE,
        THE_CLI_SHOWS_A_TOKEN,
        THE_CLI_CRASHES,
        AN_ENDING_CLI_IS_GONE,
        THE_STORE_WORKS,
        THE_STORE_FAILS,
        THE_STORE_IS_SLOW,
        THE_SERVICE_IS_SLOW,
        THE_SERVICE_ANSWERS,
        A_MOMENT_PASSES,
        HALF_A_MINUTE_PASSES,
        A_QUARTER_OF_AN_HOUR_PASSES,
        THE_CLOCK_IS_SET_BACK,
        THE_CLOCK_IS_SET_FORWARD
    }

    /** @param which and {@code other} choose among what there is at that time */
    record Step(Act act, int which, int other) {}

    private final HandTurnedLoop loop = new HandTurnedLoop();
    private final ScriptedSignInProgram program = new ScriptedSignInProgram();
    private final FaultyStore store = new FaultyStore();
    private final Map<Owner, AccessKey> keys = new HashMap<>();
    private final List<Client> clients = new ArrayList<>();
    private final List<Cli> clis = new ArrayList<>();
    /** The questions that the service has not answered yet. */
    private final List<Runnable> questions = new ArrayList<>();

    /** The tokens that were won before their owner signed out. */
    private final Set<String> thrownAway = new HashSet<>();

    private boolean serviceIsSlow;
    private final LoginModel model = new LoginModel(this);
    private final Logins logins;
    private final Devices devices;
    private final LoginDesk desk;
    private final Doorkeeper doorkeeper;
    private final Conversations conversations;
    private Optional<LoginModel.Client> actor = Optional.empty();
    private final int timersAtRest;
    private int made;

    /** A client on a wire of its own. */
    private final class Client implements LoginModel.Client {
        private final Owner owner;
        private final Optional<Grant.OfDevice> device;
        private final ScriptedWire wire = new ScriptedWire(this::hears);
        private final Conversation conversation;
        private final List<String> reasons = new ArrayList<>();

        Client(Owner owner, Optional<Grant> grant) {
            this.owner = owner;
            this.device = grant.filter(Grant.OfDevice.class::isInstance).map(Grant.OfDevice.class::cast);
            this.conversation = conversations.begin(wire, new Peer("192.0.2." + made, "a browser"), grant);
        }

        private void hears(String text) {
            try {
                JsonNode message = JSON.readTree(text);
                if (message.path("event").asText().endsWith(".error")) {
                    reasons.add(message.path("data").path("reason").asText());
                }
                model.hears(this, message);
            } catch (JsonProcessingException e) {
                throw new AssertionError(e);
            }
        }

        /** Says the same so many times, without waiting for an answer. */
        void say(int times, String event, String fields) {
            actor = Optional.of(this);
            reasons.clear();
            for (int time = 0; time < times; time++) {
                wire.receive("{\"event\":\"claude.auth." + event + "\",\"data\":{" + fields + "}}", conversation);
            }
            loop.settle();
        }

        @Override
        public Owner owner() {
            return owner;
        }

        @Override
        public boolean isKnown() {
            return conversation.isKnown()
                    && device.filter(grant -> !grant.holds()).isEmpty();
        }

        @Override
        public Optional<String> onlyLogin() {
            return device.map(grant -> grant.device().loginId());
        }
    }

    /** One run of the CLI. */
    private static final class Cli {
        private final Program run;
        private final List<String> states = new ArrayList<>();
        private int answered;
        private String token;
        private boolean hasCrashed;
        private boolean isGone;
        private Owner owner;
        private Optional<String> loginId = Optional.empty();

        Cli(Program run) {
            this.run = run;
        }

        void belongsTo(Owner someone, LoginSnapshot login) {
            owner = someone;
            loginId = login.loginId();
        }

        boolean isOf(LoginSnapshot login) {
            return loginId.isPresent() && login.loginId().equals(loginId) && login.open();
        }

        boolean isBusy() {
            return !run.ended() && token == null && !hasCrashed;
        }

        boolean hasCode() {
            return isBusy() && run.submitted().size() > answered;
        }

        boolean isEnding() {
            return run.ended() && !isGone;
        }
    }

    /** The loop's time, as the credentials want it. */
    private final class LoopClock extends Clock {
        @Override
        public Instant instant() {
            return loop.now();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    SimulatedBridge() throws KeysFile.Unusable {
        program.slowToEnd(true);
        OWNERS.forEach(owner -> keys.put(owner, AccessKey.of(owner, keyOf(owner), Set.of(Scope.LOGIN))));
        AccessKeys known = new AccessKeys(List.copyOf(keys.values()), Optional.empty());
        Credentials credentials = new Credentials(store, this::ask, ClaudeCredential.KINDS, new LoopClock());
        logins = new LocalLogins(
                List.of(program),
                new StoringSink(credentials, loop),
                loop,
                new Logins.Limits(true, Duration.ofMinutes(10), MOST_PROGRAMS, 1));
        logins.watchAll(model::changed);
        Pairings pairings = new LocalPairings(bearer -> known.holds(bearer.key()), loop::now, loop::steady);
        devices = new Devices(pairings, logins, loop);
        LocalRateLimits limits = new LocalRateLimits(loop::steady);
        Sessions sessions = new LocalSessions(known, Sessions.IDLE, Path.of("none"), loop, Runnable::run);
        doorkeeper = new Doorkeeper(known, sessions, limits, new Audit(false, loop::now, line -> {}), loop, () -> {});
        desk = new LoginDesk(
                loop, logins, credentials, devices, new LocalTickets<>(100, 100, loop::steady), limits, doorkeeper);
        Chats chats = new Chats(
                () -> false,
                Optional::empty,
                Map.of(),
                Path.of("none"),
                credentials,
                loop,
                Runnable::run,
                Chats.Limits.USUAL);
        conversations = new Conversations(loop, doorkeeper, desk, chats);
        credentials.listen(owner -> loop.execute(() -> conversations.refresh(owner)));
        timersAtRest = loop.count();
    }

    private CompletionStage<CredentialCheck.Result> ask(Credential credential) {
        CompletableFuture<CredentialCheck.Result> answer = new CompletableFuture<>();
        questions.add(() -> answer.complete(new CredentialCheck.Result(Validity.VALID, "fine", loop.now())));
        if (!serviceIsSlow) {
            answerQuestions();
        }
        return answer;
    }

    private void answerQuestions() {
        serviceIsSlow = false;
        List<Runnable> asked = List.copyOf(questions);
        questions.clear();
        asked.forEach(Runnable::run);
    }

    private static String keyOf(Owner owner) {
        return "the-access-key-of-" + owner.name();
    }

    @Override
    public LoginSnapshot login(Owner owner) {
        try {
            return Stages.now(logins.snapshot(owner));
        } catch (Refusal e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public boolean hasCredential(Owner owner) {
        return store.token(owner).isPresent();
    }

    @Override
    public boolean wasStored(Owner owner, String fingerprint) {
        return store.wasKept(owner, fingerprint);
    }

    @Override
    public List<LoginModel.Client> clients() {
        return List.copyOf(clients);
    }

    /**
     * Lets the history happen, then ends everything and checks that nothing is left.
     *
     * @return how the logins ended
     */
    List<String> live(List<Step> history) {
        history.forEach(this::take);
        end();
        return model.ends();
    }

    private void take(Step step) {
        actor = Optional.empty();
        Act act = step.act();
        switch (act) {
            case CONNECT -> connect(any(OWNERS, step.which()).orElseThrow(), true);
            case CONNECT_WITHOUT_A_KEY -> connect(any(OWNERS, step.which()).orElseThrow(), false);
            case LEAVE -> any(clients, step.which()).ifPresent(this::leave);
            case ASK -> any(clients, step.which()).ifPresent(client -> client.say(1, "status", ""));
            case ASK_WITH_A_KEY ->
                withKey(step).ifPresent(client -> client.say(1, "status", "\"key\":\"" + keyOf(client.owner()) + "\""));
            case START -> withKey(step).ifPresent(client -> start(client, 1));
            case START_TWICE -> withKey(step).ifPresent(client -> start(client, 2));
            case CANCEL -> withKey(step).ifPresent(client -> cancel(client, 1));
            case CANCEL_TWICE -> withKey(step).ifPresent(client -> cancel(client, 2));
            case RIGHT_CODE -> any(clients, step.which()).ifPresent(client -> rightCode(client, 1));
            case RIGHT_CODE_TWICE -> any(clients, step.which()).ifPresent(client -> rightCode(client, 2));
            case CODE_OF_ANOTHER_LINK ->
                any(clients, step.which()).ifPresent(client -> codeOfAnotherLink(client, step.other()));
            case HALF_A_CODE ->
                any(clients, step.which()).ifPresent(client -> client.say(1, "code", "\"code\":\"half\""));
            case PAIR_A_DEVICE -> pair(any(OWNERS, step.which()).orElseThrow());
            case THROW_THE_DEVICE_OUT -> throwOut(any(OWNERS, step.which()).orElseThrow());
            case SIGN_OUT -> signOut(any(OWNERS, step.which()).orElseThrow());
            case THE_CLI_SHOWS_ITS_URL ->
                any(clis(cli -> cli.isBusy() && !cli.hasCode()), step.which()).ifPresent(this::showUrl);
            case THE_CLI_REFUSES_THE_CODE ->
                any(clis(Cli::hasCode), step.which()).ifPresent(this::refuse);
            case THE_CLI_SHOWS_A_TOKEN -> any(clis(Cli::hasCode), step.which()).ifPresent(this::showToken);
            case THE_CLI_CRASHES -> any(clis(Cli::isBusy), step.which()).ifPresent(this::crash);
            case AN_ENDING_CLI_IS_GONE -> any(clis(Cli::isEnding), step.which()).ifPresent(this::go);
            case THE_STORE_WORKS -> store.become(FaultyStore.Mood.WELL);
            case THE_STORE_FAILS -> store.become(FaultyStore.Mood.FAILING);
            case THE_STORE_IS_SLOW -> store.become(FaultyStore.Mood.SLOW);
            case THE_SERVICE_IS_SLOW -> serviceIsSlow = true;
            case THE_SERVICE_ANSWERS -> answerQuestions();
            case A_MOMENT_PASSES -> loop.turn(Duration.ofSeconds(3));
            case HALF_A_MINUTE_PASSES -> loop.turn(Duration.ofSeconds(31));
            case A_QUARTER_OF_AN_HOUR_PASSES -> loop.turn(Duration.ofMinutes(15));
            case THE_CLOCK_IS_SET_BACK -> loop.set(Duration.ofHours(-step.other()));
            case THE_CLOCK_IS_SET_FORWARD -> loop.set(Duration.ofHours(step.other()));
        }
        over();
    }

    private void over() {
        loop.settle();
        model.stepIsOver(actor);
        long alive = clis(cli -> !cli.isGone).size();
        assertEquals(alive, logins.running(), "programs that run");
        assertTrue(alive <= MOST_PROGRAMS, () -> alive + " programs run");
        for (Owner owner : OWNERS) {
            assertTrue(
                    store.token(owner).filter(thrownAway::contains).isEmpty(), "nothing comes back after a sign-out");
            Optional<String> shown = stateShown(owner);
            clis(cli -> shown.filter(cli.states::contains).isPresent())
                    .forEach(cli -> cli.belongsTo(owner, login(owner)));
        }
    }

    private static <T> Optional<T> any(List<T> among, int which) {
        return among.isEmpty() ? Optional.empty() : Optional.of(among.get(which % among.size()));
    }

    private Optional<Client> withKey(Step step) {
        return any(clients.stream().filter(client -> client.device.isEmpty()).toList(), step.which());
    }

    private Client connect(Owner owner, boolean known) {
        Grant grant = new Grant.OfKey(Bearer.of(keys.get(owner)), doorkeeper, desk);
        return add(new Client(owner, known ? Optional.of(grant) : Optional.empty()));
    }

    private Client add(Client client) {
        if (clients.size() == MOST_CLIENTS) {
            leave(clients.get(0));
        }
        clients.add(client);
        return client;
    }

    private void leave(Client client) {
        clients.remove(client);
        client.wire.close();
        conversations.end(client.conversation);
    }

    private void start(Client client, int times) {
        LoginSnapshot before = login(client.owner());
        long open = OWNERS.stream().filter(owner -> login(owner).open()).count();
        boolean mayStart = client.isKnown();
        client.say(times, "start", "");
        LoginSnapshot now = login(client.owner());
        if (before.open() || !mayStart) {
            assertEquals(before.loginId(), now.loginId(), "joined, or refused");
        } else if (!client.reasons.contains("rate_limited")) {
            boolean failedAtOnce = !now.loginId().equals(before.loginId()) && failure(now) == Reason.STORAGE_FAILED;
            assertEquals(open < MOST_PROGRAMS, now.open() || failedAtOnce, () -> "started: " + client.reasons);
            assertEquals(open == MOST_PROGRAMS, client.reasons.contains("busy"), "refused");
        }
    }

    private void cancel(Client client, int times) {
        LoginSnapshot before = login(client.owner());
        boolean keeping = clis().stream().anyMatch(cli -> cli.token != null && cli.isOf(before));
        boolean mayCancel = client.isKnown();
        client.say(times, "cancel", "");
        LoginSnapshot now = login(client.owner());
        if (before.open() && mayCancel && !keeping) {
            assertEquals(Reason.CANCELLED, failure(now));
        } else {
            assertEquals(before, now, "nothing is cancelled");
        }
    }

    private void rightCode(Client client, int times) {
        Optional<String> shown = stateShown(client.owner());
        LoginSnapshot before = login(client.owner());
        boolean mayAnswer = client.isKnown()
                && client.onlyLogin()
                        .filter(only -> !before.loginId().equals(Optional.of(only)))
                        .isEmpty();
        String code = code(shown.orElse("aStateThatNoLinkHasShown_7Yk2pQ5vX"));
        client.say(times, "code", "\"code\":\"" + code + "\"");
        boolean tooMany = client.reasons.stream().filter("rate_limited"::equals).count() == times;
        boolean refused = !mayAnswer || shown.isEmpty() || tooMany;
        assertEquals(refused ? 0 : 1, timesTyped(code), () -> "typed once: " + client.reasons);
    }

    private void codeOfAnotherLink(Client client, int which) {
        Optional<String> shown = stateShown(client.owner());
        List<String> others = clis().stream()
                .flatMap(cli -> cli.states.stream())
                .filter(state -> !shown.equals(Optional.of(state)))
                .toList();
        String code = code(any(others, which).orElse("aStateThatNoLinkHasShown_7Yk2pQ5vX"));
        client.say(1, "code", "\"code\":\"" + code + "\"");
        assertEquals(0, timesTyped(code), "no code of another link is spent");
    }

    private String code(String state) {
        String code = String.format("exampleAuthCodeNotARealOne_%04d#%s", made++, state);
        model.neverTell(code);
        return code;
    }

    private long timesTyped(String code) {
        return clis().stream()
                .flatMap(cli -> cli.run.submitted().stream())
                .filter(typed -> typed.reveal().equals(code))
                .count();
    }

    private Optional<String> stateShown(Owner owner) {
        return login(owner).state().orElse(null) instanceof LoginState.AwaitingCode awaiting
                ? awaiting.url().state()
                : Optional.empty();
    }

    private static Reason failure(LoginSnapshot login) {
        return login.state().orElse(null) instanceof LoginState.Failed failed
                ? failed.problem().reason()
                : null;
    }

    /** Why the CLI has not taken the last code, while it is on its way back to its prompt. */
    private static Optional<Reason> refusal(LoginSnapshot login) {
        return login.state().orElse(null) instanceof LoginState.Starting starting
                ? starting.problem().map(Problem::reason)
                : Optional.empty();
    }

    private void pair(Owner owner) {
        Peer phone = new Peer("198.51.100.7", "a phone");
        desk.invite(Bearer.of(keys.get(owner)), new Peer("192.0.2.1", "a browser"))
                .thenCompose(invited -> devices.join(invited.token().reveal(), phone))
                .thenAccept(joined -> joined.ifPresent(
                        device -> add(new Client(owner, Optional.of(new Grant.OfDevice(device, devices, desk))))));
    }

    private void throwOut(Owner owner) {
        desk.throwOutDevice(Bearer.of(keys.get(owner)), new Peer("192.0.2.1", "a browser"));
        conversations.recheck();
    }

    private void signOut(Owner owner) {
        // What an open login wins may be the reason for signing out.
        List<String> before =
                clis(cli -> owner.equals(cli.owner) && cli.token != null && !cli.isOf(login(owner))).stream()
                        .map(cli -> cli.token)
                        .toList();
        desk.signOut(Bearer.of(keys.get(owner)), new Peer("192.0.2.1", "a browser"))
                .thenAccept(done -> thrownAway.addAll(before));
    }

    private List<Cli> clis() {
        List<Program> started = program.programs();
        started.subList(clis.size(), started.size()).forEach(run -> clis.add(new Cli(run)));
        return clis;
    }

    private List<Cli> clis(Predicate<Cli> kind) {
        return clis().stream().filter(kind).toList();
    }

    private void showUrl(Cli cli) {
        String state = String.format("exampleStateNotARealOne_7Yk2pQ5vX_%04d", made++);
        cli.states.add(state);
        cli.run.showsUrl(state);
    }

    private void refuse(Cli cli) {
        cli.answered++;
        cli.run.refuses(Reason.CODE_REJECTED);
        if (cli.answered % 2 == 0) {
            cli.run.startsAnew();
        }
    }

    private void showToken(Cli cli) {
        String token = TOKEN + String.format("%04d", made++);
        model.neverTell(token);
        cli.token = token;
        cli.run.showsToken(token);
        loop.settle();
        LoginSnapshot now = login(cli.owner);
        FaultyStore.Mood mood = serviceIsSlow ? FaultyStore.Mood.SLOW : store.mood();
        switch (mood) {
            case WELL -> {
                assertTrue(now.state().orElseThrow() instanceof LoginState.Complete, now::toString);
                assertEquals(Optional.of(token), store.token(cli.owner));
            }
            case FAILING -> assertEquals(Reason.STORAGE_FAILED, failure(now));
            case SLOW -> assertEquals("verifying", now.state().orElseThrow().name());
        }
    }

    private void crash(Cli cli) {
        boolean hasOwner = cli.owner != null && cli.isOf(login(cli.owner));
        cli.hasCrashed = true;
        cli.run.fails(Reason.CLI_FAILED);
        loop.settle();
        if (hasOwner) {
            assertEquals(Reason.CLI_FAILED, failure(login(cli.owner)));
        }
    }

    private void go(Cli cli) {
        cli.isGone = true;
        cli.run.goes();
        loop.settle();
    }

    /** Ends everything; afterwards whoever comes back finds how it ended, and then nothing is left. */
    private void end() {
        actor = Optional.empty();
        answerQuestions();
        store.become(FaultyStore.Mood.WELL);
        over();
        clis(Cli::isEnding).forEach(this::go);
        over();
        for (Owner owner : OWNERS) {
            Client back = connect(owner, true);
            back.say(1, "status", "");
            Optional<Reason> told = Optional.ofNullable(failure(login(owner))).or(() -> refusal(login(owner)));
            assertEquals(told.map(Reason::wireName).stream().toList(), back.reasons);
            over();
        }
        List.copyOf(clients).forEach(this::leave);
        for (int round = 0; round < 3; round++) {
            actor = Optional.empty();
            loop.turn(Duration.ofMinutes(11));
            clis(Cli::isEnding).forEach(this::go);
            over();
        }
        assertEquals(List.of(), clis(cli -> !cli.isGone), "all programs have ended");
        assertEquals(0, logins.running());
        assertEquals(0, devices.remembered());
        assertEquals(timersAtRest, loop.count(), "timers");
    }
}
