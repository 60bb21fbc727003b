package dev.authbridge.claude.signin;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Secret;
import dev.authbridge.login.AuthorizationCode;
import dev.authbridge.login.AuthorizationUrl;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the screen of {@code claude setup-token} means: the only class that knows the program's wording, in both of its
 * renderings (boxes and spinners, or the flat text of {@code --ax-screen-reader}).
 *
 * <p>The wording was measured with versions 1.0.44 to 2.1.330 and is recorded in {@code src/test/resources/recordings}.
 * What is further down on the screen is newer, since older versions leave what they said before standing above it.
 */
final class SetupTokenScreen {
    private static final String PROMPT = "Paste code here if prompted";
    private static final String RETRY = "Press Enter to retry";
    private static final String OAUTH_ERROR = "OAuth error: ";
    private static final String TOKEN_HEADING = "Your OAuth token";
    private static final String TOKEN_FOOTING = "Store this token";
    private static final String INCOMPLETE_INLINE = "That doesn't look like the full code";
    private static final String OPTION_UNKNOWN = "error: unknown option";
    private static final List<String> INCOMPLETE = List.of("Invalid code.", INCOMPLETE_INLINE);
    private static final String NOT_ACCEPTED = "That code wasn't accepted";

    /** The HTTP status of the service's answer (2.1.330 and newer, and those before). */
    private static final Pattern STATUS = Pattern.compile("(?:status code |\\(HTTP )(\\d{3})\\b");

    /** Strict, so that a token which is partly masked does not count as one. */
    private static final Pattern TOKEN = Pattern.compile("sk-ant-[A-Za-z0-9_-]{20,500}");

    /** So many of them are no accident. */
    private static final int STACK_FRAMES = 3;

    private static final Pattern STACK_FRAME = Pattern.compile("^(at |- ?)\\S.*\\(file:");

    private static final Pattern BOX = Pattern.compile("[\u2500-\u257F]+");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private final CliScreen screen;

    SetupTokenScreen(CliScreen screen) {
        this.screen = screen;
    }

    /** The token, once its heading, the token and the sentence below it are all there. */
    Optional<Secret> token() {
        int heading = screen.last(TOKEN_HEADING);
        int footing = screen.last(TOKEN_FOOTING);
        if (heading < 0 || footing <= heading) {
            return Optional.empty();
        }
        StringBuilder between = new StringBuilder();
        screen.between(heading + 1, footing).forEach(row -> between.append(row.strip()));
        return TOKEN.matcher(between).matches() ? Optional.of(new Secret(between.toString())) : Optional.empty();
    }

    /** Whether the prompt is the newest thing on the screen and takes a code. */
    boolean promptShown() {
        int prompt = screen.last(PROMPT);
        return prompt >= 0 && screen.last(RETRY) < prompt && screen.last(TOKEN_HEADING) < prompt;
    }

    /**
     * The authorization URL above the prompt. If the program draws hyperlinks, the last of them must be what the screen
     * shows, or neither counts.
     */
    Optional<AuthorizationUrl> url() {
        if (!promptShown()) {
            return Optional.empty();
        }
        Optional<AuthorizationUrl> shown = urlInRows();
        Optional<AuthorizationUrl> linked = screen.links().stream()
                .map(AuthorizationEndpoint::parse)
                .flatMap(Optional::stream)
                .reduce((earlier, later) -> later);
        return linked.isPresent() && !linked.equals(shown) ? Optional.empty() : shown;
    }

    /** Why the program stopped at "Press Enter to retry"; empty if it did not. */
    Optional<Problem> stoppedAtRetry() {
        int retry = screen.last(RETRY);
        if (retry < 0 || retry < screen.last(PROMPT)) {
            return Optional.empty();
        }
        int error = screen.last(OAUTH_ERROR);
        String said = error < 0 || error > retry ? "" : String.join(" ", screen.between(error, retry));
        return Optional.of(problem(said));
    }

    /** Whether the program says, beside the prompt and its emptied field, that the code is incomplete. */
    boolean incompleteInline() {
        return promptShown() && screen.last(INCOMPLETE_INLINE) > screen.last(PROMPT) && field().isEmpty();
    }

