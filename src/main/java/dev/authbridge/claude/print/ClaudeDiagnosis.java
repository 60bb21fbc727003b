package dev.authbridge.claude.print;

import dev.authbridge.claude.BareMode;
import dev.authbridge.claude.ScreenRedaction;
import dev.authbridge.core.Reason;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
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
            words -> hasAny(words, "auth conflict"),
            Optional.empty(),
            "Two credentials are set at once, and Claude may use the wrong one.",
            "Keep one of them: remove ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN where this Claude runs, or run \"claude"
                    + " /logout\" there. While both are set, the API key wins.",
            false),
    /** Claude was started in the mode in which it never reads a sign-in; it says the same as if it were signed out. */
    BARE(
            words -> false,
            Optional.empty(),
            BareMode.NEEDS_AN_API_KEY,
            "Set ANTHROPIC_API_KEY where this Claude runs, or start it without --bare.",
            false),
    /** The credential was good and has expired. */
    EXPIRED(
            words -> hasAny(
                    words,
                    "token_expired",
                    "login expired",
                    "login has expired",
                    "session expired",
                    "session has expired",
                    "credential expired",
                    "credential has expired",
                    "credentials expired",
                    "credentials has expired",
                    "token expired",
                    "token has expired",
                    "login reached its time limit"),
            Optional.of(Reason.CREDENTIAL_INVALID),
            "The sign-in to Claude has expired.",
            "Sign in again.",
            true),
    /** Claude takes no more requests for now; the credential is good. */
    RATE_LIMITED(
            words -> hasAny(
                            words,
                            "rate limit exceeded",
                            "rate limit reached",
                            "rate_limit_error",
                            "would exceed your account's rate limit",
                            "would exceed your organization's rate limit",
                            "temporarily limiting requests",
                            "usage limit reached",
                            "out of usage",
                            "out of extra usage",
                            "too many requests",
                            "api error: 429",
                            "api error: request rejected (429",
                            "hit your limit")
                    || saysWhichLimitWasHit(words),
            Optional.of(Reason.RATE_LIMITED),
            "Claude takes no more requests for now.",
            "Wait, then try again. Signing in again does not help.",
            false),
    /** The service refuses the credential. */
    INVALID(
            words -> hasAny(
                            words,
                            "invalid api key",
                            "invalid bearer token",
                            "invalid auth token",
                            "invalid x-api-key",
                            "authentication_error",
                            "authentication_failed",
                            "authentication failed",
                            "token revoked",
                            "token has been revoked",
                            "api error: 401",
                            "oauth authentication is currently not supported",
                            "oauth authentication is currently not allowed",
                            "does not have access to claude. please login again",
                            "does not have access to claude. please log in again",
                            "organization has disabled claude subscription access",
                            "organization has disabled api key authentication")
                    // After a 403 it is not known whether another sign-in would help.
                    || count(words, "failed to authenticate") > count(words, "failed to authenticate. api error: 403"),
            Optional.of(Reason.CREDENTIAL_INVALID),
            "Claude does not accept the credential.",
            "Sign in again, or use another API key.",
            true),
    /** There is no credential, or Claude asks for another sign-in without saying why. */
    SIGNED_OUT(
            words -> hasAny(words, "not logged in", "not authenticated")
                    || Commands.LOGIN.matcher(words).find(),
            Optional.of(Reason.SIGNED_OUT),
            "Claude is not signed in.",
            "Sign in.",
            true);

    /** A service that cannot be reached, or has a fault of its own. */
    private static final Pattern UNREACHABLE =
            Pattern.compile("API Error: (5\\d\\d|Connection|Unable to connect|Request timed out)");

    /** How much there may be between {@code hit your} and {@code limit}, such as "weekly usage". */
    private static final int LONGEST_NAME_OF_A_LIMIT = 40;

    private final Predicate<String> wording;
    private final Optional<Reason> reason;
    private final String message;
    private final String action;
    private final boolean signInHelps;

    /** The slash commands of the CLI; an enum's constants cannot use its own static fields. */
    private static final class Commands {
        /** As a command, not as part of an address or a path. */
        static final Pattern LOGIN = Pattern.compile("(?<![\\w/.:-])/login\\b(?!/)");

        private Commands() {}
    }

    /** @param wording takes a text in lower case, in time that is proportional to its length */
    ClaudeDiagnosis(
            Predicate<String> wording, Optional<Reason> reason, String message, String action, boolean signInHelps) {
        this.wording = wording;
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
        String text = ScreenRedaction.withoutControlSequences(output);
        return inAll(PrintedLine.all(text))
                .map(found -> found == SIGNED_OUT && BareMode.isNamedIn(text) ? BARE : found);
    }

    private static Optional<ClaudeDiagnosis> inAll(List<PrintedLine> lines) {
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
        String lowerCase = words.toLowerCase(Locale.ROOT);
        for (ClaudeDiagnosis diagnosis : values()) {
            if (diagnosis.wording.test(lowerCase)) {
                return Optional.of(diagnosis);
            }
        }
        return Optional.empty();
    }

    private static boolean hasAny(String words, String... sentences) {
        for (String sentence : sentences) {
            if (words.contains(sentence)) {
                return true;
            }
        }
        return false;
    }

    private static int count(String words, String sentence) {
        int count = 0;
        for (int at = words.indexOf(sentence); at >= 0; at = words.indexOf(sentence, at + sentence.length())) {
            count++;
        }
        return count;
    }

    /** "hit your weekly limit" and the like: a few words of letters, digits and hyphens between the two. */
    private static boolean saysWhichLimitWasHit(String words) {
        String beginning = "hit your ";
        int limit = words.indexOf("limit");
        for (int hit = words.indexOf(beginning); hit >= 0; hit = words.indexOf(beginning, hit + 1)) {
            int name = hit + beginning.length();
            while (limit >= 0 && limit <= name) {
                limit = words.indexOf("limit", limit + 1);
            }
            if (limit < 0) {
                return false;
            }
            if (limit - name <= LONGEST_NAME_OF_A_LIMIT
                    && words.substring(name, limit)
                            .chars()
                            .allMatch(each -> each == ' '
                                    || each == '-'
                                    || each == '_'
                                    || each >= 'a' && each <= 'z'
                                    || each >= '0' && each <= '9')) {
                return true;
            }
        }
        return false;
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
