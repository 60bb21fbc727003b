package dev.authbridge.web;

import dev.authbridge.access.AccessKeys;
import dev.authbridge.access.Audit;
import dev.authbridge.access.Audit.Event;
import dev.authbridge.access.Bearer;
import dev.authbridge.access.Doorkeeper;
import dev.authbridge.access.LocalPairings;
import dev.authbridge.access.LocalRateLimits;
import dev.authbridge.access.LocalTickets;
import dev.authbridge.access.Pairings;
import dev.authbridge.access.RateLimits;
import dev.authbridge.access.Sessions;
import dev.authbridge.access.Tickets;
import dev.authbridge.chat.Chats;
import dev.authbridge.core.CountedLog;
import dev.authbridge.core.IpAddress;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.Credentials;
import dev.authbridge.gateway.Conversations;
import dev.authbridge.gateway.Devices;
import dev.authbridge.gateway.Grant;
import dev.authbridge.gateway.LoginDesk;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.LoginState;
import dev.authbridge.login.Logins;
import dev.authbridge.web.ops.Metrics;
import dev.authbridge.web.ops.Readiness;
import dev.authbridge.web.socket.AuthSockets;
import dev.authbridge.web.socket.Connections;
import dev.authbridge.web.tls.CertificateWatch;
import dev.authbridge.web.tls.TlsFiles;
import dev.authbridge.web.tls.TlsPolicy;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;

/**
 * The web server: pages, REST, WebSockets, sign-in links, and what operators ask for.
 *
 * <p>Everything in it runs on one Vert.x context, the event loop. {@link #start} and {@link #stop} may be called from any
 * thread.
 */
public final class AuthServer {
    private static final Logger LOG = System.getLogger(AuthServer.class.getName());

    /** Sign-in links that are valid at the same time. Each tab has one, and may leave some behind when it reconnects. */
    private static final int MOST_LINKS = 16_384;

    private static final int MOST_LINKS_OF_OWNER = 1_024;

    /** Tabs that wait for an authorization URL. */
    private static final int MOST_WAITS = 1_024;

    private static final int MOST_WAITS_OF_OWNER = 64;

    private final Vertx vertx;
    private final Loop loop;
    private final Settings settings;
    private final Parts parts;
    private final Limits limits;
    private final Doorkeeper doorkeeper;
    private final Requests requests;
    private final HostCheck hostCheck;
    private final CountedLog unknownProxies;
    private final Devices devices;
    private final LoginDesk desk;
    private final Conversations conversations;
    private final AuthSockets sockets;
    private final Connections connections;
    /** A thread of its own, so that nothing else that blocks has to wait for hostile input to be read. */
    private final WorkerExecutor diagnosesWorker;
    /** Null until the server listens. */
    private HttpServer server;

    /**
     * @param tls empty for plain HTTP
     * @param trustedProxies whose forwarded headers are believed, if the server is behind a proxy
     * @param hosts the names under which it may be asked
     * @param cookieSuffix by which the names of its cookies differ from those of other bridges on the same host name
     * @param basePath below which a proxy serves it
     */
    public record Settings(
            String host,
            int port,
            Optional<TlsFiles> tls,
            boolean behindProxy,
            TrustedProxies trustedProxies,
            Hosts hosts,
            Origins origins,
            String cookieSuffix,
            BasePath basePath) {
        TrustedProxies proxies() {
            return behindProxy ? trustedProxies : TrustedProxies.NONE;
        }
    }

    /**
     * What the server serves.
     *
     * @param loop the event loop that the logins live on
     */
    public record Parts(
            Logins logins,
            Credentials credentials,
            Chats chats,
            AccessKeys keys,
            Shared shared,
            Readiness readiness,
            Metrics metrics,
            Audit audit,
            Loop loop) {}

    /**
     * What several servers behind one address would have to share.
     *
     * @param links the tickets of sign-in links
     * @param waits the names under which tabs wait for an authorization URL
     */
    public record Shared(
            Tickets<Bearer> links, Tickets<Bearer> waits, Pairings pairings, RateLimits limits, Sessions sessions) {
        /** For one server alone, in its memory. */
        public static Shared local(AccessKeys keys, Sessions sessions, Loop loop) {
            return new Shared(
                    new LocalTickets<>(MOST_LINKS, MOST_LINKS_OF_OWNER, loop::steady),
                    new LocalTickets<>(MOST_WAITS, MOST_WAITS_OF_OWNER, loop::steady),
                    new LocalPairings(
                            bearer -> keys.holds(bearer.key()) && sessions.holds(bearer), loop::now, loop::steady),
                    new LocalRateLimits(loop::steady),
                    sessions);
        }
    }

