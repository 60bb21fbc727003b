package dev.authbridge.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.access.AccessKey;
import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.access.AccessKeys;
import dev.authbridge.access.Audit;
import dev.authbridge.access.KeysFile;
import dev.authbridge.access.LocalSessions;
import dev.authbridge.access.Pairings;
import dev.authbridge.access.RateLimits;
import dev.authbridge.access.Sessions;
import dev.authbridge.access.Tickets;
import dev.authbridge.chat.Chats;
import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.claude.signin.StoringSink;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.CredentialCheck;
import dev.authbridge.credential.CredentialCheck.Validity;
import dev.authbridge.credential.CredentialKind;
import dev.authbridge.credential.Credentials;
import dev.authbridge.gateway.Conversations;
import dev.authbridge.login.LocalLogins;
import dev.authbridge.login.Logins;
import dev.authbridge.store.FileStore;
import dev.authbridge.store.FileVault;
import dev.authbridge.support.Later;
import dev.authbridge.support.ScriptedSignInProgram;
import dev.authbridge.support.Viewing;
import dev.authbridge.web.ops.Metrics;
import dev.authbridge.web.ops.Readiness;
import dev.authbridge.web.socket.AuthSockets;
import dev.authbridge.web.socket.Connections;
import dev.authbridge.web.tls.TlsFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** The whole server on a port of its own, with a real vault, a scripted sign-in program, and a clock that the test turns. */
final class RunningServer implements AutoCloseable {
    static final String KEY = "anna-s-access-key-0123456789";
    static final String OTHER_KEY = "ben-s-access-key-0123456789";
    static final String READER_KEY = "a-sandbox-of-anna-0123456789";
    static final String COOKIE_SUFFIX = "0a1b2c3d";
    static final Owner ANNA = new Owner("anna");
    static final Owner BEN = new Owner("ben");
    static final String TOKEN = "sk-ant-oat01-" + "T".repeat(95);
    static final String STATE = "st4te_Qw9exampleStateNotARealOne_7Yk2pQ5vX";
    static final String CODE = "cGk2V3xaQ9exampleAuthCodeNotARealOne_4Zz7Lm1#" + STATE;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    final ScriptedSignInProgram setupToken = new ScriptedSignInProgram();
    final Metrics metrics = new Metrics();

    /** The lines of the audit. */
    final List<String> audited = new CopyOnWriteArrayList<>();

    final TurnedOnLoop timers;
    final Credentials credentials;
    final Logins logins;
    final AccessKeys keys;
    final int port;

    private final Vertx vertx = AcceptingTransport.vertx();
    private final ExecutorService worker = Executors.newSingleThreadExecutor();
    private final ExecutorService writer = Executors.newSingleThreadExecutor();
    private final AuthServer server;
    private final Setting setting;
    private final Later later;
    private volatile Function<Credential, CredentialCheck.Result> service = asked -> answer(Validity.VALID, "200");

    /** Run each time before the service answers. */
    volatile Runnable whenAsked = () -> {};

    /** How often the readiness checks were run. */
    final AtomicInteger looks = new AtomicInteger();

    /** Run with each readiness check. */
    volatile Callable<Boolean> whenLooked = () -> true;

    volatile Optional<String> fault = Optional.empty();
    volatile Optional<String> notYet = Optional.empty();

    /** The settings in which tests differ. Each method returns a changed copy. */
    static final class Setting implements Cloneable {
        static final Setting USUAL = new Setting();

        private Set<String> origins = Set.of();
        private boolean behindProxy;
        private TrustedProxies trustedProxies = TrustedProxies.LOOPBACK;
        private BasePath basePath = BasePath.NONE;
        private Optional<TlsFiles> tls = Optional.empty();
        private Optional<String> contact = Optional.empty();
        private Logins.Limits logins = new Logins.Limits(true, Duration.ofMinutes(10), 2, 0);
        private Connections.Limits connections = new Connections.Limits(1_024, 64);
        private Duration httpIdle = Duration.ofSeconds(75);
        private AuthSockets.Limits sockets = new AuthSockets.Limits(
                16, 16, 16, Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(60), 100);
        private boolean scriptedWires;
        private boolean remoteLogins;

        private Setting() {}

