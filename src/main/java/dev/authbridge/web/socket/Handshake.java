package dev.authbridge.web.socket;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Checks a WebSocket's opening handshake against RFC 6455, section 4.2.1, before Vert.x sees it: Vert.x also speaks the
 * drafts that preceded the RFC, whose decoders are expensive, and it checks neither the key nor a second
 * {@code Connection} line.
 */
final class Handshake {
    private static final String VERSION = "13";
    private static final int KEY_BYTES = 16;

    private Handshake() {}

    /** Why a handshake is rejected, and the HTTP status to answer with. */
    record Rejection(int status, Problem problem) {
        private Rejection(int status, String message) {
            this(status, new Problem(Reason.BAD_MESSAGE, message));
        }
    }

    /**
     * Checks the request, and changes the headers of a valid one so that Vert.x accepts it.
     *
     * @param response the headers of the answer, to which a rejection adds what the client should use instead
     * @return why the request is rejected; empty if it may be upgraded
     */
    static Optional<Rejection> check(HttpServerRequest request, MultiMap response) {
        MultiMap headers = request.headers();
        if (!request.method().equals(HttpMethod.GET) || !hasToken(headers, "Upgrade", "websocket")) {
            response.set("Upgrade", "websocket");
            return Optional.of(new Rejection(426, "Open a WebSocket here."));
        }
        if (request.version() != HttpVersion.HTTP_1_1) {
            return Optional.of(new Rejection(400, "A WebSocket needs HTTP/1.1."));
        }
        if (headers.getAll("Host").size() != 1) {
            return Optional.of(new Rejection(400, "A request has exactly one Host header."));
        }
        if (!hasToken(headers, "Connection", "upgrade")) {
            return Optional.of(new Rejection(400, "The Connection header does not say Upgrade."));
        }
        if (!headers.getAll("Sec-WebSocket-Version").equals(List.of(VERSION))) {
            response.set("Upgrade", "websocket").set("Sec-WebSocket-Version", VERSION);
            return Optional.of(new Rejection(426, "Only version 13 of WebSocket is spoken here."));
        }
        List<String> keys = headers.getAll("Sec-WebSocket-Key");
        if (keys.size() != 1 || !isKey(keys.get(0))) {
            return Optional.of(new Rejection(400, "The Sec-WebSocket-Key is not 16 bytes in Base64."));
        }
        if (hasBody(headers)) {
            return Optional.of(new Rejection(400, "The request for a WebSocket has no body."));
        }
        // Vert.x and Netty look at the first line only, and do not split it at commas.
        headers.set("Connection", "Upgrade").set("Upgrade", "websocket");
        return Optional.empty();
    }

    private static boolean hasToken(MultiMap headers, String name, String token) {
        return headers.getAll(name).stream()
                .flatMap(line -> Arrays.stream(line.split(",")))
                .anyMatch(listed -> listed.strip().equalsIgnoreCase(token));
    }

    private static boolean isKey(String text) {
        try {
            return text.length() == 24 && Base64.getDecoder().decode(text).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The two keys of Hixie-76 announce a body too, of eight bytes: Netty and Vert.x would wait for it before they upgrade. */
    private static boolean hasBody(MultiMap headers) {
        return headers.contains("Transfer-Encoding")
                || headers.contains("Sec-WebSocket-Key1")
                || headers.contains("Sec-WebSocket-Key2")
                || headers.getAll("Content-Length").stream()
                        .anyMatch(length -> !length.strip().equals("0"));
    }
}
