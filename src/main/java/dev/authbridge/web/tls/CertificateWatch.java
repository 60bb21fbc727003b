package dev.authbridge.web.tls;

import dev.authbridge.core.Loop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Notices when the certificate is renewed, and uses the new one for connections that are opened from then on, because a
 * restart would end the open logins. While the new files cannot be used the old certificate stays in use. Confined to the
 * event loop; the files are read on a worker.
 */
public final class CertificateWatch {
    private static final Logger LOG = System.getLogger(CertificateWatch.class.getName());
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

    private final Vertx vertx;
    private final Loop loop;
    private final TlsFiles files;
    private final HttpServer server;
    private final Consumer<Set<String>> names;
    private State seen = new State(List.of(), List.of());

    /**
     * What is looked at to find out whether the files have to be read again.
     *
     * @param written when they were written
     * @param unsafe what lets others change or read them, which may be mended without writing them
     */
    private record State(List<FileTime> written, List<String> unsafe) {}

    /** @param names told which names a new certificate has */
    public CertificateWatch(Vertx vertx, Loop loop, TlsFiles files, HttpServer server, Consumer<Set<String>> names) {
        this.vertx = vertx;
        this.loop = loop;
        this.files = files;
        this.server = server;
        this.names = names;
    }

    /** Begins to watch. To be called when the server has just read the files; completes once their times are known. */
    public Future<Void> start() {
        return vertx.executeBlocking(this::state).<Void>map(now -> {
            seen = now;
            lookAgain();
            return null;
        });
    }

    private void lookAgain() {
        loop.after(BETWEEN_LOOKS, () -> vertx.executeBlocking(this::state)
                .compose(this::look)
                .onFailure(failure -> LOG.log(Level.WARNING, "the certificate cannot be read again: {0}", failure))
                .onComplete(done -> lookAgain()));
    }

    private Future<Void> look(State now) {
        if (now.equals(seen)) {
            return Future.succeededFuture();
        }
        seen = now;
        return vertx.executeBlocking(files::fault).compose(this::use);
    }

    private Future<Void> use(Optional<String> fault) {
        if (fault.isPresent()) {
            LOG.log(Level.WARNING, "the new certificate is not used: {0}. The old one stays in use.", fault.get());
            return Future.succeededFuture();
        }
        ServerSSLOptions options = new ServerSSLOptions().setKeyCertOptions(files.options());
        TlsPolicy.apply(options);
        return server.updateSSLOptions(options, true)
                .compose(done -> vertx.executeBlocking(files::names))
                .<Void>map(read -> {
                    names.accept(read);
                    return null;
                })
                .onSuccess(done -> LOG.log(Level.INFO, "the certificate was read again"));
    }

    private State state() throws IOException {
        return new State(
                List.of(Files.getLastModifiedTime(files.certificate()), Files.getLastModifiedTime(files.key())),
                files.unsafe());
    }
}