        private Setting with(Consumer<Setting> change) {
            try {
                Setting copy = (Setting) clone();
                change.accept(copy);
                return copy;
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }

        AuthServer.Limits limits() {
            return new AuthServer.Limits(connections, httpIdle, sockets);
        }

        Setting withOrigins(String... further) {
            return with(its -> its.origins = Set.of(further));
        }

        Setting withProxy() {
            return with(its -> its.behindProxy = true);
        }

        Setting withTrustedProxies(TrustedProxies proxies) {
            return withProxy().with(its -> its.trustedProxies = proxies);
        }

        Setting withBasePath(String path) {
            return with(its -> its.basePath = BasePath.parse(path).orElseThrow());
        }

        Setting withTls(TlsFiles files) {
            return with(its -> its.tls = Optional.of(files));
        }

        Setting withContact(String line) {
            return with(its -> its.contact = Optional.of(line));
        }

        Setting withLogins(boolean enabled, int most, int warm) {
            return with(its -> its.logins = new Logins.Limits(enabled, logins.codeWithin(), most, warm));
        }

        Setting withMostConnections(int most) {
            return with(its -> its.connections = new Connections.Limits(most, connections.ofNetwork()));
        }

        Setting withHttpIdle(Duration idle) {
            return with(its -> its.httpIdle = idle);
        }

        Setting withMostSockets(int most) {
            return withSockets(most, most, sockets.messages());
        }

        Setting withMostMessages(int most) {
            return withSockets(sockets.most(), sockets.ofOwner(), most);
        }

        Setting withSockets(int most, int ofOwner, int messages) {
            return with(its -> its.sockets = new AuthSockets.Limits(
                    most, ofOwner, sockets.unknown(), sockets.identify(), sockets.ping(), sockets.idle(), messages));
        }

        /** Clients use a second kind of wire instead of WebSockets. */
        Setting withScriptedWires() {
            return with(its -> its.scriptedWires = true);
        }

        /** Logins, tickets, pairings and limits answer later and on another thread. */
        Setting withRemoteLogins() {
            return with(its -> its.remoteLogins = true);
        }
    }

    RunningServer(Path folder) throws Exception {
        this(folder, Setting.USUAL);
    }

    RunningServer(Path folder, Setting setting) throws Exception {
        this(folder, setting, configuredKeys());
    }

    RunningServer(Path folder, Setting setting, AccessKeys accessKeys) throws Exception {
        keys = accessKeys;
        this.setting = setting;
        timers = new TurnedOnLoop(vertx.getOrCreateContext());
        later = new Later(timers);
        FileVault vault = FileVault.open(folder, Optional.empty(), ClaudeCredential.KINDS);
        credentials = new Credentials(
                new FileStore(vault, worker, writer),
                asked -> {
                    whenAsked.run();
                    return CompletableFuture.completedFuture(service.apply(asked));
                },
                ClaudeCredential.KINDS,
                Clock.systemUTC());
        credentials.look().toCompletableFuture().get(10, TimeUnit.SECONDS);
        logins = new LocalLogins(List.of(setupToken), new StoringSink(credentials, timers), timers, setting.logins);
        Logins usedLogins = setting.remoteLogins ? later.answering(Logins.class, logins) : logins;
        Chats chats = new Chats(
                () -> true, Optional::empty, Map.of(), folder, credentials, timers, worker, Chats.Limits.USUAL);
        AuthServer.Settings settings = new AuthServer.Settings(
                "127.0.0.1",
                0,
                setting.tls,
                setting.behindProxy,
                setting.trustedProxies,
                new Hosts(Set.of("bridge.example.org", "build_box", "0.0.0.0", Viewing.OTHER_NAME), false),
                new Origins(setting.origins),
                COOKIE_SUFFIX,
                setting.basePath);
        Readiness readiness = new Readiness(
                List.of(
                        new Readiness.Check("all", () -> {
                            looks.incrementAndGet();
                            whenLooked.call();
                            return fault.map(Readiness.Fault::toMend);
                        }),
                        new Readiness.Check("first", () -> notYet.map(Readiness.Fault::passing))),
                setting.contact,
                timers::now);
        LocalSessions sessions = new LocalSessions(keys, Sessions.IDLE, folder.resolve("sessions"), timers, worker);
        Audit audit = new Audit(false, timers::now, audited::add);
        AuthServer.Shared local = AuthServer.Shared.local(keys, sessions, timers);
        AuthServer.Shared shared = setting.remoteLogins ? answeringLater(local) : local;
        AuthServer.Parts parts =
                new AuthServer.Parts(usedLogins, credentials, chats, keys, shared, readiness, metrics, audit, timers);
        server = onLoop(() -> new AuthServer(vertx, settings, parts, setting.limits()));
        port = await(server.start());
    }

    private AuthServer.Shared answeringLater(AuthServer.Shared local) {
        return new AuthServer.Shared(
                later.answering(Tickets.class, local.links()),
                later.answering(Tickets.class, local.waits()),
                later.answering(Pairings.class, local.pairings()),
                later.answering(RateLimits.class, local.limits()),
                later.answering(Sessions.class, local.sessions()));
    }

