package dev.authbridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.access.Audit;
import dev.authbridge.support.Secrets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is logged → the line in the log, through the real handler. */
class RedactionTest {
    private static final String TOKEN = Secrets.token(1).reveal();
    private static final String KEY = "kL3w_Qx7-Zp0aVb9NcTdRe5fGhJ2mYsU";
    private static final String CODE = "cGk2V3xaQ9exampleAuthCodeNotARealOne_4Zz7Lm1";
    private static final String STATE = "st4te_Qw9exampleStateNotARealOne_7Yk2pQ5vX";

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final LogLines log = new LogLines(written, event -> "");

    private String logged(LogRecord event) {
        log.publish(event);
        return written.toString(UTF_8);
    }

    private static String filledIn(String template) {
        return template.replace("TOKEN", TOKEN)
                .replace("KEY", KEY)
                .replace("CODE", CODE)
                .replace("STATE", STATE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "the token is TOKEN, it says       | the token is [redacted] it says",
                "Authorization: Bearer KEY         | Authorization:[redacted]",
                "proxy-authorization: Basic YTpi   | proxy-authorization:[redacted]",
                "headers {authorization=[Bearer a]}| headers {authorization=[redacted]",
                "it sent bearer KEY once           | it sent bearer [redacted] once",
                "opened http://127.0.0.1:8765/#key=KEY now | opened http://127.0.0.1:8765/#key=[redacted] now",
                "GET /api?a=1&key=KEY&b=2          | GET /api?a=1&key=[redacted]&b=2",
                "/cb?code=CODE&state=STATE         | /cb?code=[redacted]&state=[redacted]",
                "https://claude.com/oauth/authorize?x=KEY | https://claude.com/oauth/authorize?[redacted]",
                "POST /go/kL3wQx7Zp0aVb9NcTdRe5f   | POST /go/[redacted]",
                "POST /d/kL3wQx7Zp0aVb9NcTdRe5f    | POST /d/[redacted]",
                "https://h/d#kL3wQx7Zp0aVb9NcTdRe5f | https://h/d#[redacted]",
                "Cookie: claude-auth=anna.1.KEY    | Cookie:[redacted]",
                "set-cookie: claude-device=KEY; Path=/ | set-cookie:[redacted]",
                "it had claude-auth=anna.1.KEY, too | it had claude-auth=[redacted], too",
                "{\"key\":\"KEY\",\"id\":1}        | {\"key\":\"[redacted]\",\"id\":1}",
                "{\"code\": \"x#y\"}               | {\"code\": \"[redacted]\"}",
                "pasted CODE#STATE here            | pasted [redacted] here",
                "pasted CODE here                  | pasted [redacted] here",
                "x-api-key: TOKEN                  | x-api-key:[redacted]",
                "through http://me:secret@proxy:3128/ | through http://[redacted]@proxy:3128/",
                // What is no secret stays.
                "GET /d/api/claude/auth            | GET /d/api/claude/auth",
                "login of anna started from 203.0.113.9 | login of anna started from 203.0.113.9",
                "listening on http://127.0.0.1:8765/, credentials in /var/lib/claude-auth-bridge | listening on http://127.0.0.1:8765/, credentials in /var/lib/claude-auth-bridge",
                "the bearer of a key               | the bearer of a key",
                "dev.authbridge.web.socket.ConversationOfAVeryLongNameWithoutAnEnd | dev.authbridge.web.socket.ConversationOfAVeryLongNameWithoutAnEnd",
            })
    void secretsAreTakenOutOfALine(String message, String line) {
        assertEquals(line + "\n", logged(new LogRecord(Level.INFO, filledIn(message))));
    }

