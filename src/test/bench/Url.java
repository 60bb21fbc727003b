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
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Measures the time from the moment that a program writes the authorization URL to its pseudo-terminal until a client of
 * the server receives it in a WebSocket frame. It starts the server of each JAR and measures them in turns, after ten rounds
 * to warm up. The time includes the pause after which the screen counts as at rest.
 *
 * <p>The program prints what claude 2.1.330 printed in a recording, up to the URL, then waits, records the time and prints the
 * URL.
 *
 * <p>usage: java src/test/bench/Url.java ROUNDS JAR…   Must be run at the top of the repository; needs bash; uses 127.0.0.1 only.
 */
public class Url {
    private static final int WARM_UP = 10;
    private static final Path RECORDING = Path.of("src/test/resources/recordings/2.1.330-success-500.cast");
    private static final Pattern LINK = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)/");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        List<Path> jars = Stream.of(arguments).skip(1).map(Path::of).toList();
        Path folder = Files.createTempDirectory("bench-url-");
        List<Server> servers = new ArrayList<>();
        try {
            for (Path jar : jars) {
                servers.add(new Server(jar, Files.createDirectory(folder.resolve("server-" + servers.size())), rounds));
            }
            for (int round = -WARM_UP; round < rounds; round++) {
                for (Server server : servers) {
                    double time = server.round(round + WARM_UP);
                    if (round >= 0) {
                        server.times.add(time);
                    }
                }
            }
            for (Server server : servers) {
                server.tell();
            }
            System.out.println("load average: " + Files.readString(Path.of("/proc/loadavg")).replaceAll(" [^ ]*/.*\\s", ""));
        } finally {
            for (Server server : servers) {
                server.process.destroy();
                server.process.waitFor();
            }
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** A server and its program. Each round has another owner, because one owner may not start so many logins. */
    private static final class Server {
        private final Path jar;
        private final Path noted;
        private final Process process;
        private final URI socket;
        private final List<Double> times = new ArrayList<>();

        Server(Path jar, Path folder, int rounds) throws Exception {
            this.jar = jar;
            this.noted = folder.resolve("noted");
            StringBuilder keys = new StringBuilder();
            for (int round = 0; round < rounds + WARM_UP; round++) {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(key(round).getBytes(UTF_8));
                keys.append("owner").append(round).append(':').append(HexFormat.of().formatHex(hash)).append(":login\n");
            }
            Path keysFile = Files.writeString(folder.resolve("keys"), keys);
            Files.setPosixFilePermissions(keysFile, PosixFilePermissions.fromString("rw-------"));
            ProcessBuilder builder = new ProcessBuilder("java", "-jar", jar.toString());
            builder.environment().clear();
            builder.environment().put("PATH", System.getenv("PATH"));
            builder.environment().put("HOME", folder.toString());
            builder.environment().put("CLAUDE_CREDENTIALS_PATH", folder.resolve("data").toString());
            builder.environment().put("CLAUDE_AUTH_PORT", "0");
            builder.environment().put("CLAUDE_AUTH_WARM", "0");
            builder.environment().put("CLAUDE_AUTH_KEYS_FILE", keysFile.toString());
            builder.environment().put("CLAUDE_COMMAND", program(folder).toString());
            builder.environment().put("HTTPS_PROXY", "http://127.0.0.1:9");
            process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
            BufferedReader said = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
            for (String line = said.readLine(); ; line = said.readLine()) {
                if (line == null) {
                    throw new IOException(jar + " did not start");
                }
                Matcher link = LINK.matcher(line);
                if (link.find()) {
                    socket = URI.create("ws://127.0.0.1:" + link.group(1) + "/api/claude/auth/socket");
                    break;
                }
            }
            Thread rest = new Thread(() -> said.lines().forEach(line -> {}));
            rest.setDaemon(true);
            rest.start();
        }

        private Path program(Path folder) throws IOException {
            List<String> pieces = new ArrayList<>();
            for (String line : Files.readAllLines(RECORDING)) {
                Matcher output = Pattern.compile("^\\[[0-9.]+, ?\"o\", ?\"(.*)\"\\]$").matcher(line);
                if (output.find()) {
                    pieces.add(output.group(1));
                }
            }
            int first = 0;
            while (!pieces.get(first).contains("oauth/authorize")) {
                first++;
            }
            // The frame that shows the URL was read in two pieces.
            Path before = Files.writeString(folder.resolve("before"), plain(String.join("", pieces.subList(0, first))));
            Path url = Files.writeString(folder.resolve("url"), plain(String.join("", pieces.subList(first, first + 2))));
            Path program = Files.writeString(folder.resolve("claude"), String.join("\n",
                    "#!/bin/bash",
                    "if [[ $1 = --version ]]; then echo '2.1.330 (Claude Code)'; exit; fi",
                    "url=$(<'" + url + "')",
                    "cat '" + before + "'",
                    "sleep 0.3",
                    "echo \"$EPOCHREALTIME\" >'" + noted + "'",
                    "printf %s \"$url\"",
                    "exec sleep 1000",
                    ""));
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
            return program;
        }

        /** What a string of the recording's JSON stands for. */
        private static String plain(String json) {
            Matcher escape = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|(.))").matcher(json);
            return escape.replaceAll(found -> Matcher.quoteReplacement(
                    found.group(1) != null
                            ? Character.toString(Integer.parseInt(found.group(1), 16))
                            : switch (found.group(2)) {
                                case "n" -> "\n";
                                case "r" -> "\r";
                                case "t" -> "\t";
                                case "b" -> "\b";
                                case "f" -> "\f";
                                default -> found.group(2);
                            }));
        }

        private static String key(int round) {
            return "a key for the benchmark only, number " + round;
        }

        /** Milliseconds from the write of the URL to its frame. */
        double round(int number) throws Exception {
            Frames frames = new Frames();
            WebSocket client = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .header("Authorization", "Bearer " + key(number))
                    .buildAsync(socket, frames)
                    .get();
            client.sendText("{\"event\":\"claude.auth.start\",\"data\":{}}", true).get();
            Frame url = frames.await("\"claude.auth.url\"");
            String[] written = Files.readString(noted).strip().split("[.,]");
            Instant start = Instant.ofEpochSecond(Long.parseLong(written[0]), Long.parseLong(written[1]) * 1000);
            client.sendText("{\"event\":\"claude.auth.cancel\",\"data\":{}}", true).get();
            frames.await("\"cancelled\"");
            client.abort();
            return ChronoUnit.MICROS.between(start, url.at) / 1000.0;
        }

        void tell() {
            Collections.sort(times);
            System.out.printf(
                    "%s: median %.1f ms, p99 %.1f ms, least %.1f ms, %d rounds%n",
                    jar, times.get(times.size() / 2), times.get((int) Math.ceil(times.size() * 0.99) - 1), times.get(0),
                    times.size());
        }
    }

    private record Frame(Instant at, String text) {}

    private static final class Frames implements WebSocket.Listener {
        private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence piece, boolean last) {
            Instant now = Instant.now();
            text.append(piece);
            if (last) {
                frames.add(new Frame(now, text.toString()));
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        /** The next frame that has these words in it; those before are passed over. */
        Frame await(String words) throws InterruptedException, TimeoutException {
            List<String> passed = new ArrayList<>();
            while (true) {
                Frame frame = frames.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                if (frame == null) {
                    throw new TimeoutException("no " + words + " after " + passed);
                }
                if (frame.text.contains(words)) {
                    return frame;
                }
                passed.add(frame.text);
            }
        }
    }
}