    static AccessKeys configuredKeys() throws KeysFile.Unusable {
        return new AccessKeys(
                List.of(
                        AccessKey.of(ANNA, KEY, Set.of(Scope.LOGIN)),
                        AccessKey.of(ANNA, READER_KEY, Set.of(Scope.READ_CREDENTIAL)),
                        AccessKey.of(BEN, OTHER_KEY, Set.of(Scope.LOGIN))),
                Optional.empty());
    }

    /** Sets how the service judges every credential from now on. */
    void serviceSays(Validity says) {
        service = asked -> answer(says, "200");
    }

    /** Sets how the service judges each credential from now on. */
    void serviceAnswers(Function<Credential, CredentialCheck.Result> answers) {
        service = answers;
    }

    CredentialCheck.Result answer(Validity says, String said) {
        return new CredentialCheck.Result(says, said, timers.now());
    }

    String origin() {
        return "http://127.0.0.1:" + port;
    }

    Conversations conversations() {
        return server.conversations();
    }

    SocketClient connect(String... headers) throws Exception {
        if (setting.scriptedWires) {
            return SocketClient.over(
                    this,
                    wire -> CompletableFuture.completedFuture(
                            conversations().begin(wire, new Peer("127.0.0.1", "a scripted page"), Optional.empty())));
        }
        return SocketClient.open(URI.create("ws://127.0.0.1:" + port + "/api/claude/auth/socket"), headers);
    }

    /** Opens the socket of a paired device. */
    SocketClient connectDevice(String cookie) throws Exception {
        return SocketClient.open(
                URI.create("ws://127.0.0.1:" + port + "/d/api/claude/auth/socket"), fromOwnPage(cookie));
    }

    /** Opens a socket that is authenticated by its key from the start. */
    SocketClient connectAs(String key) throws Exception {
        if (setting.scriptedWires) {
            Peer peer = new Peer("127.0.0.1", "a scripted page");
            return SocketClient.over(this, wire -> server.grantOf(key, peer)
                    .thenApply(grant -> conversations().begin(wire, peer, Optional.of(grant))));
        }
        return connect("Authorization", "Bearer " + key);
    }

    /** The headers by which a browser sends a cookie with the request of one of the server's own pages. */
    String[] fromOwnPage(String cookie) {
        return new String[] {"Cookie", cookie, "Origin", origin()};
    }

    /** Opens a session; returns its cookie, as a browser sends it. */
    String openSession(String key, String... headers) throws Exception {
        return cookie(send("POST", "/api/session", "{\"key\":\"" + key + "\"}", headers));
    }

    /** The cookie that the answer sets, as a browser sends it. */
    static String cookie(HttpResponse<String> response) {
        String header = response.headers().firstValue("Set-Cookie").orElseThrow();
        return header.substring(0, header.indexOf(';'));
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return send("GET", path, null, headers);
    }

    /** The answer as it was sent, not decompressed. */
    HttpResponse<byte[]> bytes(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(origin() + path)).method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), BodyHandlers.ofByteArray());
    }

    /** @param body JSON, or null for none */
    HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin() + path))
                .timeout(Duration.ofSeconds(40))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> sendAsync(String method, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(origin() + path))
                .method(method, BodyPublishers.noBody())
                .build();
        return HTTP.sendAsync(request, BodyHandlers.ofString());
    }

    static JsonNode json(HttpResponse<String> response) throws Exception {
        return JSON.readTree(response.body());
    }

    /** Stores a credential for the owner of {@link #KEY} directly in the vault. */
    void signIn() throws Exception {
        credentials
                .keep(ANNA, CredentialKind.SIGN_IN_TOKEN, new Secret(TOKEN))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    /** Starts a login from the page and lets the program show its URL; returns the URL's message. */
    JsonNode startToPrompt(SocketClient page) throws Exception {
        page.start();
        page.next("status");
        setupToken.last().showsUrl(STATE);
        return page.until("url");
    }

    /** The text of {@code /metrics}. */
    String metrics() {
        try {
            return get("/metrics").body();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    long openSockets() {
        return metrics()
                .lines()
                .filter(line -> line.startsWith("claude_auth_open_sockets "))
                .mapToLong(line -> (long) Double.parseDouble(line.split(" ")[1]))
                .findFirst()
                .orElseThrow();
    }

    int mostWaiting() {
        try {
            return onLoop(server::mostWaiting);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    int openConnections() {
        try {
            return onLoop(server::openConnections);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    <T> T onLoop(Callable<T> work) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        timers.execute(() -> {
            try {
                result.complete(work.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(10, TimeUnit.SECONDS);
    }

    Future<Void> stop(Duration drain) {
        return server.stop(drain);
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        later.cut();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        writer.shutdownNow();
        worker.shutdownNow();
    }
}
