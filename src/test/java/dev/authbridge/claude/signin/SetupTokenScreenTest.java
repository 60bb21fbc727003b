package dev.authbridge.claude.signin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.login.AuthorizationCode;
import dev.authbridge.login.AuthorizationUrl;
import dev.authbridge.support.Recording;
import dev.authbridge.terminal.TerminalScreen;
import dev.authbridge.terminal.TerminalScreen.Hyperlink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SetupTokenScreenTest {
    /** The token in every recording of a success, made up by who recorded it. */
    private static final String TOKEN = "sk-ant-oat01-" + "T".repeat(86) + "-abcdefAA";

    private static final String CODE =
            "cGk2V3xaQ9exampleAuthCodeNotARealOne_4Zz7Lm1#st4te_Qw9exampleStateNotARealOne_7Yk2pQ5vX";

    static Stream<Recording> recordings() {
        // Those of "claude auth login" are another program's.
        return Recording.all().filter(recording -> !recording.name().startsWith("auth-login"));
    }

    private static SetupTokenScreen screen(int columns, List<String> rows, List<String> links) {
        return new SetupTokenScreen(new CliScreen(columns, rows, links));
    }

    /** What the screen shows each time something is about to be typed, and at the end. */
    private static List<SetupTokenScreen> screens(Recording recording) {
        return screens(recording, Integer.MAX_VALUE);
    }

    private static List<SetupTokenScreen> screens(Recording recording, int bytesAtOnce) {
        return shown(recording, bytesAtOnce).stream().map(SetupTokenScreen::new).toList();
    }

    private static List<CliScreen> shown(Recording recording, int bytesAtOnce) {
        TerminalScreen screen = new TerminalScreen(recording.columns(), recording.rows());
        List<CliScreen> screens = new ArrayList<>();
        for (Recording.Frame frame : recording.frames()) {
            if (frame.kind().equals("o")) {
                byte[] bytes = frame.data().getBytes(UTF_8);
                for (int at = 0; at < bytes.length; at += Math.min(bytesAtOnce, bytes.length)) {
                    screen.feed(Arrays.copyOfRange(
                            bytes, at, Math.min(bytes.length, at + Math.min(bytesAtOnce, bytes.length))));
                }
            } else {
                screens.add(new CliScreen(
                        recording.columns(),
                        screen.rows(),
                        screen.hyperlinks().stream().map(Hyperlink::address).toList()));
            }
        }
        return screens;
    }

    private static String meaning(SetupTokenScreen screen) {
        if (screen.token().isPresent()) {
            return "token";
        }
        if (screen.crashed()) {
            return "crashed";
        }
        return screen.stoppedAtRetry()
                .map(problem -> problem.reason().wireName())
                .orElseGet(() -> screen.incompleteInline()
                        ? "incomplete inline"
                        : screen.promptShown() ? screen.fieldEmpty() ? "prompt" : "typed" : "nothing");
    }

    private static List<String> expected(String name) {
        if (name.contains("crash")) {
            return List.of("crashed");
        }
        if (name.contains("one-write")) {
            return List.of("prompt", "typed");
        }
        if (name.contains("success")) {
            return List.of("prompt", "typed", "token");
        }
        if (name.contains("rejected-then-retry")) {
            return List.of("prompt", "typed", "code_rejected", "prompt");
        }
        if (name.contains("no-network")) {
            return List.of("prompt", "typed", "network");
        }
        return List.of("prompt", "typed", name.contains("2.1.330") ? "incomplete inline" : "code_incomplete");
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void everyRecordingMeansWhatItsNameSays(Recording recording) {
        assertEquals(
                expected(recording.name()),
                screens(recording).stream().map(SetupTokenScreenTest::meaning).toList());
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void everyRecordingMeansTheSameByteByByte(Recording recording) {
        assertEquals(
                expected(recording.name()),
                screens(recording, 1).stream()
                        .map(SetupTokenScreenTest::meaning)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void theTokenAndTheUrlAreReadWhole(Recording recording) {
        List<SetupTokenScreen> screens = screens(recording);
        if (recording.name().contains("success")) {
            assertEquals(TOKEN, screens.get(2).token().orElseThrow().reveal());
        }
        for (SetupTokenScreen screen : screens) {
            if (meaning(screen).equals("prompt")) {
                AuthorizationUrl url = screen.url().orElseThrow();
                boolean opaque = recording.name().startsWith("2.1.330");
                assertEquals(
                        !opaque,
                        url.state().filter(state -> state.length() == 43).isPresent(),
                        "state in sight");
                assertEquals(opaque, url.value().length() == "https://claude.ai/oauth/authorize?".length() + 44);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void theEchoIsSeenOnceTheWholeCodeHasArrived(Recording recording) throws Refusal {
        if (recording.name().contains("incomplete") || recording.name().contains("crash")) {
            return;
        }
        AuthorizationCode code = new PastedCode(new Secret(CODE)).read();
        AuthorizationCode longer = new PastedCode(new Secret(CODE.replace("#", "x#"))).read();
        List<SetupTokenScreen> screens = screens(recording);
        assertFalse(screens.get(0).echoes(code));
        // Sent in one write with the code, Enter became a part of it: what is in the field then is not what was typed.
        assertEquals(
                !recording.name().startsWith("2.1.150-code-and-enter"),
                screens.get(1).echoes(code));
        assertFalse(screens.get(1).echoes(longer), "a character less than was typed is not the echo");
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void noSnapshotForTheLogHoldsATokenACodeOrAnAddress(Recording recording) {
        for (CliScreen screen : shown(recording, Integer.MAX_VALUE)) {
            String snapshot = screen.redacted();
            assertFalse(snapshot.contains("sk-ant"), snapshot);
            assertFalse(snapshot.contains("TTTTTTTT"), snapshot);
            assertFalse(snapshot.contains("exampleAuthCode"), snapshot);
            assertFalse(snapshot.contains("exampleState"), snapshot);
            assertFalse(snapshot.contains("code_challenge="), snapshot);
        }
    }

    @Test
    void aSnapshotForTheLogStillSaysWhatTheScreenIsAbout() {
        CliScreen screen = new CliScreen(
                80,
                List.of("", " Select a theme ", "\u2500\u2500\u2500\u2500", "> dark", "see https://claude.ai/x?y"),
                List.of());
        assertEquals("Select a theme | > dark | see [address]", screen.redacted());
    }

    @Test
    void aLinkThatDisagreesWithTheScreenIsNotBelieved() {
        List<String> rows = List.of(
                "https://claude.ai/oauth/authorize?IjDq7-a3NaneNm761lccWmtwx8vvYXQGwoLNc0MaMk_M",
                "Paste code here if prompted",
                ">");
        String shown = rows.get(0);
        assertTrue(screen(500, rows, List.of(shown)).url().isPresent());
        assertTrue(screen(500, rows, List.of()).url().isPresent());
        assertEquals(
                Optional.empty(),
                screen(500, rows, List.of(shown.replace("M", "N"))).url());
    }

    @Test
    void anAddressOfAnotherHostIsNotTakenForTheAuthorizationUrl() {
        List<String> rows =
                List.of("https://example.org/oauth/authorize?code=true", "Paste code here if prompted", ">");
        assertEquals(Optional.empty(), screen(500, rows, List.of()).url());
    }

    @Test
    void aTokenIsReadOnlyOnceTheSentenceBelowItIsThere() {
        List<String> rows = List.of("Your OAuth token (valid for 1 year):", TOKEN, "Store this token securely.");
        assertEquals(
                Optional.empty(), screen(500, rows.subList(0, 2), List.of()).token());
        assertEquals(TOKEN, screen(500, rows, List.of()).token().orElseThrow().reveal());
    }

    @Test
    void textThatIsMaskedOrHasAnotherShapeIsNotTakenForAToken() {
        for (String candidate : List.of(
                TOKEN.replace("TT", "**"), "oat01-" + "T".repeat(90), TOKEN + " " + TOKEN, "sk-ant-oat01-", "")) {
            List<String> rows =
                    List.of("Your OAuth token (valid for 1 year):", candidate, "Store this token securely.");
            assertEquals(Optional.empty(), screen(500, rows, List.of()).token(), candidate);
        }
    }

    @Test
    void aTokenWithAnotherPrefixIsReadAsWell() {
        String token = "sk-ant-at01-" + "T".repeat(96);
        List<String> rows = List.of("Your OAuth token (valid for 1 year):", "", " " + token, "", " Store this token.");
        assertEquals(token, screen(500, rows, List.of()).token().orElseThrow().reveal());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "network | Couldn't get an answer from the sign-in service (timed out). Check that the proxy allows it",
                "network | The sign-in service couldn't finish signing you in (HTTP 500). Try again in a moment.",
                "network | Request failed with status code 503",
                "network | The sign-in service couldn't finish signing you in (HTTP 404). Sign in again, and contact support",
                "network | Request failed with status code 407",
                "network | Request failed with status code 408",
                "network | The sign-in service couldn't finish signing you in (HTTP 529). Try again in a moment.",
                "network | connect ETIMEDOUT 10.0.0.1:4030, not HTTP 403",
                "network | The socket connection was closed unexpectedly. For more information, pass `verbose: true`",
                "network | connect ECONNREFUSED 127.0.0.1:9",
                "code_rejected | The sign-in service couldn't finish signing you in (HTTP 401). Sign in again",
                "code_rejected | Request failed with status code 400",
                "code_rejected | That code wasn't accepted. It may be incomplete, expired, already used, or from an earlier",
                "not_allowed | Request failed with status code 403",
                "not_allowed | The sign-in service couldn't finish signing you in (HTTP 403). Sign in again, and contact support",
                "not_allowed | Request failed with status code 451",
                "rate_limited | Request failed with status code 429",
            })
    void refusalsOfTheServiceAreToldApartFromFaultsOfTheNetwork(String reason, String said) {
        Problem problem = screen(500, List.of("OAuth error: " + said, "Press Enter to retry"), List.of())
                .stoppedAtRetry()
                .orElseThrow();
        assertEquals(reason, problem.reason().wireName());
    }

    @Test
    void anUnknownOptionIsRecognized() {
        assertTrue(screen(80, List.of("error: unknown option '--ax-screen-reader'"), List.of())
                .optionUnknown());
    }
}
