package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.OTHER_KEY;
import static dev.authbridge.web.RunningServer.READER_KEY;
import static dev.authbridge.web.RunningServer.json;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.access.AccessKey;
import dev.authbridge.support.SecretsGrep;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Attacks that consist of one request, sent byte for byte to a real server, and how each of them is refused.
 *
 * <p>The server has a configured further origin, {@code https://app.example}, and two owners: Anna, with {@code KEY} (scope {@code login}), {@code READER} (scope {@code read-credential})
 * and a session in {@code COOKIE}; and Ben, with {@code OTHER} and a session in {@code COOKIE_OF_BEN}. Frames of a WebSocket
 * are in {@link ConformanceTest}, handshakes in {@link HandshakeTest}.
 */
class AttacksTest extends ServerTest {
    private static final Pattern BYTE = Pattern.compile("\\\\x([0-9a-f]{2})");

    @Override
    protected RunningServer.Setting setting() {
        return RunningServer.Setting.USUAL.withOrigins("https://app.example");
    }

    /**
     * Header lines are separated by {@code |}. {@code Host} and {@code Content-Length} are added unless the row has lines of
     * its own for them. {@code \xNN} stands for one byte.
     */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\'',
            nullValues = "-",
            value = {
                // name; request line; header lines; body; status; what the answer contains
                // Who asks.
                "the status without a key;          GET /api/claude/auth HTTP/1.1; -; -; 401; unauthorized",
                "the status with a wrong key;       GET /api/claude/auth HTTP/1.1; Authorization: Bearer wrong; -; 401; unauthorized",
                "the status with a forged cookie;   GET /api/claude/auth HTTP/1.1; Cookie: claude-auth=anna.9999999999.forged; -; 401; unauthorized",
                "the credential without a key;      GET /api/claude/auth/env HTTP/1.1; -; -; 401; unauthorized",
                "the credential with a login key;   GET /api/claude/auth/env HTTP/1.1; Authorization: Bearer KEY; -; 403; read-credential",
                "the credential with a session;     GET /api/claude/auth/env HTTP/1.1; Cookie: COOKIE|Origin: ORIGIN; -; 403; read-credential",
                "a sign-out with a reader's key;    DELETE /api/claude/auth HTTP/1.1; Authorization: Bearer READER; -; 403; scope login",
                "an API key with a reader's key;    POST /api/claude/auth HTTP/1.1; Authorization: Bearer READER|Content-Type: application/json; {\"apiKey\":\"sk-ant-api03-x\"}; 403; scope login",
                "a token with a reader's key;       POST /api/claude/auth HTTP/1.1; Authorization: Bearer READER|Content-Type: application/json; {\"token\":\"sk-ant-oat01-x\"}; 403; scope login",
                "a release with a reader's key;     POST /api/claude/auth/hold HTTP/1.1; Authorization: Bearer READER|Content-Type: application/json; {\"held\":false}; 403; scope login",
                "a yes with a reader's key;         POST /api/claude/auth/organization HTTP/1.1; Authorization: Bearer READER|Content-Type: application/json; {\"accept\":true}; 403; scope login",
                "a release that is a word;          POST /api/claude/auth/hold HTTP/1.1; Authorization: Bearer KEY|Content-Type: application/json; {\"held\":\"false\"}; 400; bad_message",
                "a release in a form;               POST /api/claude/auth/hold HTTP/1.1; Authorization: Bearer KEY|Content-Type: text/plain; {\"held\":false}; 400; application/json",
                "an invitation with a reader's key; POST /api/claude/auth/device HTTP/1.1; Authorization: Bearer READER|Content-Type: application/json; {}; 403; scope login",
                "an invitation to another host;     POST /api/claude/auth/device HTTP/1.1; Authorization: Bearer KEY|Content-Type: application/json; {\"path\":\"//evil.example\"}; 400; bad_message",
                "an invitation in a form;           POST /api/claude/auth/device HTTP/1.1; Authorization: Bearer KEY|Content-Type: text/plain; {\"path\":\"/\"}; 400; application/json",
                "a device thrown out by a reader;   DELETE /api/claude/auth/device HTTP/1.1; Authorization: Bearer READER; -; 403; scope login",
                "a device thrown out by a page;     DELETE /api/claude/auth/device HTTP/1.1; Cookie: COOKIE|Origin: https://evil.example; -; 403; unauthorized",
                "a device thrown out by nobody;     DELETE /api/claude/auth/device HTTP/1.1; -; -; 401; unauthorized",
                "a session without a key;           POST /api/session HTTP/1.1; Content-Type: application/json; {}; 400; bad_message",
                "a session with a wrong key;        POST /api/session HTTP/1.1; Content-Type: application/json; {\"key\":\"wrong\"}; 401; unauthorized",
                "the key in the query;              GET /api/claude/auth?key=KEY HTTP/1.1; -; -; 401; unauthorized",
                "a paired device that is none;      GET /d/api/claude/auth HTTP/1.1; Cookie: claude-device-0a1b2c3d=forged; -; 401; unauthorized",
                "an invitation that is none;        POST /d/forged HTTP/1.1; -; -; 410; timed_out",
                "a sign-in link that is none;       GET /go/forged HTTP/1.1; -; -; 410; -",
                "a device with a long body;         POST /d/forged HTTP/1.1; Content-Type: application/json|Content-Length: 9999; -; 413; -",
                "a device with a form's body;       POST /d/forged HTTP/1.1; Content-Type: text/plain; {\"confirm\":true}; 400; application/json",
                "the hash of a key as the key;      GET /api/claude/auth HTTP/1.1; Authorization: Bearer HASH_OF_IT; -; 401; unauthorized",
                "the sessions with a reader's key;  GET /api/sessions HTTP/1.1; Authorization: Bearer READER; -; 403; scope login",
                "their end with a reader's key;     DELETE /api/sessions HTTP/1.1; Authorization: Bearer READER; -; 403; scope login",
                "the sessions without a key;        GET /api/sessions HTTP/1.1; -; -; 401; unauthorized",
                "a session of nobody;               DELETE /api/sessions/forged HTTP/1.1; Authorization: Bearer KEY; -; 404; no such session",
                "a session of another owner;        DELETE /api/sessions/SESSION_OF_BEN HTTP/1.1; Authorization: Bearer KEY; -; 404; no such session",
                "the id of a session as its cookie; GET /api/claude/auth HTTP/1.1; Cookie: claude-auth-0a1b2c3d=SESSION_OF_BEN|Origin: ORIGIN; -; 401; unauthorized",
                "a session that was signed out;     GET /api/claude/auth HTTP/1.1; Cookie: ENDED|Origin: ORIGIN; -; 401; unauthorized",
                "a socket with a reader's key;      GET /api/claude/auth/socket HTTP/1.1; UPGRADE|Authorization: Bearer READER; -; 403; scope login",
                "a key of another owner;            POST /api/session HTTP/1.1; Cookie: COOKIE|Origin: ORIGIN|Content-Type: application/json; {\"key\":\"OTHER\"}; 409; \"newOwner\":\"ben\"",
                "the same without an Origin;        POST /api/session HTTP/1.1; Cookie: COOKIE|Content-Type: application/json; {\"key\":\"OTHER\"}; 409; \"owner\":\"anna\"",
                "the same, confirmed by a word;     POST /api/session HTTP/1.1; Cookie: COOKIE|Origin: ORIGIN|Content-Type: application/json; {\"key\":\"OTHER\",\"replace\":\"true\"}; 400; bad_message",
                "behind a cookie of another port;   POST /api/session HTTP/1.1; Cookie: claude-auth-0a1b2c3d=forged\\x3b COOKIE|Origin: ORIGIN|Content-Type: application/json; {\"key\":\"OTHER\"}; 409; \"newOwner\":\"ben\"",
                "in a Cookie line of its own;       POST /api/session HTTP/1.1; Cookie: claude-auth-0a1b2c3d=forged|Cookie: COOKIE|Origin: ORIGIN|Content-Type: application/json; {\"key\":\"OTHER\"}; 409; \"newOwner\":\"ben\"",
                "the sessions of two owners at once; GET /api/claude/auth HTTP/1.1; Cookie: COOKIE_OF_BEN|Cookie: COOKIE|Origin: ORIGIN; -; 401; unauthorized",
                "the keys of two owners at once;    GET /api/claude/auth HTTP/1.1; Authorization: Bearer KEY|Authorization: Bearer OTHER; -; 401; more than one access key",
                "a wrong key beside a cookie alone;  GET /api/claude/auth HTTP/1.1; Cookie: COOKIE|Authorization: Bearer wrong; -; 401; unauthorized",
                "a forged token of a proxy;         GET /api/claude/auth HTTP/1.1; Authorization: Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm5hIn0.; -; 401; unauthorized",
                // A cookie that none of the server's own pages sends.
                "a cookie alone;                    GET /api/claude/auth HTTP/1.1; Cookie: COOKIE; -; 401; unauthorized",
                "a sign-out by a cookie alone;      DELETE /api/claude/auth HTTP/1.1; Cookie: COOKIE; -; 401; unauthorized",
                "an API key by a cookie alone;      POST /api/claude/auth HTTP/1.1; Cookie: COOKIE|Content-Type: application/json; {\"apiKey\":\"sk-ant-api03-x\"}; 401; unauthorized",
                "a yes by a cookie alone;           POST /api/claude/auth/organization HTTP/1.1; Cookie: COOKIE|Content-Type: application/json; {\"accept\":true}; 401; unauthorized",
                "the sessions by a cookie alone;    GET /api/sessions HTTP/1.1; Cookie: COOKIE; -; 401; unauthorized",
                "their end by a cookie alone;       DELETE /api/sessions HTTP/1.1; Cookie: COOKIE; -; 401; unauthorized",
                "a cookie from another port;        GET /api/claude/auth HTTP/1.1; Cookie: COOKIE|Origin: http://127.0.0.1:1; -; 401; unauthorized",
                "the same without CORS;             GET /api/claude/auth HTTP/1.1; Cookie: COOKIE|Sec-Fetch-Site: same-site; -; 401; unauthorized",
                "a cookie from another site;        GET /api/claude/auth HTTP/1.1; Cookie: COOKIE|Sec-Fetch-Site: cross-site; -; 401; unauthorized",
                "a cookie from the address bar;     GET /api/claude/auth HTTP/1.1; Cookie: COOKIE|Sec-Fetch-Site: none; -; 401; unauthorized",
                "a cookie from a configured origin; GET /api/claude/auth HTTP/1.1; Cookie: COOKIE|Origin: https://app.example; -; 401; unauthorized",
                "a change from a configured origin; DELETE /api/claude/auth HTTP/1.1; Cookie: COOKIE|Origin: https://app.example; -; 401; unauthorized",
                "a foreign Origin that says same;   GET /api/claude/auth HTTP/1.1; Cookie: COOKIE|Origin: https://evil.example|Sec-Fetch-Site: same-origin; -; 401; unauthorized",
                "the own Origin and another one;    GET /api/claude/auth HTTP/1.1; Cookie: COOKIE|Origin: ORIGIN|Origin: https://evil.example; -; 401; unauthorized",
                "the own Origin by another scheme;  GET /api/claude/auth HTTP/1.1; Cookie: COOKIE|Origin: https://127.0.0.1; -; 401; unauthorized",
                "a cookie in upper case;            GET /api/claude/auth HTTP/1.1; Cookie: UPPER|Origin: ORIGIN; -; 401; unauthorized",
                // Pages of other origins.
                "a sign-out by another page;        DELETE /api/claude/auth HTTP/1.1; Cookie: COOKIE|Origin: https://evil.example; -; 403; unauthorized",
                "a token of another page;           POST /api/claude/auth HTTP/1.1; Cookie: COOKIE|Origin: https://evil.example|Content-Type: application/json; {\"token\":\"sk-ant-oat01-x\"}; 403; unauthorized",
                "a release by another page;         POST /api/claude/auth/hold HTTP/1.1; Cookie: COOKIE|Origin: https://evil.example|Content-Type: application/json; {\"held\":false}; 403; unauthorized",
                "a yes of another page;             POST /api/claude/auth/organization HTTP/1.1; Cookie: COOKIE|Origin: https://evil.example|Content-Type: application/json; {\"accept\":true}; 403; unauthorized",
                "a session by another page;         POST /api/session HTTP/1.1; Origin: https://evil.example|Content-Type: application/json; {\"key\":\"KEY\"}; 403; unauthorized",
                "a socket by another page;          GET /api/claude/auth/socket HTTP/1.1; UPGRADE|Cookie: COOKIE|Origin: https://evil.example; -; 401; unauthorized",
                "a socket by a sandboxed page;      GET /api/claude/auth/socket HTTP/1.1; UPGRADE|Cookie: COOKIE|Origin: null; -; 401; unauthorized",
                "its question why;                  POST /api/claude/auth/socket HTTP/1.1; Cookie: COOKIE|Origin: https://evil.example; -; 403; unauthorized",
                "a preflight of another page;       OPTIONS /api/claude/auth HTTP/1.1; Origin: https://evil.example|Access-Control-Request-Private-Network: true; -; 403; unauthorized",
                "a form that posts text;            POST /api/claude/auth HTTP/1.1; Cookie: COOKIE|Origin: ORIGIN|Content-Type: text/plain; {\"apiKey\":\"sk-ant-api03-x\"}; 400; application/json",
                // Names that are not the server's (DNS rebinding).
                "a page of another name;            GET / HTTP/1.1; Host: evil.example; -; 421; CLAUDE_AUTH_HOSTS",
                "its request with the cookie;       GET /api/claude/auth HTTP/1.1; Host: evil.example|Cookie: COOKIE; -; 421; bad_message",
                "its request with an own Origin;    DELETE /api/claude/auth HTTP/1.1; Host: evil.example|Origin: http://evil.example|Cookie: COOKIE; -; 421; bad_message",
                "its socket;                        GET /api/claude/auth/socket HTTP/1.1; UPGRADE|Host: evil.example|Origin: http://evil.example|Cookie: COOKIE; -; 421; bad_message",
                "its session;                       POST /api/session HTTP/1.1; Host: evil.example|Origin: http://evil.example|Content-Type: application/json; {\"key\":\"KEY\"}; 421; bad_message",
                "its look at the metrics;           GET /metrics HTTP/1.1; Host: evil.example; -; 421; bad_message",
                "its look at the readiness;         GET /readyz HTTP/1.1; Host: evil.example; -; 421; bad_message",
                "a name below a known one;          GET / HTTP/1.1; Host: localhost.evil.example; -; 421; bad_message",
                "a name like an address;            GET / HTTP/1.1; Host: 127.0.0.1.evil.example; -; 421; bad_message",
                "an address of another machine;     GET / HTTP/1.1; Host: 203.0.113.5; -; 421; bad_message",
                "an empty Host;                     GET / HTTP/1.1; 'Host: '; -; 421; bad_message",
                "a Host with a user;                GET / HTTP/1.1; Host: localhost@evil.example; -; 400; bad_message",
                "a Host with a path;                GET / HTTP/1.1; Host: localhost/evil.example; -; 400; bad_message",
                "a Host with a port too high;       GET / HTTP/1.1; Host: localhost:65536; -; 400; bad_message",
                // Bodies.
                "a body that is no JSON;            POST /api/session HTTP/1.1; Content-Type: application/json; {; 400; bad_message",
                "a body that is a list;             POST /api/session HTTP/1.1; Content-Type: application/json; [\"KEY\"]; 400; bad_message",
                "a key twice;                       POST /api/session HTTP/1.1; Content-Type: application/json; {\"key\":\"KEY\",\"key\":\"OTHER\"}; 400; bad_message",
                "a key that is a number;            POST /api/session HTTP/1.1; Content-Type: application/json; {\"key\":1}; 400; bad_message",
                "a body that is too long;           POST /api/session HTTP/1.1; Content-Type: application/json|Content-Length: 99999; -; 413; -",
                // Static files.
                "a file above the folder;           GET /../pom.xml HTTP/1.1; -; -; 404; -",
                "the same, encoded;                 GET /%2e%2e/pom.xml HTTP/1.1; -; -; 404; -",
                "the same, encoded twice;           GET /%252e%252e/pom.xml HTTP/1.1; -; -; 404; -",
                "a NUL in the path;                 GET /index.html%00.js HTTP/1.1; -; -; 404; -",
                "a path that a header names;        GET /tools/healthz HTTP/1.1; X-Forwarded-Prefix: /tools; -; 404; -",
                "the same by an older name;         GET /tools/healthz HTTP/1.1; X-Script-Name: /tools|X-Ingress-Path: /tools|X-Forwarded-Context: /tools; -; 404; -",
                // Methods.
                "TRACE;                             TRACE / HTTP/1.1; Cookie: COOKIE; -; 405; -",
                "a sign-in link with HEAD;          HEAD /go/forged HTTP/1.1; -; -; 405; -",
            })
    void isRefused(String name, String line, String headers, String body, int status, String contains)
            throws Exception {
        Answer answer = answer(line, headers == null ? "" : headers, body == null ? "" : body);
        assertEquals(status, answer.status(), answer.text());
        assertTrue(contains == null || answer.text().contains(contains), answer.text());
        for (String secret : new String[] {KEY, OTHER_KEY, READER_KEY}) {
            assertTrue(!answer.text().contains(secret), "the answer repeats a key");
        }
    }

    /**
     * Behind a proxy that adds a line of its own, as HAProxy does: {@code #} is another number in each request, and all come from
     * one network.
     */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {
                "a forged first line;           X-Forwarded-For: 198.51.100.#|X-Forwarded-For: 203.0.113.7",
                "forged as a trusted proxy;     X-Forwarded-For: 127.0.0.#|X-Forwarded-For: 203.0.113.7",
                "forged in the same line;       X-Forwarded-For: 198.51.100.#, 203.0.113.7",
                "another port each time;        X-Forwarded-For: 203.0.113.7:100#",
                "words instead of an address;   X-Forwarded-For: my phone #",
                "a Forwarded header;            Forwarded: for=198.51.100.#|X-Forwarded-For: 203.0.113.7",
                "only a Forwarded header;       Forwarded: for=198.51.100.#",
                "the addresses of a /64;        X-Forwarded-For: 2001:db8:1:2::#",
                "a /64 in several spellings;    X-Forwarded-For: 2001:0DB8:1:2:0:0:ffff:#",
            })
    void theLimitOfWrongKeysCannotBeEvaded(String name, String headers) throws Exception {
        startAnew(RunningServer.Setting.USUAL.withProxy());
        for (int turn = 0; turn <= 10; turn++) {
            Answer answer = answer(
                    "GET /api/claude/auth HTTP/1.1",
                    "Authorization: Bearer wrong|" + headers.replace("#", String.valueOf(turn)),
                    "");
            assertEquals(turn < 10 ? 401 : 429, answer.status(), answer.text());
        }
    }

    /**
     * Heads that a proxy in front of the server could read in another way than the server does (request smuggling): a name, and
     * the head.
     */
    private static final List<String> AMBIGUOUS = List.of(
            "both lengths;                        POST / HTTP/1.1|HOST|Content-Length: 3|Transfer-Encoding: chunked|",
            "both lengths, the other first;       POST / HTTP/1.1|HOST|Transfer-Encoding: chunked|Content-Length: 3|",
            "Transfer-Encoding in HTTP/1.0;       POST / HTTP/1.0|HOST|Transfer-Encoding: chunked|",
            "an unknown transfer coding;          POST / HTTP/1.1|HOST|Transfer-Encoding: gzip, chunked|",
            "a transfer coding after chunked;     POST / HTTP/1.1|HOST|Transfer-Encoding: chunked, identity|",
            "chunked twice;                       POST / HTTP/1.1|HOST|Transfer-Encoding: chunked|Transfer-Encoding: chunked|",
            "chunked in disguise;                 POST / HTTP/1.1|HOST|Transfer-Encoding: xchunked|",
            "chunked behind a vertical tab;       POST / HTTP/1.1|HOST|Transfer-Encoding: \\x0bchunked|",
            "two different lengths;               POST / HTTP/1.1|HOST|Content-Length: 3|Content-Length: 4|",
            "two different lengths in a line;     POST / HTTP/1.1|HOST|Content-Length: 3, 4|",
            "a length with a sign;                POST / HTTP/1.1|HOST|Content-Length: +3|",
            "a negative length;                   POST / HTTP/1.1|HOST|Content-Length: -3|",
            "a hexadecimal length;                POST / HTTP/1.1|HOST|Content-Length: 0x3|",
            "a length that is too large;          POST / HTTP/1.1|HOST|Content-Length: 99999999999999999999|",
            "two Hosts;                           GET / HTTP/1.1|HOST|HOST|",
            "two different Hosts;                 GET / HTTP/1.1|HOST|Host: evil.example|",
            "two Hosts in HTTP/1.0;               GET / HTTP/1.0|HOST|host: evil.example|",
            "no Host;                             GET / HTTP/1.1|Accept: */*|",
            "a target on another host;            GET http://evil.example/ HTTP/1.1|HOST|",
            "a target with a user;                GET http://evil@localhost/ HTTP/1.1|HOST|",
            "a target that is no path;            GET index.html HTTP/1.1|HOST|",
            "a tunnel;                            CONNECT evil.example:443 HTTP/1.1|HOST|",
            "a NUL before the request line;       \\x00GET / HTTP/1.1|HOST|",
            "a control character before it;       \\x1fGET / HTTP/1.1|HOST|",
            "a blank before it;                    \\x20GET / HTTP/1.1|HOST|",
            "a tab before it;                     \\x09GET / HTTP/1.1|HOST|",
            "a bare CR before it;                 \\x0dGET / HTTP/1.1|HOST|",
            "a bare LF before it;                 \\x0aGET / HTTP/1.1|HOST|",
            "a tab in the request line;           GET\\x09/ HTTP/1.1|HOST|",
            "a form feed in the request line;     GET\\x0c/ HTTP/1.1|HOST|",
            "two blanks in the request line;      GET  / HTTP/1.1|HOST|",
            "a blank behind the request line;     GET / HTTP/1.1 |HOST|",
            "a fourth word;                       GET / evil HTTP/1.1|HOST|",
            "a NUL in the target;                 GET /\\x00 HTTP/1.1|HOST|",
            "a bare CR in the target;             GET /\\x0dX HTTP/1.1|HOST|",
            "bytes that are no ASCII;             GET /\\xc3\\xa4 HTTP/1.1|HOST|",
            "a request of HTTP/0.9;               GET /|",
            "another version;                     GET / HTTP/1.2|HOST|",
            "HTTP/2 without TLS;                  PRI * HTTP/2.0|",
            "another protocol;                    GET / ICY/1.1|HOST|",
            "the version in small letters;        GET / http/1.1|HOST|",
            "a bare LF in the head;               GET / HTTP/1.1|HOST\\x0aX: 1|",
            "a bare CR in a value;                GET / HTTP/1.1|HOST|X: 1\\x0dY: 2|",
            "a NUL in a value;                    GET / HTTP/1.1|HOST|X: 1\\x00|",
            "an escape sequence in a value;       GET / HTTP/1.1|HOST|X: \\x1b[2J|",
            "a NUL in a name;                     GET / HTTP/1.1|HOST|X\\x00: 1|",
            "a folded line;                       GET / HTTP/1.1|HOST|X: 1| 2|",
            "a line folded by a tab;              GET / HTTP/1.1|HOST|X: 1|\\x092|",
            "a blank before the first header;     GET / HTTP/1.1| X: 1|HOST|",
            "a blank before the colon;            GET / HTTP/1.1|HOST|Content-Length : 3|",
            "a tab before the colon;              GET / HTTP/1.1|HOST|Transfer-Encoding\\x09: chunked|",
            "a blank in the name;                 GET / HTTP/1.1|HOST|X Y: 1|",
            "a name that is no token;             GET / HTTP/1.1|HOST|(X): 1|",
            "a name that is no ASCII;             GET / HTTP/1.1|HOST|\\xc3\\xa4: 1|",
            "a header without a name;             GET / HTTP/1.1|HOST|: 1|",
            "a header without a colon;            GET / HTTP/1.1|HOST|X|");

    /** Each is sent between valid requests, and alone in many small pieces. */
    @TestFactory
    Stream<DynamicTest> anAmbiguousHeadIsAnsweredWith400AndTheConnectionIsClosed() {
        byte[] valid = bytes("GET /healthz HTTP/1.1|Host: localhost||");
        return AMBIGUOUS.stream()
                .map(row -> row.split("; {1,60}", 2))
                .map(row -> DynamicTest.dynamicTest(row[0], () -> {
                    byte[] attack = bytes(row[1].replace("HOST", "Host: localhost") + "|");
                    try (SecretsGrep log = SecretsGrep.open()) {
                        assertEquals(List.of(200, 400), statuses(joined(valid, attack, valid)));
                        byte[][] pieces = new byte[attack.length][];
                        for (int at = 0; at < attack.length; at++) {
                            pieces[at] = new byte[] {attack[at]};
                        }
                        assertEquals(List.of(400), statuses(pieces));
                        assertEquals(
                                List.of(),
                                log.log().stream()
                                        .filter(line -> line.contains("Exception"))
                                        .toList());
                    }
                }));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Sends these bytes, each array by itself, and returns the statuses of all answers until the server closes the connection. */
    private List<Integer> statuses(byte[]... parts) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(10_000);
            ByteArrayOutputStream answers = new ByteArrayOutputStream();
            try {
                for (byte[] part : parts) {
                    socket.getOutputStream().write(part);
                }
            } catch (IOException e) {
                // The server has closed the connection already; its answer is there.
            }
            try {
                socket.getInputStream().transferTo(answers);
            } catch (SocketException e) {
                // A reset, since the server closed the connection without reading the rest.
            }
            return Pattern.compile("^HTTP/1\\.[01] ([0-9]{3})", Pattern.MULTILINE)
                    .matcher(answers.toString(ISO_8859_1))
                    .results()
                    .map(found -> Integer.valueOf(found.group(1)))
                    .toList();
        }
    }

    /** What clients may send. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /healthz HTTP/1.1|Host: localhost||",
                "GET /healthz HTTP/1.0||",
                "||GET /healthz HTTP/1.1|Host: localhost||",
                "GET http://localhost/healthz HTTP/1.1|Host: localhost||",
                "GET /healthz HTTP/1.1|Host:localhost|X:\\x09 a\\x09b \\xc3\\xa4 ||",
                "GET /healthz HTTP/1.1|Host: localhost|X!#$%&'*+-.^_`~1aZ: 1||",
                "GET /healthz HTTP/1.1|Host: localhost|Transfer-Encoding: Chunked||3;a=b|abc|0|T: 1||",
                "GET /healthz HTTP/1.1|Host: localhost|Content-Length: 3||abc",
            })
    void aValidRequestIsAnswered(String request) throws Exception {
        byte[] last = bytes("GET /healthz HTTP/1.1|Host: localhost|Connection: close||");
        byte[] first = bytes(request);
        assertEquals(request.contains("1.0") ? List.of(200) : List.of(200, 200), statuses(joined(first, last)));
    }

    private record Answer(int status, String text) {}

    private Answer answer(String line, String headers, String body) throws Exception {
        StringBuilder head = new StringBuilder(line).append('\n');
        if (!headers.contains("Host:")) {
            head.append("Host: 127.0.0.1:").append(server.port).append('\n');
        }
        if (!body.isEmpty() && !headers.contains("Content-Length:")) {
            head.append("Content-Length: ").append(filledIn(body).length()).append('\n');
        }
        if (!headers.isEmpty()) {
            head.append(headers.replace('|', '\n')).append('\n');
        }
        String request = filledIn(head.append('\n').toString()).replace("\n", "\r\n") + filledIn(body);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(bytes(request));
            return read(socket);
        }
    }

    private String filledIn(String template) throws Exception {
        String text = template.replace("UPGRADE", SOCKET.replace('|', '\n')).replace("ORIGIN", server.origin());
        if (text.contains("SESSION_OF_BEN")) {
            server.openSession(OTHER_KEY);
            text = text.replace(
                    "SESSION_OF_BEN",
                    json(server.get("/api/sessions", "Authorization", "Bearer " + OTHER_KEY))
                            .path("sessions")
                            .path(0)
                            .path("id")
                            .asText());
        }
        if (text.contains("ENDED")) {
            String ended = server.openSession(KEY);
            server.send("DELETE", "/api/session", null, server.fromOwnPage(ended));
            text = text.replace("ENDED", ended);
        }
        if (text.contains("UPPER")) {
            String cookie = server.openSession(KEY);
            text = text.replace(
                    "UPPER", "claude-auth-0a1b2c3d=" + cookie.substring(21).toUpperCase(Locale.ROOT));
        }
        if (text.contains("COOKIE_OF_BEN")) {
            text = text.replace("COOKIE_OF_BEN", server.openSession(OTHER_KEY));
        }
        if (text.contains("COOKIE")) {
            text = text.replace("COOKIE", server.openSession(KEY));
        }
        text = text.replace(
                "HASH_OF_IT", AccessKey.of(RunningServer.ANNA, KEY, Set.of()).sha256());
        return text.replace("KEY", KEY).replace("OTHER", OTHER_KEY).replace("READER", READER_KEY);
    }

    private static final String SOCKET = "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13"
            + "|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

    /** Each character is one byte, and {@code |} a line feed with the carriage return before it. */
    private static byte[] bytes(String text) {
        return BYTE.matcher(text.replace("|", "\r\n"))
                .replaceAll(found -> String.valueOf((char) Integer.parseInt(found.group(1), 16)))
                .getBytes(ISO_8859_1);
    }

    /** Reads the head of the answer and as much of the body as its length says. */
    private static Answer read(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("no answer but " + text);
            }
            text.append((char) next);
        }
        var length = Pattern.compile("(?i)content-length: *([0-9]+)").matcher(text);
        boolean hasBody = length.find() && !text.toString().contains(" 101 ");
        text.append(new String(
                socket.getInputStream().readNBytes(hasBody ? Integer.parseInt(length.group(1)) : 0), ISO_8859_1));
        return new Answer(Integer.parseInt(text.toString().split(" ")[1]), text.toString());
    }
}
