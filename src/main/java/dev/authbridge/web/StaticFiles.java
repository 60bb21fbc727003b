package dev.authbridge.web;

import dev.authbridge.core.Hashes;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The pages and scripts, from the classpath folder {@code webroot}, all in memory: whatever is asked for is either one of
 * these names or not there, so no path can lead out of the folder.
 */
final class StaticFiles {
    private static final String FOLDER = "webroot";

    /** Pages of other origins load the component from here. */
    private static final String FOR_OTHER_ORIGINS = "/claude-login/";

    private static final Map<String, String> PAGES = Map.of(
            "/", "/index.html",
            "/chat", "/chat.html",
            "/d", "/device.html",
            "/claude-login/", "/claude-login/index.html");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "json", "application/json",
            "webmanifest", "application/manifest+json",
            "woff2", "font/woff2",
            "txt", "text/plain; charset=utf-8");

    private final Map<String, StaticFile> files;

    private record StaticFile(Buffer content, String type, String etag) {}

    private StaticFiles(Map<String, StaticFile> files) {
        this.files = files;
    }

    /** Reads all of the folder; blocks on the disk. */
    static StaticFiles load() {
        URL marker = StaticFiles.class.getClassLoader().getResource(FOLDER + "/claude-login/go.js");
        if (marker == null) {
            throw new IllegalStateException("the classpath has no folder " + FOLDER + ": the build is broken");
        }
        try {
            URI uri = marker.toURI();
            if (!"jar".equals(uri.getScheme())) {
                return new StaticFiles(read(Path.of(uri).getParent().getParent()));
            }
            String jar = uri.getRawSchemeSpecificPart();
            // By its path, not by its address: one JVM has only one file system of an address.
            try (FileSystem inJar =
                    FileSystems.newFileSystem(Path.of(URI.create(jar.substring(0, jar.indexOf('!')))), Map.of())) {
                return new StaticFiles(read(inJar.getPath("/" + FOLDER)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Answers with the file of this path; leaves the request to others where there is none. */
    void serve(RoutingContext context) {
        HttpServerRequest request = context.request();
        String path = PAGES.getOrDefault(request.path(), request.path());
        StaticFile file = files.get(path);
        if (file == null) {
            context.next();
            return;
        }
        HttpServerResponse response = context.response();
        response.putHeader("ETag", file.etag()).putHeader("Cache-Control", "no-cache");
        if (path.startsWith(FOR_OTHER_ORIGINS)) {
            response.putHeader("Access-Control-Allow-Origin", "*");
            response.putHeader("Cross-Origin-Resource-Policy", "cross-origin");
        }
        if (matches(request.getHeader("If-None-Match"), file.etag())) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader("Content-Type", file.type());
        response.end(file.content());
    }

    private static boolean matches(String ifNoneMatch, String etag) {
        return ifNoneMatch != null
                && Stream.of(ifNoneMatch.split(","))
                        .map(String::strip)
                        .anyMatch(given -> given.equals("*")
                                || given.replaceFirst("^W/", "").equals(etag));
    }

    private static Map<String, StaticFile> read(Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.filter(Files::isRegularFile).toList();
        }
        Map<String, StaticFile> files = new HashMap<>();
        for (Path path : paths) {
            String name = "/" + folder.relativize(path).toString().replace('\\', '/');
            byte[] content = Files.readAllBytes(path);
            String extension = name.substring(name.lastIndexOf('.') + 1);
            String type = TYPES.getOrDefault(extension, "application/octet-stream");
            files.put(name, new StaticFile(Buffer.buffer(content), type, etag(content)));
        }
        return Map.copyOf(files);
    }

    private static String etag(byte[] content) {
        String hash = Base64.getUrlEncoder().withoutPadding().encodeToString(Hashes.sha256(content));
        return '"' + hash.substring(0, 22) + '"';
    }
}
