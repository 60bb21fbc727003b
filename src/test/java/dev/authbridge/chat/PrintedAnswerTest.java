package dev.authbridge.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.print.PrintedLine;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Recordings of real versions, and lines like theirs. */
class PrintedAnswerTest {
    private static final Path PRINTED = Path.of("src/test/resources/printed");
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private final Heard heard = new Heard();
    private final PrintedAnswer printed = new PrintedAnswer(answer(), () -> NOW);

    private Answer answer() {
        Answer answer = new Answer();
        answer.tell(heard);
        return answer;
    }

    /** Reads until the answer ends. */
    private PrintedAnswer.End read(List<String> lines) {
        Optional<PrintedAnswer.End> end = Optional.empty();
        for (String line : lines) {
            assertEquals(Optional.empty(), end, "the answer ended before its last line");
            end = printed.read(PrintedLine.read(line));
        }
        return end.orElseThrow();
    }

    private Problem problem(String... lines) {
        return read(List.of(lines)).problem().orElseThrow();
    }

    private static String failed(String words, int status) {
        return "{\"type\":\"result\",\"is_error\":true,\"api_error_status\":%d,\"result\":\"%s\"}"
                .formatted(status, words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            2.0.77-token-expired | credential_invalid | expired
            2.0.77-signed-out | credential_invalid | does not accept
            2.1.330-signed-out | signed_out | not signed in
            2.1.330-token-usage-limit | rate_limited | You've hit your 5-hour limit
            2.1.330-key-rate-limited | rate_limited | 50 requests per minute
            2.0.77-token-rate-limited | rate_limited | Rate limit reached
            2.1.330-key-no-credit | cli_failed | Credit balance is too low
            2.1.330-token-forbidden | cli_failed | 403 Your account does not have permission
            2.1.150-token-overloaded | network | 529 Overloaded
            2.1.330-token-server-error | network | 500 Internal server error
            2.1.330-token-dropped | network | Connection dropped
            2.0.77-token-dropped | network | Connection error
            """)
    void aProblemHasAReasonAndAMessage(String recording, String reason, String words) throws IOException {
        Problem problem = problem(
                Files.readAllLines(PRINTED.resolve(recording + ".jsonl")).toArray(String[]::new));
        assertEquals(reason, problem.reason().wireName());
        assertTrue(problem.message().contains(words), problem.message());
        assertEquals("", heard.text.toString());
    }

    static List<Path> recordings() throws IOException {
        try (Stream<Path> files = Files.list(PRINTED)) {
            return files.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList();
        }
    }

    /** The recordings have the same faults for each version, with different messages. */
    @ParameterizedTest
    @MethodSource("recordings")
    void aSignInIsAskedForExactlyIfItHelps(Path recording) throws IOException {
        String name = recording.getFileName().toString();
        // 2.0.77 prints "Please run /login" for everything that is forbidden.
        boolean helps = name.matches(
                ".*-(signed-out|token-(expired|invalid|revoked-40[13]|organization)|(key|both)-invalid)\\.jsonl"
                        + "|2\\.0\\.77-token-forbidden\\.jsonl");
        Optional<PrintedAnswer.End> end = Optional.empty();
        for (String line : Files.readAllLines(recording)) {
            end = end.or(() -> printed.read(PrintedLine.read(line)));
        }
        boolean asked = end.orElseThrow()
                .problem()
                .map(Problem::reason)
                .filter(reason -> reason == Reason.SIGNED_OUT || reason == Reason.CREDENTIAL_INVALID)
                .isPresent();
        assertEquals(helps, asked);
    }

    @Test
    void anAnswerMayHaveTheWordsOfAnError() {
        String words = "Not logged in · Please run /login";
        assertEquals(
                PrintedAnswer.End.COMPLETE,
                read(List.of("{\"type\":\"result\",\"is_error\":false,\"result\":\"%s\"}".formatted(words))));
        assertEquals(List.of(words), heard.pieces);
    }

    @ParameterizedTest
    @CsvSource({"60000, a minute", "61000, 2 minutes", "5400000, 90 minutes", "7200000, 2 hours"})
    void aLongPauseBeforeTheNextAttemptIsReportedInsteadOfWaitedFor(long milliseconds, String words) {
        Problem problem = problem("{\"type\":\"system\",\"subtype\":\"api_retry\",\"retry_delay_ms\":" + milliseconds
                + ",\"error_status\":429,\"error\":\"rate_limit\"}");
        assertEquals("rate_limited", problem.reason().wireName());
        assertEquals("Claude takes no more requests for now. Try again in " + words + ".", problem.message());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            rejected | 5400 | Too many requests | Too many requests. Try again in 90 minutes.
            rejected | 5400 | Out of usage · resets 1:30pm (UTC) | Out of usage · resets 1:30pm (UTC)
            rejected | -60 | Too many requests | Too many requests
            allowed_warning | 5400 | Too many requests | Too many requests
            """)
    void theEndOfALimitIsReportedIfItIsKnown(String status, long inSeconds, String result, String words) {
        Problem problem = problem(
                "{\"type\":\"rate_limit_event\",\"rate_limit_info\":{\"status\":\"%s\",\"resetsAt\":%d}}"
                        .formatted(status, NOW.plusSeconds(inSeconds).getEpochSecond()),
                failed(result, 429));
        assertEquals("rate_limited", problem.reason().wireName());
        assertEquals(words, problem.message());
    }

    @ParameterizedTest
    @CsvSource({"null", "\"soon\"", "-1", "1e300", "99999999999999999999"})
    void aMalformedTimeIsIgnored(String resetsAt) {
        Problem problem = problem(
                "{\"type\":\"rate_limit_event\",\"rate_limit_info\":{\"status\":\"rejected\",\"resetsAt\":" + resetsAt
                        + "}}",
                failed("Too many requests", 429));
        assertEquals("Too many requests", problem.message());
    }

    @Test
    void anAnswerOfTheCliItselfComesInOnePiece() {
        assertEquals(
                PrintedAnswer.End.COMPLETE,
                read(List.of("{\"type\":\"result\",\"is_error\":false,\"result\":\"Nothing to do.\"}")));
        assertEquals(List.of("Nothing to do."), heard.pieces);
    }

    @Test
    void secretsAreRedactedInTheLastComplaint() {
        assertEquals(Optional.empty(), printed.complaint());
        printed.read(PrintedLine.read("error: unknown option '--tools' sk-ant-oat01-secret"));
        assertEquals(Optional.of("error: unknown option '--tools' [redacted]"), printed.complaint());
    }
}