    @Test
    void secretsAreTakenOutOfParametersAndStackTraces() {
        LogRecord event = new LogRecord(Level.SEVERE, "it failed with {0} at {1}");
        event.setParameters(new Object[] {"Bearer " + KEY, CODE + "#" + STATE});
        IOException failure = new IOException("read " + TOKEN + "\n2026-01-01T00:00:00.000Z INFO  all is well");
        failure.addSuppressed(new IllegalStateException("key=" + KEY + " and #key=" + KEY));
        failure.initCause(new IllegalArgumentException("Cookie: claude-auth=" + KEY));
        event.setThrown(failure);
        String text = logged(event);
        for (String secret : List.of(TOKEN, KEY + "\n", "#key=" + KEY, "auth=" + KEY, CODE, STATE, "Bearer " + KEY)) {
            assertFalse(text.contains(secret), text);
        }
        List<String> lines = text.lines().toList();
        assertEquals("it failed with Bearer [redacted] at [redacted]", lines.get(0));
        assertEquals("\tjava.io.IOException: read [redacted]", lines.get(1));
        lines.stream().skip(1).forEach(line -> assertTrue(line.startsWith("\t"), line));
        assertTrue(text.contains("RedactionTest.secretsAreTakenOut"), text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n",
                "\r\n",
                "\u0000",
                "\u0007",
                "\u001b[2J",
                "\u007f",
                "\u0085",
                "\u009b",
                "\u009d0;title\u009c",
                "\u2028",
                "\u202e",
                "\u2066",
                "\u200f",
                "\u061c",
                "\ufeff",
                "\ud800"
            })
    void noControlCharacterOfEitherKindReachesTheLog(String control) {
        String line = logged(new LogRecord(Level.INFO, "a" + control + "b"));
        assertTrue(line.matches("a[ -~]*b\n"), line);
    }

    @Test
    void invisibleMarksDoNotHideASecret() {
        String line = logged(new LogRecord(Level.INFO, "sk-ant-\u200boat01-" + "\u2060" + KEY + " remains"));
        assertEquals("[redacted] remains\n", line);
    }

    @Test
    void aJsonLineOfTheAuditHasNothingInFrontOfIt() {
        LogLines timed = new LogLines(written, event -> "TIME ");
        for (String message : List.of("audit event=signed_out keyHash=1f4a9c02", "{\"event\":\"signed_out\"}")) {
            LogRecord event = new LogRecord(Level.INFO, message);
            event.setLoggerName(Audit.LOGGER);
            timed.publish(event);
        }
        timed.publish(new LogRecord(Level.INFO, "{no audit}"));
        assertEquals(
                "TIME audit event=signed_out keyHash=1f4a9c02\n{\"event\":\"signed_out\"}\nTIME {no audit}\n",
                written.toString(UTF_8));
    }

    @Test
    void aLineHasALimit() {
        String line = logged(new LogRecord(Level.INFO, "x ".repeat(50_000)));
        assertEquals(LogLines.LONGEST_LINE + "… (91808 more characters)\n".length(), line.length());
        assertTrue(line.endsWith("… (91808 more characters)\n"), line);
    }

    @Test
    void aDeepTraceHasALimit() {
        Throwable failure = new IOException("0");
        for (int at = 1; at < 200; at++) {
            failure = new IOException(Integer.toString(at), failure);
        }
        LogRecord event = new LogRecord(Level.SEVERE, "it failed");
        event.setThrown(failure);
        assertEquals(201, logged(event).lines().count());
    }

    /** 64 KB of what each pattern begins with; with backtracking, this would take minutes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "-",
                "aB0-",
                "sk-ant-",
                "bearer ",
                "bearer\t",
                "cookie ",
                "authorization\"",
                "?key=",
                "\"key\":",
                "\"code\": \"",
                "://a",
                "://",
                "/d/",
                "/go/a",
                "auth=",
                "aaaaaaaaaaaaaaaaaaaa#",
                "#",
                "oauth/authorize",
                "\u200b",
                "\u009b",
                "\n"
            })
    void theTimeGrowsWithTheLengthOnly(String piece) {
        String text = piece.repeat(65_536 / piece.length());
        assertTimeoutPreemptively(Duration.ofSeconds(2), () -> Redaction.line(text, LogLines.LONGEST_LINE));
    }

    @Test
    void whatIsPrintedPastTheLogIsFilteredLineByLine() {
        PrintStream printed = LogLines.filtered(new PrintStream(written, true, UTF_8));
        printed.print("Authorization: Bea");
        printed.print("rer " + KEY + "\nnot whole");
        assertEquals("Authorization:[redacted]\n", written.toString(UTF_8));
        printed.println(" until \u009b now: größer");
        assertTrue(written.toString(UTF_8).endsWith("\nnot whole until   now: größer\n"));
    }
}
