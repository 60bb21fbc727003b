package dev.authbridge.claude.print;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaudeDiagnosisTest {
    private static final Path PRINTED = Path.of("src/test/resources/printed");

    /** What each case of the recordings means; in the rest nothing is wrong with the sign-in. */
    private static final Map<String, String> MEANING = Map.ofEntries(
            Map.entry("signed-out", "signed_out"),
            Map.entry("token-expired", "expired"),
            Map.entry("token-invalid", "invalid"),
            Map.entry("token-revoked-401", "invalid"),
            Map.entry("token-revoked-403", "invalid"),
            Map.entry("token-organization", "invalid"),
            Map.entry("key-invalid", "invalid"),
            Map.entry("both-invalid", "invalid"),
            Map.entry("token-rate-limited", "rate_limited"),
            Map.entry("token-usage-limit", "rate_limited"),
            Map.entry("key-rate-limited", "rate_limited"));

    /** What 2.0.77 says alike for different things. */
    private static final Map<String, String> OLD_MEANING =
            Map.of("signed-out", "invalid", "token-organization", "signed_out", "token-forbidden", "signed_out");

    private static String meaning(String version, String name) {
        String usual = MEANING.getOrDefault(name, "none");
        return version.equals("2.0.77") ? OLD_MEANING.getOrDefault(name, usual) : usual;
    }

    private static String diagnose(String output) {
        return ClaudeDiagnosis.of(output).map(ClaudeDiagnosis::wireName).orElse("none");
    }

    private record Recorded(String version, String name, String output) {
        static Recorded jsonLines(Path file) {
            String[] parts = file.getFileName().toString().split("-", 2);
            try {
                return new Recorded(parts[0], parts[1].replace(".jsonl", ""), Files.readString(file));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        static Recorded text(String row) {
            String[] cells = row.split("\t", 3);
            return new Recorded(cells[0], cells[1], cells[2]);
        }
    }

    private static List<Recorded> recorded() throws IOException {
        List<Recorded> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(PRINTED)) {
            files.filter(file -> file.toString().endsWith(".jsonl"))
                    .map(Recorded::jsonLines)
                    .forEach(all::add);
        }
        Files.readAllLines(PRINTED.resolve("text.tsv")).stream()
                .map(Recorded::text)
                .forEach(all::add);
        return all;
    }

    @Test
    void everythingThatTheRealVersionsPrintedIsUnderstood() throws IOException {
        Map<String, String> expected = new TreeMap<>();
        Map<String, String> found = new TreeMap<>();
        for (Recorded one : recorded()) {
            String key = one.version() + " " + one.name() + (one.output().startsWith("{") ? " as JSON" : " as text");
            expected.put(key, meaning(one.version(), one.name()));
            found.put(key, diagnose(one.output()));
        }
        assertEquals(102, found.size());
        assertEquals(expected, found);
    }

    @Test
    void theResultAloneSaysTheSameAsTheWholeStream() throws IOException {
        for (Recorded one : recorded()) {
            List<String> lines = one.output().lines().toList();
            String last = lines.get(lines.size() - 1);
            assertEquals(meaning(one.version(), one.name()), diagnose(last), one.version() + " " + one.name());
            assertEquals(meaning(one.version(), one.name()), diagnose("[" + last + "]"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            Authentication failed | invalid
            OAuth token has expired | expired
            Failed to authenticate: OAuth session expired and could not be refreshed | expired
            Invalid API key | invalid
            Invalid API key · Please run /login | invalid
            Rate limit exceeded | rate_limited
            Claude AI usage limit reached | rate_limited
            ⚠ Auth conflict: Both a token (claude.ai) and an API key (ANTHROPIC_API_KEY) are set. | conflict
            Please run /login | signed_out
            Session expired. Please run /login to sign in again. | expired
            type /login, then try again | signed_out
            {"loggedIn": false, "authMethod": "none"} | signed_out
            {"loggedIn": true, "authMethod": "oauth_token"} | none
            {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}} | invalid
            {"type":"system","subtype":"api_retry","attempt":1,"max_retries":10,"error_status":401,"error":"authentication_failed"} | invalid
            {"type":"system","subtype":"api_retry","attempt":1,"max_retries":10,"error_status":429,"error":"rate_limit"} | rate_limited
            {"type":"system","subtype":"api_retry","attempt":1,"max_retries":10,"error_status":529,"error":"rate_limit"} | none
            {"type":"result","is_error":true,"api_error_status":401,"result":"Something new"} | invalid
            {"type":"result","is_error":false,"result":"To sign in, type /login."} | none
            {"type":"result", | none
            see https://claude.ai/login or /srv/login/page | none
            Hello. | none
            """)
    void eachSentenceHasItsMeaning(String output, String diagnosis) {
        assertEquals(diagnosis, diagnose(output));
    }

    /** What was copied from a terminal or a log has the command line, too. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Not logged in · Please run /login",
                "{\"type\":\"result\",\"is_error\":true,\"result\":\"Not logged in\"}"
            })
    void aClaudeThatNeverReadsASignInIsToldFromOneThatIsSignedOut(String printed) {
        assertEquals("bare", diagnose("$ claude --bare -p hi\n" + printed));
        assertEquals("bare", diagnose("+ CLAUDE_CODE_SIMPLE=1 claude -p hi\n" + printed));
        assertEquals("signed_out", diagnose("$ git clone --bare x\n$ claude -p hi\n" + printed));
        assertEquals("none", diagnose("$ claude --bare -p hi\nHello."));
        assertEquals("invalid", diagnose("$ claude --bare -p hi\nInvalid API key · Fix external API key"));
    }

    @Test
    void aSentenceIsUnderstoodEvenIfATerminalBrokeAndColouredIt() {
        assertEquals("expired", diagnose("\u001b[31mAPI Error: OAuth token\r\n   has \u001b[1mexpired\u001b[0m."));
    }

    @Test
    void anAnswerIsNeverTakenForAnError() {
        String answer = "Your OAuth token has expired? Please run /login.";
        String stream =
                """
                {"type":"system","subtype":"api_retry","error_status":429,"error":"rate_limit","retry_delay_ms":500}
                {"type":"stream_event","event":{"type":"content_block_delta","delta":{"type":"text_delta","text":"%1$s"}}}
                {"type":"assistant","message":{"content":[{"type":"text","text":"%1$s"}]}}
                """
                        .formatted(answer);
        assertEquals(
                "none", diagnose(stream + "{\"type\":\"result\",\"is_error\":false,\"result\":\"" + answer + "\"}"));
        assertEquals("rate_limited", diagnose(stream), "no result yet: the last error counts");
    }

    @Test
    void aPieceOfTheAnswerIsReadUnchanged() {
        PrintedLine line = PrintedLine.read(
                "{\"type\":\"stream_event\",\"event\":{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                        + "{\"type\":\"text_delta\",\"text\":\" Grüße\\n\"}},\"parent_tool_use_id\":null}");
        assertEquals(new PrintedLine.Piece(" Grüße\n"), line);
        assertFalse(line.toString().contains("Grüße"), "an answer is never logged");
    }

    @Test
    void hostileOutputCausesNoException() {
        assertEquals(Optional.empty(), ClaudeDiagnosis.of(""));
        assertEquals(Optional.empty(), ClaudeDiagnosis.of("[".repeat(20_000)));
        assertEquals(Optional.empty(), ClaudeDiagnosis.of("{\"type\":[1],\"is_error\":{}}"));
        assertEquals(Optional.empty(), ClaudeDiagnosis.of("{\"type\":\"result\",\"is_error\":true,\"result\":[[]]}"));
        assertEquals(Optional.empty(), ClaudeDiagnosis.of("hit your ".repeat(7_000)));
        assertTimeout(
                Duration.ofSeconds(20), () -> ClaudeDiagnosis.of("x".repeat(4_000_000)), "no time that grows squared");
    }
}
