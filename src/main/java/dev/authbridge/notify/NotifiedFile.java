package dev.authbridge.notify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.core.OneLine;
import dev.authbridge.core.PrivateFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file {@code notified} in the data folder: which events were told already, so that each is told once even if the server is
 * restarted, and why the last one could not be told, for {@code doctor}. After a first line with the version of the format, it has
 * one event in each line, with tabs between its fields. It holds no secret. All methods block on the disk.
 *
 * @param path of the file, in a folder that exists
 */
public record NotifiedFile(Path path) {
    private static final String FORMAT = "notified 1";
    private static final int LARGEST = 1 << 20;
    private static final int MOST_TOLD = 2_000;
    private static final int LONGEST_REASON = 300;

    /**
     * What the file says.
     *
     * @param told when each event was told, by its name
     * @param failure of the last try; empty if that succeeded
     */
    public record Content(Map<String, Instant> told, Optional<Failure> failure) {
        static final Content NONE = new Content(Map.of(), Optional.empty());

        public Content {
            told = Map.copyOf(told);
        }

        Content withTold(String event, Instant at) {
            Map<String, Instant> all = new LinkedHashMap<>(told);
            all.put(event, at);
            return new Content(all, Optional.empty());
        }

        Content without(String event) {
            Map<String, Instant> others = new LinkedHashMap<>(told);
            others.remove(event);
            return new Content(others, failure);
        }

        Content withFailure(Failure last) {
            return new Content(told, Optional.of(last));
        }
    }

    /** Why an event could not be told. */
    public record Failure(Instant at, String reason) {}

    /** The file of a data folder. */
    public static NotifiedFile in(Path dataFolder) {
        return new NotifiedFile(dataFolder.resolve("notified"));
    }

    /**
     * Reads the file; a missing one says nothing.
     *
     * @throws IOException if it cannot be read, or was not written by {@link #write}
     */
    public Content read() throws IOException {
        Optional<byte[]> bytes;
        try {
            bytes = PrivateFile.read(path, LARGEST);
        } catch (FileSystemException e) {
            throw new IOException(path + " cannot be read", e);
        }
        if (bytes.isEmpty()) {
            return Content.NONE;
        }
        List<String> lines = new String(bytes.get(), UTF_8).lines().toList();
        if (lines.isEmpty() || !lines.get(0).equals(FORMAT)) {
            throw new IOException(path + " is not a list of events");
        }
        Map<String, Instant> told = new LinkedHashMap<>();
        Optional<Failure> failure = Optional.empty();
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split("\t", -1);
            if (fields.length != 3 || !fields[1].matches("-?\\d{1,15}")) {
                throw new IOException(path + " has a line that is no event");
            }
            Instant at = Instant.ofEpochMilli(Long.parseLong(fields[1]));
            if (fields[0].equals("failed")) {
                failure = Optional.of(new Failure(at, fields[2]));
            } else {
                told.put(fields[2], at);
            }
        }
        return new Content(told, failure);
    }

    /** Replaces the file as a whole. Of too many events, the oldest are left out. */
    void write(Content content) throws IOException {
        StringBuilder text = new StringBuilder(FORMAT).append('\n');
        content.told().entrySet().stream()
                .sorted(Map.Entry.<String, Instant>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_TOLD)
                .forEach(told -> line(text, "told", told.getValue(), told.getKey()));
        content.failure().ifPresent(last -> line(text, "failed", last.at(), OneLine.of(last.reason(), LONGEST_REASON)));
        PrivateFile.replace(
                path,
                path.resolveSibling("." + path.getFileName() + ".tmp"),
                text.toString().getBytes(UTF_8));
    }

    private static void line(StringBuilder text, String what, Instant at, String event) {
        text.append(what)
                .append('\t')
                .append(at.toEpochMilli())
                .append('\t')
                .append(event)
                .append('\n');
    }
}
