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
 * Stands in for npm's registry on 127.0.0.1, with a certificate that only clients with {@link #certificatePem} trust. It has one
 * package in one version, with one program, unless a test makes it misbehave.
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

    /** How it answers requests. */
    public enum Mood {
        FINE,
        /** It says that the package does not exist. */
        LACKS_THE_PACKAGE,
        /** It accepts requests and never answers. */
        SILENT,
        /** It sends the beginning of the package, and then nothing more. */
        STOPS_HALFWAY,
        BROKEN
    }

    /**
     * @param folder for the files of the package
     * @param program the script that the package installs as {@code claude}
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

    /** The value for {@code npm_config_registry}. */
    public String address() {
        return "https://localhost:" + server.actualPort() + "/";
    }

    /** The certificate of the authority that signed its certificate. */
    public String certificatePem() {
        return authority.certificatePem();
    }

    /** Makes it answer like this from now on. */
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
