package dev.authbridge.support;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Messages as the server sends them, for tests that script what a page receives. */
public record Frame(String event, JsonObject data) {
    public static final String LOGIN = "login-1";
    public static final String URL = "https://claude.ai/oauth/authorize?code=true&client_id=made-up&state="
            + "s1TdbGm0Hq3vXk9JmN2bQw7RzYp5LcEa6UoFi8Ks4Vt";
    /** A code that belongs to {@link #URL}. */
    public static final String CODE =
            "q7Zr2LmX9wKc4VtBn8HsJd3Fy6PgUa1E0oRiTbNvQeMlWxSz" + "#s1TdbGm0Hq3vXk9JmN2bQw7RzYp5LcEa6UoFi8Ks4Vt";

    private static final Map<String, Integer> ORDER = Map.of("awaiting_code", 2, "verifying", 3, "signed_in", 9);
    private static final AtomicLong TICKETS = new AtomicLong();

    public static Frame status(String state) {
        JsonObject data = new JsonObject()
                .put("state", state)
                .put("seq", ORDER.getOrDefault(state, 1))
                .put("link", "/go/ticket-" + TICKETS.incrementAndGet());
        boolean open = state.equals("starting") || state.equals("awaiting_code") || state.equals("verifying");
        return new Frame("claude.auth.status", open ? data.put("loginId", LOGIN) : data);
    }

    public static Frame signedIn() {
        return status("signed_in").with("credential", credential());
    }

    /** Signed in, with a credential that the service has accepted. */
    public static Frame signedIn(String validity, int warning) {
        JsonObject checked = credential()
                .put("validity", validity)
                .put("checkedAt", Instant.now().toString());
        return status("signed_in").with("credential", warning == 0 ? checked : checked.put("warning", warning));
    }

    public static Frame url() {
        return new Frame(
                "claude.auth.url",
                new JsonObject()
                        .put("url", URL)
                        .put("instructions", "Open the link and paste the code.")
                        .put("loginId", LOGIN)
                        .put("seq", 2)
                        .put("expiresAt", Instant.now().plusSeconds(581).toString())
                        .put(
                                "startedBy",
                                new JsonObject().put("address", "127.0.0.1").put("device", "Firefox on Linux")));
    }

    public static Frame refused(String reason, String error) {
        return url().with("problem", new JsonObject().put("reason", reason).put("error", error));
    }

    public static Frame complete() {
        return new Frame(
                "claude.auth.complete",
                new JsonObject()
                        .put("success", true)
                        .put("loginId", LOGIN)
                        .put("seq", 9)
                        .put("credential", credential()));
    }

    /** The end of a login. */
    public static Frame failed(String reason, String error) {
        return error(reason, error).with("loginId", LOGIN).with("seq", 8);
    }

    /** A code, or another message of this client, was rejected, and the login goes on. */
    public static Frame problem(String reason, String error, String state) {
        return error(reason, error).with("loginId", LOGIN).with("state", state);
    }

    /** An error while no login is open, as for a client that has not been authenticated. */
    public static Frame problem(String reason, String error) {
        return error(reason, error).with("seq", 0);
    }

    private static Frame error(String reason, String error) {
        return new Frame(
                "claude.auth.error",
                new JsonObject()
                        .put("success", false)
                        .put("reason", reason)
                        .put("error", error)
                        .put("retryable", true));
    }

    public Frame with(String field, Object value) {
        return new Frame(event, data.copy().put(field, value));
    }

    private static JsonObject credential() {
        Instant made = Instant.now().minus(3, ChronoUnit.DAYS);
        return new JsonObject()
                .put("method", "oauth_token")
                .put("madeAt", made.toString())
                .put("expiresAt", made.plus(365, ChronoUnit.DAYS).toString())
                .put("fingerprint", "7f3a 91c2 0be4");
    }

    String text() {
        return new JsonObject().put("event", event).put("data", data).encode();
    }
}
