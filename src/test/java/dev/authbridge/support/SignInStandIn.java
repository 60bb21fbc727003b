package dev.authbridge.support;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands in for the vendor's sign-in service: the page behind the authorization URL, which shows a code, and
 * {@code POST /v1/oauth/token}, which exchanges the code for a token.
 *
 * <p>Like the real service it accepts a code once, and only one that it made itself. If the URL shows its PKCE challenge, the
 * {@code code_verifier} has to match it. Everything else is answered with 400. {@link #next} and {@link #always} change that.
 * Where a request differs from what the real CLI was observed to send, {@link #faults()} says so.
 */
public final class SignInStandIn implements AutoCloseable, Answer.Service {
    /** The length of a real {@code code#state}. */
    public static final int CODE_LENGTH = 87;

    /** The length of a real token. */
    public static final int TOKEN_LENGTH = 108;

    private static final String TOKEN_PREFIX = "sk-ant-oat01-";
    private static final List<String> FIELDS =
            List.of("grant_type", "code", "redirect_uri", "client_id", "code_verifier", "state", "expires_in");

    private final LoopbackVendor vendor;
    private final SecureRandom random = new SecureRandom();
    private final Script script = new Script();
    private final Map<String, Shown> shown = new ConcurrentHashMap<>();
    private final List<String> codes = new CopyOnWriteArrayList<>();
    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private final List<JsonObject> requests = new CopyOnWriteArrayList<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();

    /**
     * What the authorization URL of a code contained; empty if the URL contains neither, as from CLI 2.1.330 on. That CLI sends
     * its own {@code state}, whatever was pasted (observed).
     */
    private record Shown(Optional<String> state, Optional<String> challenge) {
        boolean isAnsweredBy(JsonObject exchange) {
            return state.map(sent -> sent.equals(exchange.getString("state"))).orElse(true)
                    && challenge
                            .map(sent -> sent.equals(challengeOf(exchange.getString("code_verifier"))))
                            .orElse(true);
        }

        /** RFC 7636, S256. */
        private static String challengeOf(String verifier) {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(US_ASCII));
                return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Adds the sign-in service to a vendor that other stand-ins use, too. */
    public SignInStandIn(LoopbackVendor vendor) {
        this.vendor = vendor;
        vendor.router().route(HttpMethod.POST, "/v1/oauth/token").order(-1).handler(this::exchange);
        vendor.router()
                .routeWithRegex(HttpMethod.GET, "(/cai)?/oauth/authorize")
                .order(-1)
                .handler(this::showCode);
    }

    /** The sign-in service on a vendor of its own, which is closed with it. */
    public static SignInStandIn open() {
        return new SignInStandIn(LoopbackVendor.open());
    }

    /** The value for {@code HTTPS_PROXY}. */
    public String proxyUrl() {
        return vendor.proxyUrl();
    }

    /** The file for {@code NODE_EXTRA_CA_CERTS}. */
    public Path caFile() {
        return vendor.caFile();
    }

    public LoopbackVendor vendor() {
        return vendor;
    }

    /** Answers the next exchanges with these, one each; later ones as before. */
    public void next(Answer... answers) {
        script.next(answers);
    }

    /** Answers every exchange like this from now on. */
    public void always(Answer answer) {
        script.always(answer);
    }

    /** Signs in at the authorization URL as a person does, and returns the code that the page shows. */
    public String codeFor(String authorizationUrl) {
        Optional<String> state = parameter(authorizationUrl, "state");
        String code = letters(43);
        shown.put(code, new Shown(state, parameter(authorizationUrl, "code_challenge")));
        String pasted = code + "#" + state.orElseGet(() -> letters(43));
        codes.add(pasted);
        return pasted;
    }

    /** A code in the right format for this URL that the service has never issued and therefore answers with 400. */
    public String wrongCodeFor(String authorizationUrl) {
        return letters(43) + "#" + parameter(authorizationUrl, "state").orElseGet(() -> letters(43));
    }

    private void showCode(RoutingContext context) {
        var request = context.request();
        String code = codeFor("https://" + request.authority().host() + request.uri());
        context.response()
                .putHeader("Content-Type", "text/html; charset=utf-8")
                .end(
                        "<!doctype html><html lang=\"en\"><title>Sign-in stand-in</title><p>Paste this into Claude Code:</p>"
                                + "<code id=\"code\">" + code + "</code></html>");
    }

    private void exchange(RoutingContext context) {
        JsonObject body;
        try {
            body = context.body().asJsonObject();
        } catch (RuntimeException e) {
            faults.add("the exchange is no JSON object");
            body = new JsonObject();
        }
        requests.add(body);
        context.put("body", body);
        for (String field : FIELDS) {
            if (body.getValue(field) == null || body.getValue(field).toString().isEmpty()) {
                faults.add("the exchange has no " + field);
            }
        }
        script.take().play(context, this);
    }

    @Override
    public void answerUsually(RoutingContext context) {
        JsonObject body = context.get("body");
        Shown link = shown.remove(body.getString("code"));
        if (link == null || !link.isAnsweredBy(body)) {
            Answer.status(400).play(context, this);
            return;
        }
        String token = TOKEN_PREFIX + letters(TOKEN_LENGTH - TOKEN_PREFIX.length() - 2) + "AA";
        tokens.add(token);
        context.response()
                .putHeader("Content-Type", "application/json")
                .end(new JsonObject()
                        .put("token_type", "Bearer")
                        .put("access_token", token)
                        .put("expires_in", 31_536_000)
                        .put("refresh_token", "refresh-" + letters(40))
                        .put("scope", "user:inference")
                        .put(
                                "organization",
                                new JsonObject()
                                        .put("uuid", "00000000-0000-4000-8000-000000000001")
                                        .put("name", "Stand-in"))
                        .put(
                                "account",
                                new JsonObject()
                                        .put("uuid", "00000000-0000-4000-8000-000000000002")
                                        .put("email_address", "owner@example.invalid"))
                        .encode());
    }

    @Override
    public String errorBody(int status) {
        return new JsonObject()
                .put("error", status == 400 ? "invalid_grant" : "server_error")
                .put("error_description", "The stand-in answers " + status)
                .encode();
    }

    /** Every code that was shown, oldest first. */
    public List<String> codes() {
        return List.copyOf(codes);
    }

    /** Every token that was issued, oldest first. */
    public List<String> tokens() {
        return List.copyOf(tokens);
    }

    /** The token issued last. */
    public String lastToken() {
        return tokens.get(tokens.size() - 1);
    }

    /** The body of every token request, oldest first. */
    public List<JsonObject> requests() {
        return List.copyOf(requests);
    }

    /** What was wrong with the token requests; empty if they were as the real CLI was observed to send them. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    private String letters(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).substring(0, count);
    }

    private static Optional<String> parameter(String url, String name) {
        String query = URI.create(url).getRawQuery();
        if (query == null) {
            return Optional.empty();
        }
        for (String pair : query.split("&")) {
            if (pair.startsWith(name + "=")) {
                return Optional.of(pair.substring(name.length() + 1));
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        vendor.close();
    }
}
