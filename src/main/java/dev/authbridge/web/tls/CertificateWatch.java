package dev.authbridge.web.tls;

import dev.authbridge.core.Loop;
import io.vertx.core.Context;
import io.vertx.core.Future;
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

/**
 * Looks whether the certificate was renewed, and serves the new one to who connects from then on; a restart would end the
 * open logins. Files that cannot be used leave the one before in use. Confined to the login loop; looks on a worker.
 */
public final class CertificateWatch {
    private static final Logger LOG = System.getLogger(CertificateWatch.class.getName());
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

    private final Context loop;
    private final TlsFiles files;
    private final Loop timers;
    private final HttpServer server;
    private List<FileTime> seen = List.of();

    public CertificateWatch(Context loop, TlsFiles files, Loop timers, HttpServer server) {
        this.loop = loop;
        this.files = files;
        this.timers = timers;
        this.server = server;
    }

    /** To be called when the server has just read the files; done once that is noted. */
    public Future<Void> start() {
        return loop.executeBlocking(this::written).<Void>map(now -> {
            seen = now;
            lookAgain();
            return null;
        });
    }

    private void lookAgain() {
        timers.after(BETWEEN_LOOKS, () -> loop.executeBlocking(this::written)
                .compose(this::look)
                .onFailure(failure -> LOG.log(Level.WARNING, "the certificate cannot be read again: {0}", failure))
                .onComplete(done -> lookAgain()));
    }

    private Future<Void> look(List<FileTime> now) {
        if (now.equals(seen)) {
            return Future.succeededFuture();
        }
        seen = now;
        return loop.executeBlocking(files::fault).compose(this::use);
    }

    private Future<Void> use(Optional<String> fault) {
        if (fault.isPresent()) {
            LOG.log(Level.WARNING, "the new certificate is not used: {0}. The one before stays.", fault.get());
            return Future.succeededFuture();
        }
        return server.updateSSLOptions(new ServerSSLOptions().setKeyCertOptions(files.options()), true)
                .onSuccess(done -> LOG.log(Level.INFO, "the certificate was read again"))
                .mapEmpty();
    }

    private List<FileTime> written() throws IOException {
        return List.of(Files.getLastModifiedTime(files.certificate()), Files.getLastModifiedTime(files.key()));
    }
}
