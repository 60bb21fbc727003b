package dev.authbridge.support;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetClient;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The vendor's hosts on 127.0.0.1: an HTTP proxy that connects every {@code CONNECT}, whatever its host, to one TLS server
 * with a certificate for the vendor's names. Nothing leaves the machine.
 *
 * <p>A client that trusts {@link #caFile()} and uses {@link #proxyUrl()} reaches the routes that the stand-ins have added. Every
 * other path is answered with 404 and recorded in {@link #unserved()}. Handlers run on one event loop.
 */
public final class LoopbackVendor implements AutoCloseable {
    private static final List<String> NAMES =
            List.of("claude.ai", "*.claude.ai", "claude.com", "*.claude.com", "anthropic.com", "*.anthropic.com");

    private final Vertx vertx = Vertx.vertx(
            new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1).setInternalBlockingPoolSize(1));
    private final Router router = Router.router(vertx);
    private final List<String> unserved = new CopyOnWriteArrayList<>();
    private final List<String> tunnels = new CopyOnWriteArrayList<>();
    private final NetClient toServer = vertx.createNetClient();
    private final HttpServer server;
    private final HttpServer proxy;
    private final Path caFile;

    private LoopbackVendor() {
        TestAuthority authority = new TestAuthority();
        try {
            caFile = Files.createTempFile("loopback-vendor-", ".pem");
            Files.writeString(caFile, authority.certificatePem());
        } catch (IOException e) {
            throw new IllegalStateException("no file for the test authority's certificate", e);
        }
        router.route().order(-2).handler(BodyHandler.create(false));
        router.route().last().handler(context -> {
            unserved.add(context.request().method() + " "
                    + context.request().authority().host() + context.request().path());
            context.response().setStatusCode(404).end();
        });
        HttpServerOptions tls = new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(false)
                .setKeyCertOptions(authority.serverIdentity(NAMES));
        server = await(vertx.createHttpServer(tls).requestHandler(router).listen(0, "127.0.0.1"));
        proxy = await(vertx.createHttpServer().requestHandler(this::tunnel).listen(0, "127.0.0.1"));
    }

    public static LoopbackVendor open() {
        return new LoopbackVendor();
    }

    private void tunnel(HttpServerRequest request) {
        if (request.method() != HttpMethod.CONNECT) {
            request.response().setStatusCode(405).end();
            return;
        }
        tunnels.add(request.authority().host());
        toServer.connect(server.actualPort(), "127.0.0.1")
                .compose(upstream -> request.toNetSocket().onSuccess(downstream -> {
                    downstream.pipeTo(upstream);
                    upstream.pipeTo(downstream);
                }))
                .onFailure(failure -> request.connection().close());
    }

    Router router() {
        return router;
    }

    Vertx vertx() {
        return vertx;
    }

    /** The value for {@code HTTPS_PROXY}. */
    public String proxyUrl() {
        return "http://127.0.0.1:" + proxy.actualPort();
    }

    /** The port of the TLS server itself, for a browser that resolves the vendor's names to it instead of using the proxy. */
    public int tlsPort() {
        return server.actualPort();
    }

    /** PEM file for {@code NODE_EXTRA_CA_CERTS}; deleted by {@link #close}. */
    public Path caFile() {
        return caFile;
    }

    /** The environment variables that make a CLI use this proxy and trust it. */
    public Map<String, String> environment() {
        return Map.of(
                "HTTPS_PROXY", proxyUrl(),
                "NODE_EXTRA_CA_CERTS", caFile.toString());
    }

    /** {@code METHOD host/path} of each request that no stand-in has answered, without its query. */
    public List<String> unserved() {
        return List.copyOf(unserved);
    }

    /** The host of each {@code CONNECT} request. */
    public List<String> tunnels() {
        return List.copyOf(tunnels);
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("the stand-in cannot start or stop", e);
        }
    }

    @Override
    public void close() {
        await(vertx.close());
        try {
            Files.deleteIfExists(caFile);
        } catch (IOException e) {
            throw new IllegalStateException("cannot delete the test authority's certificate", e);
        }
    }
}
