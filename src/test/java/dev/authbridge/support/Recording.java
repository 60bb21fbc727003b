package dev.authbridge.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Terminal traffic of a real CLI, recorded in the format asciicast v2.
 *
 * @param name version, outcome and columns
 * @param frames in chronological order
 */
public record Recording(String name, int columns, int rows, List<Frame> frames) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param kind {@code o} for output, {@code i} for input, {@code m} for a mark at the end that says how it ended */
    public record Frame(String kind, String data) {}

    /** All files of {@code src/test/resources/recordings}. */
    public static Stream<Recording> all() {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/recordings"))) {
            return files.filter(file -> file.toString().endsWith(".cast")).sorted().toList().stream()
                    .map(Recording::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The CLI's output, piece by piece, without the input. */
    public List<String> output() {
        return frames.stream()
                .filter(frame -> frame.kind().equals("o"))
                .map(Frame::data)
                .toList();
    }

    private static Recording read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            JsonNode header = JSON.readTree(lines.get(0));
            List<Frame> frames = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                JsonNode frame = JSON.readTree(line);
                frames.add(new Frame(frame.get(1).asText(), frame.get(2).asText()));
            }
            String name = file.getFileName().toString().replace(".cast", "");
            return new Recording(
                    name, header.get("width").asInt(), header.get("height").asInt(), frames);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
