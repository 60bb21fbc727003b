package dev.authbridge.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.access.Sessions.Session;
import dev.authbridge.core.OneLine;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The file in which the living sessions outlast a restart: after a first line with the version of the format, one session in
 * each line, with tabs between its fields. It holds no secret: neither a cookie nor an access key can be found from it. All
 * methods block on the disk; one thread at a time may write.
 *
 * @param path of the file, in a folder that exists
 */
record SessionsFile(Path path) {
    private static final String FORMAT = "sessions 1";
    private static final int LARGEST = 4 << 20;
    private static final int LONGEST_NAME = 100;

    /**
     * The sessions in their order; none if there is no file.
     *
     * @throws IOException if the file cannot be read, or was not written by {@link #write}
     */
    List<Session> read() throws IOException {
        Optional<byte[]> content = PrivateFile.read(path, LARGEST);
        if (content.isEmpty()) {
            return List.of();
        }
        List<String> lines = new String(content.get(), UTF_8).lines().toList();
        if (lines.isEmpty() || !lines.get(0).equals(FORMAT)) {
            throw new IOException(path + " is not a list of sessions");
        }
        List<Session> sessions = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            sessions.add(session(line));
        }
        return sessions;
    }

    private Session session(String line) throws IOException {
        String[] fields = line.split("\t", -1);
        if (fields.length != 7) {
            throw new IOException(path + " has a line that is no session");
        }
        try {
            return new Session(
                    fields[0],
                    new Owner(fields[1]),
                    fields[2],
                    new Peer(fields[5], fields[6]),
                    Instant.ofEpochMilli(Long.parseLong(fields[3])),
                    Instant.ofEpochMilli(Long.parseLong(fields[4])));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IOException(path + " has a line that is no session", e);
        }
    }

    /**
     * Replaces the file as a whole. If that fails, the file is deleted: in an older one, sessions would live that have ended
     * since.
     */
    void write(Collection<Session> sessions) throws IOException {
        StringBuilder text = new StringBuilder(FORMAT).append('\n');
        sessions.forEach(session -> text.append(line(session)).append('\n'));
        try {
            PrivateFile.replace(
                    path,
                    path.resolveSibling(path.getFileName() + ".tmp"),
                    text.toString().getBytes(UTF_8));
        } catch (IOException e) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private static String line(Session session) {
        return String.join(
                "\t",
                session.id(),
                session.owner().name(),
                session.keySha256(),
                Long.toString(session.openedAt().toEpochMilli()),
                Long.toString(session.lastUsedAt().toEpochMilli()),
                OneLine.of(session.peer().address(), LONGEST_NAME),
                OneLine.of(session.peer().device(), LONGEST_NAME));
    }
}