    /** Whether the whole code that was typed has arrived in the field, which shows it with or without a mask over all but its end. */
    boolean echoes(AuthorizationCode code) {
        String typed = code.reveal();
        String field = field();
        return field.length() == typed.length() && field.endsWith(typed.substring(typed.length() - 4));
    }

    /** Whether the program does not know the option for the accessible rendering (2.1.150: it does not, measured). */
    boolean optionUnknown() {
        return screen.last(OPTION_UNKNOWN) >= 0;
    }

    /**
     * Whether the program shows its own crash: the stack trace of a JavaScript error. It may go on running after that (1.0.128:
     * for 5 to more than 45 s, measured).
     */
    boolean crashed() {
        return screen.rows().stream()
                        .filter(row -> STACK_FRAME.matcher(row.strip()).find())
                        .count()
                >= STACK_FRAMES;
    }

    /** What the program said last, below the prompt if there was one, as it may be shown to its user. */
    String lastWords() {
        return screen.lastWords(screen.last(PROMPT));
    }

    /** Whether nothing has been typed at the prompt yet, so that it is ready for a code. */
    boolean fieldEmpty() {
        return field().isEmpty();
    }

    private static Problem problem(String said) {
        if (INCOMPLETE.stream().anyMatch(said::contains)) {
            return incomplete();
        }
        if (said.contains(NOT_ACCEPTED)) {
            return rejected();
        }
        Matcher status = STATUS.matcher(said);
        if (status.find()) {
            return problem(Integer.parseInt(status.group(1)));
        }
        return unreachable(
                said.contains("HTTPS_PROXY") ? " Check that the proxy in HTTPS_PROXY allows connections to it." : "");
    }

    /** What an answer of the sign-in service means for the person with the code, by its HTTP status. */
    private static Problem problem(int status) {
        switch (status) {
            case 400, 401, 422:
                return rejected();
            case 403, 451:
                return new Problem(
                        Reason.NOT_ALLOWED,
                        "Claude's sign-in service, or a proxy on the way, does not let this server in (HTTP " + status
                                + "). A new code does not help. It may refuse the country, the VPN or the network of the"
                                + " server: its administrator has to give it another way to the internet.");
            case 407:
                return unreachable(" The proxy wants a user name and password (HTTP 407): check HTTPS_PROXY.");
            case 429:
                return new Problem(Reason.RATE_LIMITED, "Claude takes no more tries right now. Wait a few minutes.");
            default:
                return unreachable(" It answered with HTTP " + status + ".");
        }
    }

    private static Problem rejected() {
        return new Problem(
                Reason.CODE_REJECTED,
                "Claude did not accept that code. It may be used already, too old, or from another link. Sign in again"
                        + " for a new one.");
    }

    /** @param more what is known beside that: a sentence after a blank, or nothing */
    private static Problem unreachable(String more) {
        return new Problem(
                Reason.NETWORK,
                "The server could not finish the sign-in with Claude's service." + more
                        + " Check the server's network, then try again.");
    }

    static Problem incomplete() {
        return new Problem(
                Reason.CODE_INCOMPLETE,
                "That is only part of the code. Copy all of it, including the # in the middle.");
    }

    /** The text in the field after the prompt, without the frame, the marker and the breaks between rows. */
    private String field() {
        int prompt = screen.last(PROMPT);
        if (prompt < 0) {
            return "";
        }
        String first = screen.row(prompt);
        StringBuilder field = new StringBuilder(first.substring(first.indexOf(PROMPT) + PROMPT.length()));
        for (String row : screen.after(prompt)) {
            if (row.contains(INCOMPLETE_INLINE)) {
                break;
            }
            field.append(row);
        }
        String text = BLANKS.matcher(BOX.matcher(field).replaceAll("")).replaceAll("");
        return text.startsWith(">") ? text.substring(1) : text;
    }

    private Optional<AuthorizationUrl> urlInRows() {
        int start = screen.last(row -> row.strip().startsWith("https://"));
        return start < 0 ? Optional.empty() : AuthorizationEndpoint.parse(screen.wordFrom(start));
    }
}