    /** @param httpIdle after how long without input a connection is closed that is not a WebSocket */
    record Limits(Connections.Limits connections, Duration httpIdle, AuthSockets.Limits sockets) {
        /** @param connections how many may be open at once, WebSockets included */
        static Limits of(int connections) {
            return new Limits(
                    new Connections.Limits(connections, 64),
                    Duration.ofSeconds(75),
                    AuthSockets.Limits.of(connections));
        }
    }

    /**
     * @param vertx made by {@link AcceptingTransport#vertx}; its only event loop is that of the parts
     * @param mostConnections how many may be open at once, WebSockets included
     */
    public AuthServer(Vertx vertx, Settings settings, Parts parts, int mostConnections) {
        this(vertx, settings, parts, Limits.of(mostConnections));
    }

    AuthServer(Vertx vertx, Settings settings, Parts parts, Limits limits) {
        this.vertx = vertx;
        this.diagnosesWorker = vertx.createSharedWorkerExecutor("diagnoses", 1);
        this.loop = parts.loop();
        this.settings = settings;
        this.parts = parts;
        this.limits = limits;

        // Who a client is.
        Shared shared = parts.shared();
        this.doorkeeper = new Doorkeeper(
                parts.keys(), shared.sessions(), shared.limits(), parts.audit(), loop, parts.metrics()::keyRejected);
        CountedLog otherOrigins =
                new CountedLog("refused {0} requests of pages of another origin, the last one since: {1}", loop);
        this.requests = new Requests(
                settings.proxies(),
                settings.origins(),
                PageCookie.ofSession(settings.cookieSuffix()),
                doorkeeper,
                otherOrigins);
        this.hostCheck = new HostCheck(settings.hosts(), loop);
        this.unknownProxies = new CountedLog(
                "ignored the X-Forwarded-For and -Proto of {0} requests, since they came from addresses that"
                        + " CLAUDE_AUTH_TRUSTED_PROXIES does not list, the last from {1}",
                loop);

        // What is done for clients, whatever wire they come by.
        this.devices = new Devices(shared.pairings(), parts.logins(), loop);
        this.desk = new LoginDesk(
                loop, parts.logins(), parts.credentials(), devices, shared.links(), shared.limits(), doorkeeper);
        this.conversations = new Conversations(loop, doorkeeper, desk, parts.chats());

        // The connections to them.
        this.sockets = new AuthSockets(loop, requests, conversations, parts.metrics(), limits.sockets());
        this.connections = new Connections(limits.connections(), this::isShared, parts.metrics(), loop);
        addMetrics(parts.metrics());
    }

    /** Whether many clients come from this address: our own proxy's, and that of this machine with its tunnels. */
    private boolean isShared(IpAddress address) {
        return address.isLoopback() || settings.proxies().contain(address);
    }

    private void addMetrics(Metrics metrics) {
        parts.logins().watchAll(metrics.ofLogins(loop::steady));
        parts.logins().watchAll(this::loginChanged);
        metrics.addCredentials(parts.credentials());
        metrics.gauge("claude_auth_open_sockets", "WebSockets that are open.", sockets::count);
        metrics.gauge(
                "claude_auth_open_connections", "Connections that are open, WebSockets included.", connections::open);
        metrics.gauge(
                "claude_auth_cli_processes",
                "CLI processes of open logins and of those kept warm.",
                parts.logins()::running);
        metrics.gauge("claude_auth_chat_answers", "Chat answers that are being written.", parts.chats()::running);
    }

