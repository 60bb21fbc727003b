package dev.authbridge.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.authbridge.core.Secret;
import dev.authbridge.support.Eventually;
import dev.authbridge.support.TestAuthority;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiverTest {
    private static final String JSON = "{\"event\":\"chat_waits\"}";
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://hooks.example.org/services/T0/B0/secret",
                "HTTPS://hooks.example.org",
                "https://me:secret@hooks.example.org:8443/?sig=a%20b&x=1",
                "http://127.0.0.1:9000/",
                "http://127.9.9.9/",
                "http://localhost:9000/hook",
                "http://[::1]:9000/",
                "/usr/local/bin/tell --to me@example.org",
                "mail -s 'sign in' me@example.org",
                "curl -fsS -d @- https://ntfy.sh/my-topic",
            })
    void aCommandOrASafeUrlCanBeTold(String target) {
        assertEquals(Optional.empty(), Receiver.fault(target));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://hooks.example.org/canary",
                "http://127.0.0.1.example.org/canary",
                "http://localhost.example.org/canary",
                "http://localhost@example.org/canary",
                "http://127.1/canary",
                "http://0.0.0.0/canary",
                "http://169.254.169.254/canary",
                "ftp://example.org/canary",
                "file:///etc/canary",
                "https:///canary",
                "https:/example.org/canary",
                "https://exa mple.org/canary",
                "https://example.org/#canary",
                "https://example.org:99999/canary",
                "https://example.org:0/canary",
                "https://example.org/canary\nhttps://example.com/",
                "echo canary\nreboot",
            })
    void anythingElseIsAFaultThatDoesNotContainIt(String target) {
        String fault = Receiver.fault(target).orElseThrow();
        assertFalse(fault.contains("canary"), fault);
    }

    @Test
    void aCommandReadsTheEventAndGetsNoneOfTheBridgesVariables() throws Exception {
        Map<String, String> environment = new HashMap<>(ENVIRONMENT);
        environment.put("CLAUDE_AUTH_KEY", "canary");
        environment.put("CLAUDE_AUTH_NOTIFY", "canary");
        environment.put("MAILTO", "me@example.org");
        Path got = folder.resolve("got");
        tell("cat > " + got + "; env >> " + got + "; echo canary >&2", environment);
        String text = Files.readString(got);
        assertTrue(text.startsWith(JSON + "\n"), text);
        assertTrue(text.contains("MAILTO=me@example.org\n"), text);
        assertFalse(text.contains("canary"), text);
    }

    @Test
    void aCommandThatFailsIsToldByItsExitCodeAlone() {
        assertEquals("the command ended with exit code 3", failure("echo canary; exit 3"));
        assertEquals("the command ended with exit code 127: it was not found", failure("/no/such/canary"));
        assertEquals("the command ended with exit code 126: it cannot be executed", failure("/etc/passwd"));
    }

    @Test
    void aCommandThatHangsIsEndedWithEverythingThatItHasStarted() throws Exception {
        Path pids = folder.resolve("pids");
        CommandReceiver receiver = new CommandReceiver(
                "sleep 1000 & echo $! >> " + pids + "; setsid sleep 1000 & echo $! >> " + pids + "; wait",
                ENVIRONMENT,
                Duration.ofMillis(300));
        IOException failure = assertThrows(IOException.class, () -> receiver.tell(JSON));
        assertEquals("the command did not end within 0 s, and was ended", failure.getMessage());
        List<String> started = Files.readAllLines(pids);
        assertEquals(2, started.size());
        for (String pid : started) {
            Eventually.waitUntil(
                    Duration.ofSeconds(5),
                    () -> ProcessHandle.of(Long.parseLong(pid))
                            .filter(ProcessHandle::isAlive)
                            .isEmpty(),
                    () -> pid + " still runs");
        }
    }

    @Test
    void anInterruptEndsTheCommand() throws Exception {
        Path pid = folder.resolve("pid");
        Thread thread = new Thread(() -> assertThrows(
                InterruptedException.class,
                () -> new CommandReceiver("echo $$ > " + pid + "; exec sleep 1000", ENVIRONMENT).tell(JSON)));
        thread.start();
        Eventually.waitUntil(
                Duration.ofSeconds(10),
                () -> Files.exists(pid) && !readString(pid).isBlank(),
                () -> "the command was not started");
        ProcessHandle command =
                ProcessHandle.of(Long.parseLong(readString(pid).strip())).orElseThrow();
        thread.interrupt();
        thread.join(TimeUnit.SECONDS.toMillis(10));
        assertFalse(command.isAlive());
    }

    private static String readString(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void aUrlGetsTheEventAndItsAccountAsAHeader() throws Exception {
        List<String> got = new CopyOnWriteArrayList<>();
        try (Site site = new Site(exchange -> {
            got.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            got.add(exchange.getRequestHeaders().getFirst("Content-Type"));
            got.add(exchange.getRequestHeaders().getFirst("Authorization"));
            got.add(new String(exchange.getRequestBody().readAllBytes()));
            exchange.sendResponseHeaders(204, -1);
        })) {
            tell("http://me:se%20cret@127.0.0.1:" + site.port() + "/hook?sig=a%20b", ENVIRONMENT);
        }
        assertEquals(List.of("POST /hook?sig=a%20b", "application/json", "Basic bWU6c2UgY3JldA==", JSON), got);
    }

    @Test
    void aUrlThatDoesNotTakeTheEventIsNamedByItsHostAlone() throws Exception {
        List<String> failures = new ArrayList<>();
        List<String> redirected = new CopyOnWriteArrayList<>();
        try (Site elsewhere = new Site(
                        exchange -> redirected.add(exchange.getRequestURI().toString()));
                Site redirecting = new Site(exchange -> {
                    exchange.getResponseHeaders().add("Location", "http://127.0.0.1:" + elsewhere.port() + "/canary");
                    exchange.sendResponseHeaders(307, -1);
                });
                Site refusing = new Site(exchange -> {
                    byte[] body = new byte[1 << 20];
                    exchange.sendResponseHeaders(500, 0);
                    // More than anybody reads; the other side hangs up.
                    for (int count = 0; count < 1_000; count++) {
                        exchange.getResponseBody().write(body);
                    }
                })) {
            failures.add(failure("http://me:canary@127.0.0.1:" + redirecting.port() + "/canary"));
            failures.add(failure("http://127.0.0.1:" + refusing.port() + "/canary"));
        }
        int closed;
        try (Site gone = new Site(exchange -> {})) {
            closed = gone.port();
        }
        failures.add(failure("http://127.0.0.1:" + closed + "/canary"));
        assertEquals("127.0.0.1 answered with a redirect (307), which is not followed", failures.get(0));
        assertEquals("127.0.0.1 answered with status 500", failures.get(1));
        assertTrue(failures.get(2).startsWith("127.0.0.1 could not be reached: "), failures.get(2));
        assertFalse(failures.toString().contains("canary"), failures.toString());
        assertEquals(List.of(), redirected);
    }

    @Test
    void theCertificateOfAUrlIsChecked() throws Exception {
        TestAuthority authority = new TestAuthority();
        Vertx vertx = Vertx.vertx();
        try {
            int port = vertx.createHttpServer(new HttpServerOptions()
                            .setSsl(true)
                            .setKeyCertOptions(authority.serverIdentity(List.of("localhost"))))
                    .requestHandler(
                            request -> request.response().setStatusCode(200).end())
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS)
                    .actualPort();
            String url = "https://localhost:" + port + "/canary";
            String failure = failure(url);
            assertTrue(failure.startsWith("localhost could not be reached: "), failure);
            assertFalse(failure.contains("canary"), failure);
            Path trusted = Files.writeString(folder.resolve("ca.pem"), authority.certificatePem());
            tell(url, Map.of("NODE_EXTRA_CA_CERTS", trusted.toString()));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    private static void tell(String target, Map<String, String> environment) throws Exception {
        Receiver receiver = Receiver.of(new Secret(target), environment);
        assertFalse(receiver.shown().contains("canary") || receiver.shown().contains("secret"), receiver.shown());
        receiver.tell(JSON);
    }

    private static String failure(String target) {
        return assertThrows(IOException.class, () -> tell(target, ENVIRONMENT)).getMessage();
    }

    /** A web site on this machine that answers every request in one way. */
    static final class Site implements AutoCloseable {
        private final HttpServer server;

        interface Answer {
            void to(HttpExchange exchange) throws IOException;
        }

        Site(Answer answer) throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                try (exchange) {
                    answer.to(exchange);
                }
            });
            server.start();
        }

        int port() {
            return server.getAddress().getPort();
        }

        URI address() {
            return URI.create("http://127.0.0.1:" + port() + "/");
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
