package dev.authbridge.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.core.Owner;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.LoginState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What clients may be told of logins, and must be: the rules that hold in every history, however it goes.
 *
 * <ul>
 *   <li>A login goes through its states in their order, with a number that grows by one.
 *   <li>A client hears of its owner's logins only; a paired device of the one login to which it was let in; and who has not
 *       said who it is, of none. Nobody is sent a code or a token.
 *   <li>Each client that is there when a login ends hears so once. Whole states, which are sent beside that, are the true ones.
 * </ul>
 */
final class LoginModel {
    /** The states that may follow each state of one login. */
    private static final Map<String, Set<String>> NEXT = Map.of(
            "starting", Set.of("starting", "awaiting_code", "verifying", "failed"),
            // Back to the start where another process of the program takes over.
            "awaiting_code", Set.of("awaiting_code", "starting", "verifying", "failed"),
            "verifying", Set.of("verifying", "starting", "signed_in", "failed"),
            // It had given up on storing the credential, which was stored after all.
            "failed", Set.of("signed_in"),
            "signed_in", Set.of());

    /** What else is true, and known elsewhere. */
    interface Truth {
        LoginSnapshot login(Owner owner);

        boolean hasCredential(Owner owner);

        /** Whether a credential of this fingerprint has been stored for the owner, who may have signed out since. */
        boolean wasStored(Owner owner, String fingerprint);

        /** The clients that are connected now. */
        List<Client> clients();
    }

    /** A client as far as the rules know it. */
    interface Client {
        Owner owner();

        /** Whether it has said who it is, and may still hear what it may then hear. */
        boolean isKnown();

        /** The only login that it may see; empty for the bearer of a key, who may see all of the owner's. */
        Optional<String> onlyLogin();
    }

    private record End(Client client, String loginId) {}

    private final Truth truth;
    private final Map<Owner, LoginSnapshot> last = new HashMap<>();
    private final Map<String, Owner> secrets = new HashMap<>();
    private final Set<String> neverTold = new HashSet<>();
    private final Map<Client, JsonNode> lastHeard = new HashMap<>();
    private final List<End> expected = new ArrayList<>();
    private final List<End> heard = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();

    LoginModel(Truth truth) {
        this.truth = truth;
    }

    /** A code or token, which nobody may be sent. */
    void neverTell(String secret) {
        neverTold.add(secret);
    }

    /** The owner's login has changed; its clients have not been told yet. */
    void changed(Owner owner, LoginSnapshot now) {
        LoginSnapshot before = last.put(owner, now);
        require(now.seq() == (before == null ? 0 : before.seq()) + 1, "the number grows by one", owner, now);
        boolean same = before != null && before.loginId().equals(now.loginId());
        String state = now.state().map(LoginState::name).orElse("none");
        if (same && before.state().isPresent()) {
            require(NEXT.get(before.state().get().name()).contains(state), "states in order", before, now);
        } else {
            require(before == null || !before.open(), "one login at a time", before, now);
        }
        now.loginId().ifPresent(id -> belongs(id, owner));
        if (now.state().orElse(null) instanceof LoginState.AwaitingCode awaiting) {
            belongs(awaiting.url().state().orElseThrow(), owner);
        }
        if (now.state().filter(LoginState::ended).isPresent()) {
            String loginId = now.loginId().orElseThrow();
            ends.add(now.state().orElseThrow().outcome());
            truth.clients().stream()
                    .filter(client -> client.owner().equals(owner) && client.isKnown())
                    .filter(client -> client.onlyLogin()
                            .filter(only -> !only.equals(loginId))
                            .isEmpty())
                    .forEach(client -> expected.add(new End(client, loginId)));
        }
    }

    private void belongs(String secret, Owner owner) {
        require(owner.equals(secrets.getOrDefault(secret, owner)), "belongs to one owner", secret, owner);
        secrets.put(secret, owner);
    }

    /** How the logins have ended so far. */
    List<String> ends() {
        return List.copyOf(ends);
    }

    /** The client is sent a message. */
    void hears(Client client, JsonNode message) {
        String text = message.toString();
        String event = message.path("event").asText();
        JsonNode data = message.path("data");
        neverTold.forEach(secret -> require(!text.contains(secret), "no code and no token is sent", text));
        secrets.forEach((secret, owner) -> require(
                !text.contains(secret) || owner.equals(client.owner()) && client.isKnown(), "not for others", text));
        JsonNode before = lastHeard.put(client, message);
        if (!client.isKnown()) {
            require(event.endsWith(".error"), "who is not known hears of errors only", text);
            return;
        }
        String loginId = data.path("loginId").asText();
        client.onlyLogin()
                .ifPresent(only ->
                        require(loginId.isEmpty() || loginId.equals(only), "a device hears of one login", text));
        LoginSnapshot now = truth.login(client.owner());
        boolean isOld = client.onlyLogin()
                .filter(only -> !now.loginId().equals(Optional.of(only)))
                .isPresent();
        if (!isOld) {
            if (event.equals("claude.auth.status") && !data.path("unchanged").asBoolean()) {
                status(client, data, now);
            } else if (event.equals("claude.auth.url")) {
                require(
                        now.state().orElse(null) instanceof LoginState.AwaitingCode awaiting
                                && awaiting.url()
                                        .value()
                                        .equals(data.path("url").asText()),
                        "the URL that is shown",
                        text);
            } else if (event.equals("claude.auth.complete")) {
                String fingerprint = data.path("credential").path("fingerprint").asText();
                require(truth.wasStored(client.owner(), fingerprint), "complete once it is stored", text);
            }
        }
        boolean isEnd = event.equals("claude.auth.complete")
                || event.equals("claude.auth.error") && !loginId.isEmpty() && !data.has("state");
        // The whole state is a status, and with it the event by which the client would have been told of the change.
        boolean ofWholeState = before != null
                && before.path("event").asText().equals("claude.auth.status")
                && before.path("data").path("seq").equals(data.path("seq"));
        if (isEnd && !ofWholeState) {
            heard.add(new End(client, loginId));
        }
    }

    private void status(Client client, JsonNode data, LoginSnapshot now) {
        boolean signedIn = client.onlyLogin().isPresent()
                ? now.state().orElse(null) instanceof LoginState.Complete
                : truth.hasCredential(client.owner());
        String state = now.open() ? now.state().orElseThrow().name() : signedIn ? "signed_in" : "signed_out";
        require(data.path("state").asText().equals(state), "the true state is " + state, data);
        require(data.path("seq").asLong() == now.seq(), "the number is " + now.seq(), data);
    }

    /**
     * Everything that follows from one step has happened.
     *
     * @param actor the client that did something, and may have been told more than the others in answer to that
     */
    void stepIsOver(Optional<Client> actor) {
        for (End end : Set.copyOf(expected)) {
            long due = expected.stream().filter(end::equals).count();
            long times = heard.stream().filter(end::equals).count();
            boolean isThere = truth.clients().contains(end.client());
            boolean more = actor.equals(Optional.of(end.client())) && times > due;
            require(!isThere || times == due || more, "hears of each end once, not " + times + " times", end);
        }
        heard.removeIf(end -> expected.contains(end) || actor.equals(Optional.of(end.client())));
        require(heard.isEmpty(), "hears of an end only when a login ends", heard);
        expected.clear();
    }

    private static void require(boolean holds, String rule, Object... about) {
        if (!holds) {
            throw new AssertionError(rule + ": " + List.of(Objects.requireNonNull(about)));
        }
    }
}