    /**
     * Begins to listen, and then to watch what may change while it does: the certificate, the access keys, the credentials.
     *
     * @return the port; fails where it cannot listen
     */
    public Future<Integer> start() {
        Promise<Integer> started = Promise.promise();
        loop.execute(() -> vertx.executeBlocking(StaticFiles::load)
                .compose(files -> vertx.executeBlocking(this::certifiedNames).compose(names -> {
                    hostCheck.certified(names);
                    return listen(files);
                }))
                .compose(listening -> watchCertificate().map(listening.actualPort()))
                .onSuccess(port -> {
                    parts.keys().watch(loop, this::onWorker, conversations::recheck);
                    parts.shared().sessions().watch(this::sessionEnded);
                    parts.credentials().listen(owner -> loop.execute(() -> conversations.refresh(owner)));
                })
                .onComplete(started));
        return started.future();
    }

    private void sessionEnded(Sessions.Session ended) {
        Optional<String> key = Optional.of(ended.keySha256());
        parts.audit().record(Event.SESSION_ENDED, ended.owner(), key, ended.peer(), "session", ended.id());
        conversations.recheck();
    }

    private void loginChanged(Owner owner, LoginSnapshot login) {
        LoginState state = login.state().orElse(null);
        if (state instanceof LoginState.Complete complete) {
            audit(
                    Event.LOGIN_COMPLETED,
                    owner,
                    login,
                    "fingerprint",
                    complete.credential().fingerprint());
        } else if (state instanceof LoginState.Failed failed) {
            audit(
                    Event.LOGIN_FAILED,
                    owner,
                    login,
                    "reason",
                    failed.problem().reason().wireName());
        }
    }

    /** Nobody in particular ends a login; the line names who started it. */
    private void audit(Event event, Owner owner, LoginSnapshot login, String name, String value) {
        Peer startedBy = login.startedBy().orElse(new Peer("", ""));
        String id = login.loginId().orElse("");
        parts.audit().record(event, owner, Optional.empty(), startedBy, "login", id, name, value);
    }

    private Future<HttpServer> listen(StaticFiles files) {
        HttpServerOptions options = HttpLimits.of(settings, limits.httpIdle());
        AcceptingTransport.of(vertx).onEach(connections::handler);
        server = vertx.createHttpServer(options);
        server.requestHandler(router(files)).connectionHandler(connection -> {
            TlsPolicy.handshaken(connection);
            StrictRequestDecoder.decode(connection, options);
            connections.opened(connection);
        });
        return server.listen();
    }

    private Set<String> certifiedNames() {
        return settings.tls().map(TlsFiles::names).orElse(Set.of());
    }

    private Future<Void> watchCertificate() {
        return settings.tls()
                .map(files -> new CertificateWatch(vertx, loop, files, server, hostCheck::certified).start())
                .orElseGet(Future::succeededFuture);
    }

    /**
     * Reports that the server is not ready, waits so that a proxy notices, tells every client, ends logins and chats, and
     * then stops listening.
     *
     * @param drain how long to wait
     */
    public Future<Void> stop(Duration drain) {
        Promise<Void> stopped = Promise.promise();
        parts.readiness().stopping();
        LOG.log(Level.INFO, "stopping: not ready any more, {0} sockets open", sockets.count());
        loop.execute(() -> loop.after(drain, () -> {
            sockets.end();
            conversations.endAll(
                    new Problem(Reason.CANCELLED, "The server is restarting. This page connects again by itself."));
            Future<Void> logins =
                    Future.fromCompletionStage(loop.bring(parts.logins().close()));
            Future<Void> chats =
                    Future.fromCompletionStage(loop.bring(parts.chats().close()));
            Future.join(logins, chats)
                    .onSuccess(ended -> LOG.log(Level.INFO, "stopping: every login and chat has ended"))
                    .onFailure(failure -> LOG.log(Level.WARNING, "stopping: a login or chat did not end", failure))
                    .transform(ended -> server == null ? Future.<Void>succeededFuture() : server.close())
                    // While it is open, Vert.x keeps it, and with it the whole server, from being collected.
                    .eventually(diagnosesWorker::close)
                    .onComplete(stopped);
        }));
        return stopped.future();
    }

