package dev.authbridge.claude.print;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * All that a run of Claude printed, line by line: one JSON object, an array of them, one on each line, plain text, or a mixture
 * of these.
 */
record PrintedOutput(List<PrintedLine> lines) {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    static PrintedOutput read(String output) {
        Optional<JsonNode> whole = json(output).filter(JsonNode::isContainerNode);
        if (whole.isEmpty()) {
            return ofLines(output);
        }
        if (whole.get().isObject()) {
            return new PrintedOutput(List.of(PrintedLine.of(whole.get())));
        }
        return new PrintedOutput(StreamSupport.stream(whole.get().spliterator(), false)
                .filter(JsonNode::isObject)
                .map(PrintedLine::of)
                .toList());
    }

    /** A terminal may have broken a sentence between any two words, so all lines that are not JSON are read as one text. */
    private static PrintedOutput ofLines(String output) {
        List<PrintedLine> lines = new ArrayList<>();
        StringBuilder words = new StringBuilder();
        output.lines().forEach(line -> {
            PrintedLine read = PrintedLine.read(line);
            if (read instanceof PrintedLine.Words) {
                words.append(line.strip()).append(' ');
            } else {
                lines.add(read);
            }
        });
        lines.add(new PrintedLine.Words("", ClaudeDiagnosis.inWords(words.toString())));
        return new PrintedOutput(lines);
    }

    /** The result decides; without one the last error does, and plain words count least. */
    Optional<ClaudeDiagnosis> diagnosis() {
        Optional<PrintedLine.Result> result = last(PrintedLine.Result.class);
        if (result.isPresent() && !result.get().failed()) {
            return Optional.empty();
        }
        return result.flatMap(PrintedLine.Result::diagnosis)
                .or(() -> lastDiagnosis(PrintedLine.Other.class))
                .or(() -> lastDiagnosis(PrintedLine.Retry.class))
                .or(() -> lastDiagnosis(PrintedLine.Words.class));
    }

    private <T extends PrintedLine> Optional<T> last(Class<T> kind) {
        return lines.stream().filter(kind::isInstance).map(kind::cast).reduce((earlier, later) -> later);
    }

    private Optional<ClaudeDiagnosis> lastDiagnosis(Class<? extends PrintedLine> kind) {
        return lines.stream()
                .filter(kind::isInstance)
                .map(PrintedLine::diagnosis)
                .flatMap(Optional::stream)
                .reduce((earlier, later) -> later);
    }

    /** The text as JSON; empty if it is anything else. */
    static Optional<JsonNode> json(String text) {
        String stripped = text.strip();
        // Most lines are not JSON; this saves an exception for each of them.
        if (!stripped.startsWith("{") && !stripped.startsWith("[")) {
            return Optional.empty();
        }
        try {
            return Optional.of(MAPPER.readTree(stripped));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
