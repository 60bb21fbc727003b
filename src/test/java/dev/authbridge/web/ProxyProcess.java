package dev.authbridge.web;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A real proxy with a configuration from {@code docs/proxies.md}, on 127.0.0.1 and a port of its own. */
final class ProxyProcess implements AutoCloseable {
    private static final String PATH = "/usr/sbin:/usr/local/sbin:" + System.getenv("PATH");

    private final Path folder;
    private final int port;
    private final Process process;

    /** What the proxy is told for this port. */
    @FunctionalInterface
    interface Configuration {
        String listeningOn(int port) throws Exception;
    }

    private ProxyProcess(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /** @param servers what is to be in the {@code http} block */
    static ProxyProcess nginx(Path folder, Configuration servers) throws Exception {
        int port = freePort();
        StringBuilder file = new StringBuilder(
                        "daemon off; master_process off; error_log stderr; pid nginx.pid; events {}\n")
                .append("http { log_format path $request_uri; access_log ")
                .append(folder.resolve("requests"))
                .append(" path;\n");
        for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            file.append(kind).append("_temp_path ").append(folder.resolve(kind)).append(";\n");
        }
        file.append(servers.listeningOn(port)).append("}\n");
        return start(folder, port, file.toString(), "nginx", "-p", folder.toString(), "-c");
    }

    static ProxyProcess haproxy(Path folder, Configuration configuration) throws Exception {
        int port = freePort();
        return start(folder, port, configuration.listeningOn(port), "haproxy", "-db", "-f");
    }

    /** The blocks of that language on the page about proxies, in order. */
    static List<String> inTheDocs(String language) throws IOException {
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs/proxies.md")))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    /** A proxy cannot tell which port it got, so it is given one. */
    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** @param command which the name of the file is appended to */
    private static ProxyProcess start(Path folder, int port, String configuration, String... command)
            throws IOException {
        Path file = Files.writeString(folder.resolve("proxy.conf"), configuration);
        Path output = folder.resolve("proxy.log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.command().set(0, found(command[0]));
        builder.command().add(file.toString());
        ProxyProcess proxy = new ProxyProcess(folder, port, builder.start());
        Eventually.waitUntil(
                Duration.ofSeconds(20),
                () -> !proxy.process.isAlive() || proxy.listens(),
                () -> "the proxy does not listen");
        assertTrue(proxy.process.isAlive(), () -> read(output));
        return proxy;
    }

    private static String found(String program) {
        return Pattern.compile(":")
                .splitAsStream(PATH)
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow()
                .toString();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    /** The paths that nginx was asked for, as they were sent. */
    List<String> requested() {
        return read(folder.resolve("requests")).lines().toList();
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
}
