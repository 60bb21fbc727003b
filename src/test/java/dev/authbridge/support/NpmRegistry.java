package dev.authbridge.support;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/**
 * Plays npm's registry on 127.0.0.1 under a certificate that only {@link #certificatePem} lets one trust: it has one
 * package in one version, with one program, unless it is told to behave worse.
 */
public final class NpmRegistry implements AutoCloseable {
    private static final String TARBALL = "/package.tgz";

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final TestAuthority authority = new TestAuthority();
    private final String name;
    private final String version;
    private final byte[] tarball;
    private final HttpServer server;
    private volatile Mood mood = Mood.FINE;

    /** What it does with a request. */
    public enum Mood {
        FINE,
        /** It knows no package. */
        LACKS_THE_PACKAGE,
        /** It takes requests and answers none. */
        SILENT,
        /** It begins to send the package, and then sends nothing more. */
        STOPS_HALFWAY,
        BROKEN
    }

    /**
     * @param folder for the files of the package
     * @param program a script, in the package as {@code claude}
     */
    public NpmRegistry(Path folder, String name, String version, String program) throws Exception {
        this.name = name;
        this.version = version;
        tarball = pack(folder, new JsonObject().put("name", name).put("version", version), program);
        server = vertx.createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(authority.serverIdentity(List.of("localhost"))))
                .requestHandler(this::serve)
                .listen(0, "127.0.0.1")
                .await();
    }

    private static byte[] pack(Path folder, JsonObject description, String program) throws Exception {
        Path content = Files.createDirectory(folder.resolve("package"));
        Files.writeString(content.resolve("package.json"), description.encode());
        Files.setPosixFilePermissions(
                Files.writeString(content.resolve("claude"), program), PosixFilePermissions.fromString("rwxr-xr-x"));
        Path packed = folder.resolve("package.tgz");
        Process tar = new ProcessBuilder("tar", "-czf", packed.toString(), "-C", folder.toString(), "package")
                .inheritIO()
                .start();
        if (tar.waitFor() != 0) {
            throw new IOException("tar failed");
        }
        return Files.readAllBytes(packed);
    }

    /** For {@code npm_config_registry}. */
    public String address() {
        return "https://localhost:" + server.actualPort() + "/";
    }

    /** The certificate of its authority. */
    public String certificatePem() {
        return authority.certificatePem();
    }

    /** From now on. */
    public void is(Mood now) {
        mood = now;
    }

    private void serve(HttpServerRequest request) {
        switch (mood) {
            case SILENT -> {}
            case LACKS_THE_PACKAGE -> request.response().setStatusCode(404).end("{\"error\":\"Not found\"}");
            case BROKEN -> request.response().setStatusCode(500).end("{\"error\":\"Sorry\"}");
            case FINE, STOPS_HALFWAY -> {
                if (!request.path().equals(TARBALL)) {
                    request.response()
                            .putHeader("Content-Type", "application/json")
                            .end(packument().encode());
                } else if (mood == Mood.FINE) {
                    request.response().end(Buffer.buffer(tarball));
                } else {
                    request.response()
                            .putHeader("Content-Length", Integer.toString(tarball.length))
                            .write(Buffer.buffer(tarball).slice(0, tarball.length / 2));
                }
            }
        }
    }

    private JsonObject packument() {
        JsonObject dist = new JsonObject()
                .put("tarball", address() + TARBALL.substring(1))
                .put("integrity", integrity());
        JsonObject only =
                new JsonObject().put("name", name).put("version", version).put("dist", dist);
        return new JsonObject()
                .put("name", name)
                .put("dist-tags", new JsonObject().put("latest", version))
                .put("versions", new JsonObject().put(version, only));
    }

    private String integrity() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-512").digest(tarball);
            return "sha512-" + new String(Base64.getEncoder().encode(digest), StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
