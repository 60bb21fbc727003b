package dev.authbridge.claude.print;

import dev.authbridge.core.Reason;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is wrong with a Claude's sign-in, found in what it prints, and what a person can do about it. The only class that knows
 * the wording of {@code claude -p}.
 *
 * <p>The wording was measured with versions 2.0.77, 2.1.150 and 2.1.330 against a stand-in of the API and is kept in {@code
 * src/test/resources/printed}; further sentences were found in the programs themselves. If a text fits several, the first
 * one counts.
 */
public enum ClaudeDiagnosis {
    /** Two credentials are set where Claude runs. */
    CONFLICT(
            "auth conflict",
            Optional.empty(),
            "Two credentials are set at once, and Claude may use the wrong one.",
            "Keep one of them: remove ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN where this Claude runs, or run \"claude"
                    + " /logout\" there. While both are set, the API key wins.",
            false),
    /** The credential was good and has expired. */
    EXPIRED(
            "oauth token has expired|token_expired|(login|session|credentials?|token) (has )?expired"
                    + "|login reached its time limit|session has expired",
            Optional.of(Reason.CREDENTIAL_INVALID),
            "The sign-in to Claude has expired.",
            "Sign in again.",
            true),
    /** Claude takes no more requests for now; the credential is good. */
    RATE_LIMITED(
            "rate limit (exceeded|reached)|rate_limit_error|would exceed your (account|organization)'s rate limit"
                    + "|temporarily limiting requests|hit your [\\w -]{1,40}limit|usage limit reached|out of (extra )?usage"
                    + "|too many requests|api error: (request rejected \\()?429",
            Optional.of(Reason.RATE_LIMITED),
            "Claude takes no more requests for now.",
            "Wait, then try again. Signing in again does not help.",
            false),
    /** The service refuses the credential. */
    INVALID(
            "invalid (api key|bearer token|auth token|x-api-key)|authentication_(error|failed)|authentication failed"
                    + "|token (has been )?revoked|api error: 401|oauth authentication is currently not (supported|allowed)"
                    + "|does not have access to claude\\. please log ?in again"
                    // After a 403 it is not known whether another sign-in would help.
                    + "|failed to authenticate(?!\\. api error: 403)"
                    + "|organization has disabled (claude subscription access|api key authentication)",
            Optional.of(Reason.CREDENTIAL_INVALID),
            "Claude does not accept the credential.",
            "Sign in again, or use another API key.",
            true),
    /** There is no credential, or Claude asks for another sign-in without saying why. */
    SIGNED_OUT(
            // As a command, not as part of an address or a path.
            "not logged in|(?<![\\w/.:-])/login\\b(?!/)|not authenticated",
            Optional.of(Reason.SIGNED_OUT),
            "Claude is not signed in.",
            "Sign in.",
            true);

    /** A service that cannot be reached, or has a fault of its own. */
    private static final Pattern UNREACHABLE =
            Pattern.compile("API Error: (5\\d\\d|Connection|Unable to connect|Request timed out)");

    private static final Pattern CONTROL_SEQUENCE = Pattern.compile("\u001b\\[[0-?]*[ -/]*[@-~]");

    private final Pattern wording;
    private final Optional<Reason> reason;
    private final String message;
    private final String action;
    private final boolean signInHelps;

    ClaudeDiagnosis(String wording, Optional<Reason> reason, String message, String action, boolean signInHelps) {
        this.wording = Pattern.compile(wording, Pattern.CASE_INSENSITIVE);
        this.reason = reason;
        this.message = message;
        this.action = action;
        this.signInHelps = signInHelps;
    }

    /**
     * Reads what a Claude printed: text, or the JSON of {@code --output-format json} or {@code stream-json}, also mixed.
     *
     * <p>In JSON only errors count, never what Claude answered, and the last word is the result's. Plain text is searched as
     * a whole, since an error cannot be told from an answer there.
     *
     * @return empty where nothing is wrong with the sign-in
     */
    public static Optional<ClaudeDiagnosis> of(String output) {
        List<PrintedLine> lines =
                PrintedLine.all(CONTROL_SEQUENCE.matcher(output).replaceAll(""));
        Optional<PrintedLine.Result> result = lines.stream()
                .filter(PrintedLine.Result.class::isInstance)
                .map(PrintedLine.Result.class::cast)
                .reduce((earlier, later) -> later);
        if (result.isPresent() && !result.get().failed()) {
            return Optional.empty();
        }
        // Without a result the last error decides; plain words count least.
        return result.flatMap(PrintedLine.Result::diagnosis)
                .or(() -> last(lines, PrintedLine.Other.class))
                .or(() -> last(lines, PrintedLine.Retry.class))
                .or(() -> last(lines, PrintedLine.Words.class));
    }

    private static Optional<ClaudeDiagnosis> last(List<PrintedLine> lines, Class<? extends PrintedLine> kind) {
        return lines.stream()
                .filter(kind::isInstance)
                .map(PrintedLine::diagnosis)
                .flatMap(Optional::stream)
                .reduce((earlier, later) -> later);
    }

    /** What is wrong, by one sentence of Claude's. */
    static Optional<ClaudeDiagnosis> inWords(String words) {
        for (ClaudeDiagnosis diagnosis : values()) {
            if (diagnosis.wording.matcher(words).find()) {
                return Optional.of(diagnosis);
            }
        }
        return Optional.empty();
    }

    /** Whether a sentence of Claude's says that the service cannot be reached, or has a fault of its own. */
    static boolean unreachable(String words) {
        return UNREACHABLE.matcher(words).find();
    }

    /** What an HTTP status of the API means for the sign-in; a 403 alone says nothing about it. */
    static Optional<ClaudeDiagnosis> ofStatus(int status) {
        return status == 401 ? Optional.of(INVALID) : status == 429 ? Optional.of(RATE_LIMITED) : Optional.empty();
    }

    /** The name for programs, in lower case with underscores. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The same in the words of the contract; empty where it has none. */
    public Optional<Reason> reason() {
        return reason;
    }

    /** One sentence for people: what is wrong. */
    public String message() {
        return message;
    }

    /** For people: what to do. */
    public String action() {
        return action;
    }

    /** Whether signing in again here mends it. */
    public boolean signInHelps() {
        return signInHelps;
    }
}
