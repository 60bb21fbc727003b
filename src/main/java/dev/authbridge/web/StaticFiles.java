package dev.authbridge.web;

import dev.authbridge.core.Hashes;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * The pages and scripts, from the classpath folder {@code webroot}, all in memory: whatever is asked for is either one of
 * these names or not there, so no path can lead out of the folder.
 *
 * <p>Each is compressed once, when the server starts, and sent so to every client that takes gzip. Nothing else that the
 * server sends is compressed, since the length of a compressed secret tells something about it; these files hold none. May be
 * used from any thread.
 */
final class StaticFiles {
    private static final String FOLDER = "webroot";

    /** Pages of other origins load the component from here. */
    private static final String FOR_OTHER_ORIGINS = "/claude-login/";

    private static final String FIRST_PAGE = "/index.html";

    /**
     * The script that adds a slash to the address of the first page, which {@code code-server} also shows without one. It has the
     * address of the page with this query, since any other relative address would lead elsewhere.
     */
    private static final String SLASH = "slash.js";

    private static final Map<String, String> PAGES = Map.of(
            "/", FIRST_PAGE,
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

    /** One element of {@code Accept-Encoding}: a name, and how much it is liked, from 0, which is not at all, to 1. */
    private static final Pattern CODING =
            Pattern.compile("(?<name>[^;\\s]+)(?:\\s*;\\s*[qQ]=(?<weight>0(?:\\.[0-9]{0,3})?|1(?:\\.0{0,3})?))?");

    /** Larger than this part of the plain file, the compressed one is not worth its place. */
    private static final double WORTH_IT = 0.9;

    private final Map<String, StaticFile> files;

    /** @param gzip missing where it would save little */
    private record StaticFile(String type, Variant plain, Optional<Variant> gzip) {}

    /** The same file in one encoding; each has an entity tag of its own. */
    private record Variant(Buffer content, String etag) {}

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
        // Without a second slash at its beginning, which proxies add that take a path out of the requests.
        String asked = context.normalizedPath();
        String path = PAGES.getOrDefault(asked, asked);
        if (path.equals(FIRST_PAGE) && SLASH.equals(request.query())) {
            path = "/" + SLASH;
        }
        StaticFile file = files.get(path);
        if (file == null) {
            slash(path).ifPresentOrElse(page -> Replies.redirect(context, page), context::next);
            return;
        }
        Optional<Variant> gzip =
                file.gzip().filter(zipped -> takesGzip(elements(request, HttpHeaders.ACCEPT_ENCODING)));
        Variant variant = gzip.orElse(file.plain());
        HttpServerResponse response = context.response();
        response.putHeader(HttpHeaders.ETAG, variant.etag()).putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
        if (file.gzip().isPresent()) {
            response.putHeader(HttpHeaders.VARY, "Accept-Encoding");
        }
        if (path.startsWith(FOR_OTHER_ORIGINS)) {
            response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
            response.putHeader("Cross-Origin-Resource-Policy", "cross-origin");
        }
        if (isKnown(variant, elements(request, HttpHeaders.IF_NONE_MATCH))) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, file.type());
        gzip.ifPresent(zipped -> response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip"));
        // Said here, since Vert.x would leave it out of the answer to a HEAD.
        response.putHeader(
                HttpHeaders.CONTENT_LENGTH, String.valueOf(variant.content().length()));
        response.end(variant.content());
    }

    /**
     * Where a page is that was asked for with a slash at its end too many or too few, as people and proxies write it: its
     * relative addresses would lead elsewhere.
     */
    private static Optional<String> slash(String path) {
        String name = path.substring(path.lastIndexOf('/', path.length() - 2) + 1);
        if (PAGES.containsKey(path + "/")) {
            return Optional.of("./" + name + "/");
        }
        boolean without = path.endsWith("/") && PAGES.containsKey(path.substring(0, path.length() - 1));
        return without ? Optional.of("../" + name.substring(0, name.length() - 1)) : Optional.empty();
    }

    /** The elements of a header that is a list, from all its lines. */
    private static Stream<String> elements(HttpServerRequest request, CharSequence name) {
        return request.headers().getAll(name).stream()
                .flatMap(line -> Stream.of(line.split(",")))
                .map(String::strip)
                .filter(element -> !element.isEmpty());
    }

    private static boolean isKnown(Variant variant, Stream<String> ifNoneMatch) {
        return ifNoneMatch.anyMatch(
                given -> given.equals("*") || given.replaceFirst("^W/", "").equals(variant.etag()));
    }

    /**
     * Whether a client that sends this {@code Accept-Encoding} likes gzip at least as much as the plain file (RFC 9110, 12.5.3).
     * What is not named is as good as {@code *}; the plain file, where nothing names it, is good as a last resort.
     */
    private static boolean takesGzip(Stream<String> acceptEncoding) {
        Map<String, Double> weights = new HashMap<>();
        acceptEncoding.forEach(element -> {
            Matcher coding = CODING.matcher(element);
            if (coding.matches()) {
                String weight = coding.group("weight");
                weights.merge(
                        coding.group("name").toLowerCase(Locale.ROOT),
                        weight == null ? 1.0 : Double.parseDouble(weight),
                        Math::max);
            }
        });
        double others = weights.getOrDefault("*", 0.0);
        double gzip = weights.getOrDefault("gzip", weights.getOrDefault("x-gzip", others));
        return gzip > 0 && gzip >= weights.getOrDefault("identity", 0.0);
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
            byte[] zipped = gzip(content);
            String hash = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(Hashes.sha256(content))
                    .substring(0, 22);
            Optional<Variant> gzip = Optional.of(new Variant(Buffer.buffer(zipped), '"' + hash + "-gzip\""))
                    .filter(variant -> zipped.length < content.length * WORTH_IT);
            files.put(name, new StaticFile(type, new Variant(Buffer.buffer(content), '"' + hash + '"'), gzip));
        }
        return Map.copyOf(files);
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(zipped) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        }) {
            out.write(content);
        }
        return zipped.toByteArray();
    }
}
