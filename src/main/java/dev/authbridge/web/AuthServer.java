package dev.authbridge.web;

import dev.authbridge.access.AccessKeys;
import dev.authbridge.access.Doorkeeper;
import dev.authbridge.access.LocalLimits;
import dev.authbridge.access.LocalPairings;
import dev.authbridge.access.LocalTickets;
import dev.authbridge.access.SessionCookies;
import dev.authbridge.chat.Chats;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.credential.Credentials;
import dev.authbridge.gateway.Conversations;
import dev.authbridge.gateway.Devices;
import dev.authbridge.gateway.Grant;
import dev.authbridge.gateway.KeyGrant;
import dev.authbridge.gateway.LoginDesk;
import dev.authbridge.login.Logins;
import dev.authbridge.web.ops.Metrics;
import dev.authbridge.web.ops.Readiness;
import dev.authbridge.web.socket.AuthSockets;
import dev.authbridge.web.socket.Connections;
import dev.authbridge.web.tls.CertificateWatch;
import dev.authbridge.web.tls.TlsFiles;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The web server: pages, REST, sockets, sign-in links, and what operators ask for. All of it runs on one Vert.x context,
 * the login loop. {@link #start} and {@link #stop} may be called from any thread.
 */
public final class AuthServer {
    private static final Logger LOG = System.getLogger(AuthServer.class.getName());

    /** Each status has a link of its own, so this is for many tabs that ask often. */
    private static final int MOST_LINKS = 16_384;

    /** Tabs that wait for an authorization URL. */
    private static final int MOST_WAITS = 1_024;

    private final Context loop;
    private final Settings settings;
    private final Parts parts;
    private final Devices devices;
    private final LoginDesk desk;
    private final Doorkeeper doorkeeper;
    private final Conversations conversations;
    private final AuthSockets sockets;
    private final Requests requests;
    private final Connections connections;
    private final Limits limits;
    private HttpServer server;

    /**
     * @param tls empty for plain HTTP
     * @param sessionKey 32 bytes that sign the session cookies
     */
    public record Settings(
            String host, int port, Optional<TlsFiles> tls, boolean behindProxy, Origins origins, byte[] sessionKey) {}

    /** What the server serves. */
    public record Parts(
            Logins logins,
            Credentials credentials,
            Chats chats,
            AccessKeys keys,
            Readiness readiness,
            Metrics metrics,
            Loop timers) {}

    /**
     * @param connections that are open at once, sockets included
     * @param httpIdle after how long without input a connection that is no socket is closed
     */
    record Limits(int connections, Duration httpIdle, AuthSockets.Limits sockets) {
        static final Limits USUAL = new Limits(1_024, Duration.ofSeconds(75), AuthSockets.Limits.USUAL);
    }

    /** @param loop the event-loop context that the logins live on */
    public AuthServer(Context loop, Settings settings, Parts parts) {
        this(loop, settings, parts, Limits.USUAL);
    }

    AuthServer(Context loop, Settings settings, Parts parts, Limits limits) {
        this.loop = loop;
        this.settings = settings;
        this.limits = limits;
        this.parts = parts;
        Loop timers = parts.timers();
        SessionCookies cookies = new SessionCookies(settings.sessionKey(), parts.keys(), timers::now);
        dev.authbridge.access.Limits tries = new LocalLimits(timers::now);
        this.doorkeeper = new Doorkeeper(parts.keys(), cookies, tries, timers, parts.metrics()::keyRejected);
        this.requests = new Requests(settings.behindProxy(), settings.origins(), doorkeeper);
        this.devices = new Devices(new LocalPairings(parts.keys()::holds, timers::now), parts.logins(), timers);
        this.desk = new LoginDesk(
                timers,
                parts.logins(),
                parts.credentials(),
                devices,
                new LocalTickets<>(MOST_LINKS, timers::now),
                tries);
        this.conversations = new Conversations(timers, doorkeeper, desk, parts.chats());
        this.sockets = new AuthSockets(timers, requests, conversations, parts.metrics(), limits.sockets());
        parts.logins().watchAll(parts.metrics().ofLogins(timers::now));
        this.connections = new Connections(limits.connections(), parts.metrics(), timers);
    }

    /**
     * Listens.
     *
     * @return the port; fails where it cannot have it
     */
    public Future<Integer> start() {
        Promise<Integer> started = Promise.promise();
        loop.runOnContext(onLoop -> loop.executeBlocking(StaticFiles::load)
                .compose(files -> {
                    server = loop.owner().createHttpServer(HttpLimits.of(settings, limits.httpIdle()));
                    server.requestHandler(router(files)).connectionHandler(connections::opened);
                    return server.listen();
                })
                .compose(listening -> watchCertificate().map(listening))
                .map(HttpServer::actualPort)
                .onSuccess(port -> {
                    measure();
                    parts.keys().watch(parts.timers(), this::onWorker, conversations::recheck);
                    watchCredentials();
                })
                .onComplete(started));
        return started.future();
    }

    /**
     * Says no to readiness, waits so that this is seen, says goodbye to the sockets, ends logins and chats and then
     * listens no more.
     *
     * @param drain how long to wait
     */
    public Future<Void> stop(Duration drain) {
        Promise<Void> stopped = Promise.promise();
        parts.readiness().stopping();
        LOG.log(Level.INFO, "stopping: not ready any more, {0} sockets open", sockets.count());
        loop.runOnContext(onLoop -> parts.timers().after(drain, () -> {
            Problem why =
                    new Problem(Reason.CANCELLED, "The server is restarting. This page connects again by itself.");
            sockets.end();
            conversations.endAll(why);
            Future<Void> logins = Future.fromCompletionStage(parts.logins().close(), loop);
            Future<Void> chats = Future.fromCompletionStage(parts.chats().close(), loop);
            Future.join(logins, chats)
                    .onSuccess(ended -> LOG.log(Level.INFO, "stopping: every login and chat has ended"))
                    .onFailure(failure -> LOG.log(Level.WARNING, "stopping: a login or chat did not end", failure))
                    .transform(ended -> server == null ? Future.<Void>succeededFuture() : server.close())
                    .onComplete(stopped);
        }));
        return stopped.future();
    }

    /** For clients that come by another wire than a WebSocket. */
    Conversations conversations() {
        return conversations;
    }

    /** What the bearer of the key may do; to be asked on the loop, and fails for a wrong key. */
    CompletionStage<Grant> grantOf(String key, Peer peer) {
        return doorkeeper.byKey(key, peer).thenApply(found -> new KeyGrant(found, doorkeeper, desk));
    }

    /** How many connections are open; to be asked on the login loop. */
    int openConnections() {
        return connections.open();
    }

    /** The most bytes that wait at one socket until its client takes them; to be asked on the login loop. */
    int mostWaiting() {
        return sockets.mostWaiting();
    }

    private Router router(StaticFiles files) {
        Router router = Router.router(loop.owner());
        router.route().handler(new SecurityHeaders(settings.origins())::add);
        forMonitors(router, "/healthz", context -> text(context, "text/plain; charset=utf-8", "alive\n"));
        // The component looks here for faults, on pages of other origins too.
        router.route("/readyz").handler(new Cors(requests)::check);
        forMonitors(router, "/readyz", context -> parts.readiness().answer(context, loop));
        forMonitors(
                router,
                "/metrics",
                context -> text(context, Metrics.CONTENT_TYPE, parts.metrics().text()));
        router.route(RestRoutes.AUTH + "/socket").handler(context -> sockets.upgrade(context, this::byKey));
        new RestRoutes(requests, doorkeeper, desk, new DeviceLinks(desk, Reach.of(settings))).addTo(router);
        new GoRoutes(requests, doorkeeper, desk, new LocalTickets<>(MOST_WAITS, parts.timers()::now), parts.timers())
                .addTo(router);
        new DeviceRoutes(requests, devices, desk, conversations, sockets).addTo(router);
        router.route().method(HttpMethod.GET).method(HttpMethod.HEAD).handler(files::serve);
        ErrorAnswers.addTo(router);
        return router;
    }

    /** By key or session, as everywhere. */
    private CompletionStage<Optional<Grant>> byKey(HttpServerRequest request, Client client) {
        return requests.key(request).thenApply(known -> known.map(key -> new KeyGrant(key, doorkeeper, desk)));
    }

    private void onWorker(Runnable work) {
        loop.executeBlocking(() -> {
            work.run();
            return null;
        });
    }

    /** Many of them ask with HEAD. */
    private static void forMonitors(Router router, String path, Handler<RoutingContext> handler) {
        router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
    }

    private static void text(RoutingContext context, String type, String text) {
        context.response()
                .putHeader("Content-Type", type)
                .putHeader("Cache-Control", "no-store")
                .end(text);
    }

    private void measure() {
        parts.metrics().gauge("claude_auth_open_sockets", "WebSockets that are open.", sockets::count);
        parts.metrics()
                .gauge(
                        "claude_auth_open_connections",
                        "Connections that are open, WebSockets included.",
                        connections::open);
        parts.metrics()
                .gauge(
                        "claude_auth_cli_processes",
                        "CLI processes of open logins and of those kept warm.",
                        parts.logins()::running);
        parts.metrics()
                .gauge("claude_auth_chat_answers", "Chat answers that are being written.", parts.chats()::running);
    }

    private Future<Void> watchCertificate() {
        return settings.tls()
                .map(files -> new CertificateWatch(loop, files, parts.timers(), server).start())
                .orElseGet(Future::succeededFuture);
    }

    private void watchCredentials() {
        parts.metrics().addCredentials(parts.credentials());
        parts.credentials().listen(owner -> loop.runOnContext(onLoop -> conversations.refresh(owner)));
    }
}
