package dev.authbridge.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Fuzz target: any bytes on a connection to the whole server. In the input {@code KEY} stands for an access key.
 *
 * <p>Whatever is answered has to be well-formed HTTP with a status that the server means to send, and must contain no
 * secret and no stack trace. A request that a proxy could read in another way is refused, and nothing after it is read. The
 * server has to go on answering others.
 */
public final class HttpFuzz {
    private static final Set<Integer> STATUSES = Set.of(
            100, 101, 200, 204, 302, 303, 304, 400, 401, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413, 414, 415,
            416, 417, 421, 422, 426, 429, 431, 501, 503, 505);
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9][0-9]) [ -~]*");
    private static final Pattern HEADER = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\\t -~]*)");
    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f]");
    private static final Pattern STACK_TRACE = Pattern.compile("\\n\\s+at [a-z]|[a-z]\\.[A-Za-z]+(Exception|Error)\\b");

    /** For an answer to a request that is not complete there is nothing to wait for. */
    private static final int SILENT_MILLIS = 30;

    private static final int INPUTS_BETWEEN_HEALTH_CHECKS = 128;

    private static RunningServer server;
    private static Path folder;
    private static int inputs;

    private HttpFuzz() {}

    public static void fuzzerInitialize() throws Exception {
        folder = Files.createTempDirectory("http-fuzz");
        server = new RunningServer(folder, RunningServer.Setting.USUAL.withHttpIdle(Duration.ofSeconds(5)));
        server.signIn();
    }

    public static void fuzzerTearDown() throws IOException {
        server.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        // So that no limit that counts by time ends what can be reached.
        server.timers.turn(Duration.ofMinutes(1));
        byte[] request = new String(input, ISO_8859_1)
                .replace("KEY", RunningServer.KEY)
                .replace("HOST", "127.0.0.1:" + server.port)
                .getBytes(ISO_8859_1);
        String answers = new String(answers(request), ISO_8859_1);
        List<Integer> statuses = check(answers);
        if (isAmbiguous(new String(request, ISO_8859_1))) {
            require(
                    statuses.stream().allMatch(status -> status >= 400) && statuses.size() <= 1,
                    "an ambiguous request is answered with " + statuses);
        }
        if (++inputs % INPUTS_BETWEEN_HEALTH_CHECKS == 0) {
            require(server.get("/healthz").statusCode() == 200, "the server does not answer others any more");
        }
    }

    /** All that the server sends until it closes the connection, or until it has nothing more to say. */
    private static byte[] answers(byte[] request) throws IOException {
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(request);
            socket.setSoTimeout(SILENT_MILLIS);
            InputStream in = socket.getInputStream();
            byte[] chunk = new byte[8_192];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                answers.write(chunk, 0, count);
            }
        } catch (SocketTimeoutException e) {
            return answers.toByteArray();
        } catch (IOException e) {
            // The server closes the connection without reading what follows a bad request.
            return answers.toByteArray();
        }
        return answers.toByteArray();
    }

    /** Whether a proxy could read the first head in another way than the server (RFC 9112: 2.2, 3.2, 6.1). */
    private static boolean isAmbiguous(String request) {
        int end = request.indexOf("\r\n\r\n");
        if (end < 0 || request.startsWith("\r\n")) {
            return false;
        }
        String head = request.substring(0, end);
        String[] lines = head.split("\r\n", -1);
        List<String> names = Stream.of(lines)
                .skip(1)
                .map(line -> line.substring(0, Math.max(0, line.indexOf(':'))).toLowerCase(Locale.ROOT))
                .toList();
        boolean coded = names.contains("transfer-encoding");
        return Collections.frequency(names, "host") > 1
                || coded && names.contains("content-length")
                || coded && lines[0].endsWith(" HTTP/1.0")
                || CONTROL.matcher(head.replace("\r\n", "")).find();
    }

    /** @return the statuses of the answers */
    private static List<Integer> check(String answers) {
        List<Integer> statuses = new ArrayList<>();
        require(!answers.contains(RunningServer.KEY), "an answer repeats the key");
        require(!answers.contains(RunningServer.TOKEN), "an answer contains the token");
        int at = 0;
        while (at < answers.length()) {
            int endOfHead = answers.indexOf("\r\n\r\n", at);
            if (endOfHead < 0) {
                return statuses;
            }
            String[] lines = answers.substring(at, endOfHead).split("\r\n", -1);
            Matcher statusLine = STATUS_LINE.matcher(lines[0]);
            require(statusLine.matches(), "not a status line: " + lines[0]);
            int status = Integer.parseInt(statusLine.group(1));
            require(STATUSES.contains(status), "an unexpected status: " + lines[0]);
            statuses.add(status);
            int length = 0;
            for (int line = 1; line < lines.length; line++) {
                Matcher header = HEADER.matcher(lines[line]);
                require(header.matches(), "not a header: " + lines[line]);
                if (header.group(1).equalsIgnoreCase("content-length")) {
                    length = Integer.parseInt(header.group(2));
                }
            }
            if (status == 101) {
                // Frames follow.
                return statuses;
            }
            int body = endOfHead + 4;
            boolean hasBody = status != 304 && status != 100 && !answers.startsWith("HTTP/1.", body);
            at = hasBody ? Math.min(answers.length(), body + length) : body;
            require(!STACK_TRACE.matcher(answers.substring(body, at)).find(), "a stack trace");
        }
        return statuses;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
