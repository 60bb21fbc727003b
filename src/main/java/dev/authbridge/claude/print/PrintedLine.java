package dev.authbridge.claude.print;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.authbridge.claude.ScreenRedaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * One line of {@code claude -p --output-format stream-json --include-partial-messages}, as far as it matters here. Its
 * shapes were measured with versions 2.0.77 to 2.1.330.
 */
public sealed interface PrintedLine {
    /** Takes a whole text as one JSON value, or not at all. */
    ObjectReader JSON = new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** How the line of an answer itself, and not of a tool's, names the tool. */
    Set<String> NO_TOOL = Set.of("", "null");

    /** Shorter ones say nothing; the shortest that does has a type. */
    int SHORTEST_OBJECT = "{\"type\":\"\"}".length();

    /** How many lines of one output may look like JSON and be none. */
    int MOST_BROKEN = 32;

    /** What is wrong with the sign-in, as far as this line alone tells. */
    Optional<ClaudeDiagnosis> diagnosis();

    /** The next piece of the answer. */
    record Piece(String text) implements PrintedLine {
        @Override
        public Optional<ClaudeDiagnosis> diagnosis() {
            return Optional.empty();
        }

        @Override
        public String toString() {
            return "Piece[" + text.length() + " characters]";
        }
    }

    /**
     * A request failed and will be repeated. Version 2.0.77 does not report this.
     *
     * @param pause how long Claude waits before that
     */
    record Retry(Optional<ClaudeDiagnosis> diagnosis, Duration pause) implements PrintedLine {}

    /**
     * Claude has reached a limit on requests. A result follows that says so; until then nothing is wrong.
     *
     * @param resetsAt when it takes requests again; empty if it does not say
     */
    record Limit(Optional<Instant> resetsAt) implements PrintedLine {
        @Override
        public Optional<ClaudeDiagnosis> diagnosis() {
            return Optional.empty();
        }
    }

    /**
     * The last line.
     *
     * @param text the whole answer, or what went wrong in Claude's own words, in one line and without a secret
     * @param unreachable whether it failed because the service was out of reach or had a fault of its own
     */
    record Result(boolean failed, String text, boolean unreachable, Optional<ClaudeDiagnosis> diagnosis)
            implements PrintedLine {
        @Override
        public String toString() {
            return "Result[" + (failed ? "failed" : "answered") + ", " + diagnosis + "]";
        }
    }

    /** Any other JSON. */
    record Other(Optional<ClaudeDiagnosis> diagnosis) implements PrintedLine {}

    /**
     * Anything that is not JSON: a complaint of the program itself.
     *
     * @param text its beginning, without anything that could be a secret
     */
    record Words(String text, Optional<ClaudeDiagnosis> diagnosis) implements PrintedLine {}

    /** Reads all that a run printed: one JSON object, an array of them, one on each line, plain text, or a mixture of these. */
    static List<PrintedLine> all(String output) {
        Optional<JsonNode> whole = json(output).filter(JsonNode::isContainerNode);
        if (whole.isEmpty()) {
            return lines(output);
        }
        if (whole.get().isObject()) {
            return List.of(of(whole.get()));
        }
        return StreamSupport.stream(whole.get().spliterator(), false)
                .filter(JsonNode::isObject)
                .map(PrintedLine::of)
                .toList();
    }

    /**
     * A terminal may have broken a sentence between any two words, so all lines that are not JSON are read as one text.
     *
     * <p>An exception costs as much as parsing some hundred characters, so 30,000 lines of one bracket each took a second.
     * After a few lines that only look like JSON, all further lines are taken for text.
     */
    private static List<PrintedLine> lines(String output) {
        List<PrintedLine> lines = new ArrayList<>();
        StringBuilder words = new StringBuilder();
        int broken = 0;
        for (String line : (Iterable<String>) output.lines()::iterator) {
            boolean triable = broken < MOST_BROKEN && looksLikeAnObject(line);
            Optional<JsonNode> object = triable ? object(line) : Optional.empty();
            if (object.isPresent()) {
                lines.add(of(object.get()));
            } else {
                broken += triable ? 1 : 0;
                words.append(line.strip()).append(' ');
            }
        }
        lines.add(new Words("", ClaudeDiagnosis.inWords(words.toString())));
        return lines;
    }

    /** Reads one line. */
    static PrintedLine read(String line) {
        return object(line)
                .map(PrintedLine::of)
                .orElseGet(() -> new Words(ScreenRedaction.said(line), ClaudeDiagnosis.inWords(line)));
    }

