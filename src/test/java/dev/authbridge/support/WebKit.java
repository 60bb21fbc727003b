package dev.authbridge.support;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/**
 * WebKitGTK, the engine closest to that of every iPhone, driven over plain WebDriver: a smoke test needs too few commands to
 * justify a library. For use by one thread.
 */
public final class WebKit implements AutoCloseable {
    /** Settings for a machine without a graphics card and a desktop session. */
    private static final Map<String, String> HEADLESS = Map.of(
            "WEBKIT_DISABLE_COMPOSITING_MODE", "1",
            "WEBKIT_DISABLE_DMABUF_RENDERER", "1",
            "LIBGL_ALWAYS_SOFTWARE", "1",
            "GDK_BACKEND", "x11",
            "NO_AT_BRIDGE", "1");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process display;
    private final Process driver;
    private final String server;
    private final String session;

    public WebKit() throws IOException, InterruptedException {
        Tool.WEBKIT.require(WebKit.class);
        display = start(
                new ProcessBuilder("Xvfb", "-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"));
        String number =
                new BufferedReader(new InputStreamReader(display.getInputStream(), StandardCharsets.UTF_8)).readLine();
        int port = freePort();
        ProcessBuilder program = new ProcessBuilder("WebKitWebDriver", "--host=127.0.0.1", "--port=" + port);
        program.environment().putAll(HEADLESS);
        program.environment().put("DISPLAY", ":" + number);
        driver = start(program.redirectOutput(ProcessBuilder.Redirect.DISCARD));
        server = "http://127.0.0.1:" + port + "/session";
        Eventually.waitUntil(PATIENCE, () -> listens(port), () -> "WebKitWebDriver does not listen");
        session = server + "/"
                + call("POST", server, new JsonObject().put("capabilities", new JsonObject()))
                        .getJsonObject("value")
                        .getString("sessionId");
    }

    private static Process start(ProcessBuilder program) throws IOException {
        return program.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static boolean listens(int port) {
        try (java.net.Socket socket = new java.net.Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    public void open(String url) throws IOException, InterruptedException {
        call("POST", session + "/url", new JsonObject().put("url", url));
    }

    public void resize(int width, int height) throws IOException, InterruptedException {
        call(
                "POST",
                session + "/window/rect",
                new JsonObject().put("width", width).put("height", height));
    }

    /** Runs a script in the page and returns its result as JSON. */
    public Object run(String script, Object... arguments) throws IOException, InterruptedException {
        JsonArray array = new JsonArray();
        for (Object argument : arguments) {
            array.add(argument);
        }
        return call(
                        "POST",
                        session + "/execute/sync",
                        new JsonObject().put("script", script).put("args", array))
                .getValue("value");
    }

    public void picture(Path file) throws IOException, InterruptedException {
        Files.createDirectories(file.getParent());
        String image = call("GET", session + "/screenshot", null).getString("value");
        Files.write(file, Base64.getDecoder().decode(image));
    }

    private JsonObject call(String method, String address, JsonObject body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                .timeout(PATIENCE)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.encode()))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(method + " " + address + ": " + response.body());
        }
        return new JsonObject(response.body());
    }

    @Override
    public void close() throws IOException {
        try {
            call("DELETE", session, null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            driver.descendants().forEach(ProcessHandle::destroy);
            driver.destroy();
            display.destroy();
        }
    }
}