    private Router router(StaticFiles files) {
        Router router = Router.router(vertx);
        settings.basePath().addTo(router);
        router.route().handler(this::noteUnknownProxy);
        router.route().handler(new SecurityHeaders(settings.origins())::add);
        router.route().handler(hostCheck::check);
        router.route().method(HttpMethod.OPTIONS).handler(requests::checkOrigin);
        addMonitoring(router);
        requests.explainAt(router, RestRoutes.AUTH + "/socket", requests.cookie());
        router.route(RestRoutes.AUTH + "/socket").handler(context -> sockets.upgrade(context, this::byKey));
        DeviceLinks deviceLinks = DeviceLinks.of(settings, desk, conversations);
        Diagnoses diagnoses = new Diagnoses(loop, this::onDiagnosesWorker);
        new RestRoutes(requests, doorkeeper, desk, deviceLinks, diagnoses, loop).addTo(router);
        new GoRoutes(requests, doorkeeper, desk, parts.shared().waits(), loop).addTo(router);
        PageCookie ofDevice = PageCookie.ofDevice(settings.cookieSuffix());
        new DeviceRoutes(requests, ofDevice, devices, desk, conversations, sockets).addTo(router);
        settings.basePath().addRedirectTo(router);
        router.route().method(HttpMethod.GET).method(HttpMethod.HEAD).handler(files::serve);
        Replies.addErrorsTo(router);
        return router;
    }

    private void addMonitoring(Router router) {
        forMonitors(router, "/healthz", context -> text(context, "text/plain; charset=utf-8", "alive\n"));
        // The login element asks here what is wrong, also on pages of other origins.
        router.route("/readyz").handler(requests::checkOrigin);
        forMonitors(router, "/readyz", parts.readiness()::answer);
        forMonitors(router, "/metrics", this::metrics);
    }

    /** Answers a request from this machine or a trusted one, and one with any valid key. */
    private void metrics(RoutingContext context) {
        Optional<IpAddress> from =
                IpAddress.parse(requests.client(context.request()).peer().address());
        if (from.filter(address ->
                        address.isLoopback() || settings.trustedProxies().contain(address))
                .isPresent()) {
            text(context, Metrics.CONTENT_TYPE, parts.metrics().text());
            return;
        }
        requests.bearer(context.request()).whenComplete((bearer, failure) -> {
            if (failure != null) {
                Replies.failure(context, failure);
            } else if (bearer.isEmpty()) {
                Replies.failure(
                        context,
                        Refusal.unauthorized("From another machine, the metrics can only be read with a key."));
            } else {
                text(context, Metrics.CONTENT_TYPE, parts.metrics().text());
            }
        });
    }

    /** Says why clients have the wrong address, or why pages cannot connect, if the proxy in front is not in the list. */
    private void noteUnknownProxy(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean forwarded = request.headers().contains("X-Forwarded-For")
                || request.headers().contains("X-Forwarded-Proto");
        if (settings.behindProxy() && forwarded) {
            Client.connected(request)
                    .filter(address -> !settings.trustedProxies().contain(address))
                    .ifPresent(unknownProxies::happened);
        }
        context.next();
    }

    /** Many monitors ask with HEAD. */
    private static void forMonitors(Router router, String path, Handler<RoutingContext> handler) {
        router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
    }

    private static void text(RoutingContext context, String type, String text) {
        context.response()
                .putHeader("Content-Type", type)
                .putHeader("Cache-Control", "no-store")
                .end(text);
    }

    /** A socket may be opened with a key or session, like any request; without one its first message has to show a key. */
    private CompletionStage<Optional<Grant>> byKey(HttpServerRequest request, Client client) {
        return requests.bearer(request)
                .thenApply(known -> known.map(bearer -> new Grant.OfKey(bearer, doorkeeper, desk)));
    }

    private void onDiagnosesWorker(Runnable work) {
        diagnosesWorker.executeBlocking(Executors.callable(work));
    }

    private void onWorker(Runnable work) {
        vertx.executeBlocking(Executors.callable(work));
    }

    /** For clients that come by another wire than a WebSocket. */
    Conversations conversations() {
        return conversations;
    }

    /** What the bearer of the key may do; fails for a wrong key. To be called on the event loop. */
    CompletionStage<Grant> grantOf(String key, Peer peer) {
        return doorkeeper.byKey(key, peer).thenApply(found -> new Grant.OfKey(found, doorkeeper, desk));
    }

    /** How many connections are open; to be called on the event loop. */
    int openConnections() {
        return connections.open();
    }

    /** The number of bytes that wait at the socket where the most wait; to be called on the event loop. */
    int mostWaiting() {
        return sockets.mostWaiting();
    }
}