    /** The line as one JSON object; empty if it is anything else. */
    private static Optional<JsonNode> object(String line) {
        return looksLikeAnObject(line) ? json(line) : Optional.empty();
    }

    /** Most lines are not JSON; this saves an exception for each of them, and a parser for each pair of braces. */
    private static boolean looksLikeAnObject(String line) {
        String stripped = line.strip();
        return stripped.length() >= SHORTEST_OBJECT && stripped.startsWith("{") && stripped.endsWith("}");
    }

    /** The text as JSON; empty if it is anything else. */
    private static Optional<JsonNode> json(String text) {
        String stripped = text.strip();
        if (!stripped.startsWith("{") && !stripped.startsWith("[")) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readTree(stripped));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** @param message one JSON object */
    private static PrintedLine of(JsonNode message) {
        String type = message.path("type").asText();
        if (type.equals("stream_event")) {
            return piece(message);
        }
        if (type.equals("result")) {
            return result(message);
        }
        if (type.equals("system")) {
            return system(message);
        }
        if (type.equals("assistant")) {
            return new Other(assistant(message));
        }
        if (type.equals("rate_limit_event")) {
            return limit(message.path("rate_limit_info"));
        }
        if (type.equals("user")) {
            return new Other(Optional.empty());
        }
        if (message.path("loggedIn").isBoolean() && !message.path("loggedIn").booleanValue()) {
            // The output of "claude auth status" for someone who is signed out.
            return new Other(Optional.of(ClaudeDiagnosis.SIGNED_OUT));
        }
        return new Other(ClaudeDiagnosis.inWords(message.toString()));
    }

    private static PrintedLine piece(JsonNode message) {
        JsonNode delta = message.path("event").path("delta");
        boolean text = delta.path("type").asText().equals("text_delta")
                && delta.path("text").isTextual()
                && NO_TOOL.contains(message.path("parent_tool_use_id").asText(""));
        return text ? new Piece(delta.path("text").textValue()) : new Other(Optional.empty());
    }

    private static PrintedLine system(JsonNode message) {
        if (!message.path("subtype").asText().equals("api_retry")) {
            return new Other(Optional.empty());
        }
        JsonNode status = message.path("error_status");
        // The status comes first: 2.1.150 calls a 529 a rate limit, too. Claude retries a 403 only for a revoked token.
        Optional<ClaudeDiagnosis> diagnosis = status.asInt() == 403 || !status.isInt()
                ? ClaudeDiagnosis.inWords(message.path("error").asText())
                : ClaudeDiagnosis.ofStatus(status.asInt());
        return new Retry(
                diagnosis, Duration.ofMillis(message.path("retry_delay_ms").asLong()));
    }

    /** It is also sent as a warning before the limit is reached; {@code resetsAt} is in seconds since 1970. */
    private static PrintedLine limit(JsonNode info) {
        if (!info.path("status").asText().equals("rejected")) {
            return new Other(Optional.empty());
        }
        long resetsAt = info.path("resetsAt").asLong();
        // Before the year 2286; anything else is not a number of seconds.
        boolean plausible = resetsAt > 0 && resetsAt < 10_000_000_000L;
        return new Limit(plausible ? Optional.of(Instant.ofEpochSecond(resetsAt)) : Optional.empty());
    }

    private static PrintedLine result(JsonNode message) {
        boolean failed = message.path("is_error").asBoolean();
        String text = message.path("result").asText();
        int status = message.path("api_error_status").asInt();
        if (!failed) {
            return new Result(false, text, false, Optional.empty());
        }
        return new Result(
                true,
                ScreenRedaction.quote(text),
                status >= 500 || ClaudeDiagnosis.unreachable(text),
                ClaudeDiagnosis.inWords(text).or(() -> ClaudeDiagnosis.ofStatus(status)));
    }

    private static Optional<ClaudeDiagnosis> assistant(JsonNode message) {
        if (!message.path("error").isTextual()) {
            return Optional.empty();
        }
        String words = StreamSupport.stream(
                        message.path("message").path("content").spliterator(), false)
                .map(block -> block.path("text").asText())
                .collect(Collectors.joining(" "));
        return ClaudeDiagnosis.inWords(words)
                .or(() -> ClaudeDiagnosis.ofStatus(
                        message.path("api_error_status").asInt()));
    }
}
