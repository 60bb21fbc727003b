import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Measures how quickly those are refused for whose logins there is no room, if 200 owners start one at the same time: from
 * the sending of each start until its refusal is received. There are 50 sockets, over each of which 4 owners start a login.
 * Every round is shown, since a server that has just been started is slower: its JVM compiles the code while it answers. The
 * rounds have different owners in turn, because an owner may not start more than ten logins in a row. Also counts the programs
 * that are started.
 *
 * <p>usage: java src/test/bench/Starts.java JAR   Needs a POSIX shell; uses 127.0.0.1 only.
 */
public class Starts {
    private static final int ROUNDS = 24;
    private static final int SETS_OF_OWNERS = 5;
    /** With four starts and four cancellations in a round, a socket stays below the 100 messages that it may send in a minute. */
    private static final int PAUSE_MS = 3200;
    private static final int SOCKETS = 50;
    private static final int OWNERS_OF_SOCKET = 4;
    private static final int OWNERS = SOCKETS * OWNERS_OF_SOCKET;
    private static final int ROOM = 8;
    private static final Pattern LINK = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)/");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("bench-starts-");
        try {
            Process server = start(Path.of(arguments[0]), folder);
            try {
                measure(socket(server), folder.resolve("started"));
            } finally {
                server.destroy();
                server.waitFor();
            }
            System.out.println("load average: " + Files.readString(Path.of("/proc/loadavg")).replaceAll(" [^ ]*/.*\\s", ""));
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static Process start(Path jar, Path folder) throws Exception {
        StringBuilder keys = new StringBuilder();
        for (int owner = 0; owner < OWNERS * SETS_OF_OWNERS; owner++) {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key(owner).getBytes(UTF_8));
            keys.append("owner").append(owner).append(':').append(HexFormat.of().formatHex(hash)).append(":login\n");
        }
        Path keysFile = Files.writeString(folder.resolve("keys"), keys);
        Files.setPosixFilePermissions(keysFile, PosixFilePermissions.fromString("rw-------"));
        Path program = Files.writeString(folder.resolve("claude"), String.join("\n",
                "#!/bin/sh",
                "if [ \"$1\" = --version ]; then echo '2.1.330 (Claude Code)'; exit; fi",
                "if [ \"$1\" = --help ]; then exit; fi",
                "echo started >> '" + folder.resolve("started") + "'",
                "exec sleep 1000",
                ""));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        ProcessBuilder builder = new ProcessBuilder("java", "-jar", jar.toString());
        builder.environment().clear();
        builder.environment().put("PATH", System.getenv("PATH"));
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("CLAUDE_CREDENTIALS_PATH", folder.resolve("data").toString());
        builder.environment().put("CLAUDE_AUTH_PORT", "0");
        builder.environment().put("CLAUDE_AUTH_WARM", "0");
        builder.environment().put("CLAUDE_AUTH_MAX_LOGINS", Integer.toString(ROOM));
        builder.environment().put("CLAUDE_AUTH_KEYS_FILE", keysFile.toString());
        builder.environment().put("CLAUDE_COMMAND", program.toString());
        builder.environment().put("HTTPS_PROXY", "http://127.0.0.1:9");
        return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static String key(int owner) {
        return "a key for the benchmark only, number " + owner;
    }

    /** Waits until the server says where it listens. */
    private static URI socket(Process server) throws IOException {
        BufferedReader said = new BufferedReader(new InputStreamReader(server.getInputStream(), UTF_8));
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher link = LINK.matcher(line);
            if (link.find()) {
                Thread rest = new Thread(() -> said.lines().forEach(more -> {}));
                rest.setDaemon(true);
                rest.start();
                return URI.create("ws://127.0.0.1:" + link.group(1) + "/api/claude/auth/socket");
            }
        }
        throw new IOException("the server did not start");
    }

    private static void measure(URI socket, Path started) throws Exception {
        List<Queue<Long>> refusals = new ArrayList<>();
        List<WebSocket> clients = new ArrayList<>();
        for (int client = 0; client < SOCKETS; client++) {
            refusals.add(new ConcurrentLinkedQueue<>());
            clients.add(HTTP.newWebSocketBuilder()
                    .header("Authorization", "Bearer " + key(client * OWNERS_OF_SOCKET))
                    .buildAsync(socket, new Refusals(refusals.get(client)))
                    .get());
        }
        // Until the server has done what it does once after its start.
        Thread.sleep(3000);
        int programs = 0;
        for (int round = 1; round <= ROUNDS; round++) {
            refusals.forEach(Queue::clear);
            int firstOwner = round % SETS_OF_OWNERS * OWNERS;
            List<Queue<Long>> sent = ofAll(clients, "start", firstOwner);
            Thread.sleep(PAUSE_MS);
            int refused = refusals.stream().mapToInt(Queue::size).sum();
            if (refused != OWNERS - ROOM) {
                throw new IOException(refused + " were refused, not " + (OWNERS - ROOM));
            }
            List<Double> times = times(sent, refusals);
            int now = Files.readAllLines(started).size();
            System.out.printf(
                    "round %d: %d refusals, of which %d measured: median %.1f ms, slowest %.1f ms; %d programs%n",
                    round,
                    refused,
                    times.size(),
                    times.get(times.size() / 2),
                    times.get(times.size() - 1),
                    now - programs);
            programs = now;
            ofAll(clients, "cancel", firstOwner);
            Thread.sleep(PAUSE_MS);
        }
        clients.forEach(WebSocket::abort);
    }

    /**
     * From the sending of each start to its refusal, in milliseconds, sorted. Only of the sockets that had all of their starts
     * refused: answers come in the order of the messages, but a refusal does not say whose it is.
     */
    private static List<Double> times(List<Queue<Long>> sent, List<Queue<Long>> refusals) {
        List<Double> times = new ArrayList<>();
        for (int client = 0; client < SOCKETS; client++) {
            Iterator<Long> from = sent.get(client).iterator();
            if (refusals.get(client).size() == OWNERS_OF_SOCKET) {
                refusals.get(client).forEach(at -> times.add((at - from.next()) / 1e6));
            }
        }
        times.sort(null);
        return times;
    }

    /** Sends the event for every owner, on all sockets at the same time; returns when each was sent. */
    private static List<Queue<Long>> ofAll(List<WebSocket> clients, String event, int firstOwner) {
        List<Queue<Long>> times = new ArrayList<>();
        for (int client = 0; client < SOCKETS; client++) {
            Queue<Long> ofClient = new ConcurrentLinkedQueue<>();
            times.add(ofClient);
            CompletableFuture<WebSocket> sent = CompletableFuture.completedFuture(clients.get(client));
            for (int turn = 0; turn < OWNERS_OF_SOCKET; turn++) {
                String text = "{\"event\":\"claude.auth." + event + "\",\"data\":{\"key\":\""
                        + key(firstOwner + client * OWNERS_OF_SOCKET + turn) + "\"}}";
                sent = sent.thenCompose(wire -> {
                    ofClient.add(System.nanoTime());
                    return wire.sendText(text, true);
                });
            }
        }
        return times;
    }

    private static final class Refusals implements WebSocket.Listener {
        private final Queue<Long> at;
        private final StringBuilder message = new StringBuilder();

        Refusals(Queue<Long> at) {
            this.at = at;
        }

        /** A message comes in two parts where the client's buffer ends. */
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean whole) {
            message.append(text);
            if (whole) {
                if (message.indexOf("\"reason\":\"busy\"") >= 0) {
                    at.add(System.nanoTime());
                }
                message.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }
}
