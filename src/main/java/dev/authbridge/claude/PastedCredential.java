package dev.authbridge.claude;

import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import java.text.Normalizer;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the token or key in what somebody pasted: alone, in an assignment or a line of JSON, with quotes around it, cut into
 * lines by a terminal, in the whole output of {@code claude setup-token}. No message repeats any of it.
 */
final class PastedCredential {
    private static final int LONGEST_PASTE = 8_192;
    private static final String START = "sk-ant-";

    /** A word after a blank is hardly ever as long; a piece of a token is. */
    private static final int SHORTEST_PIECE_AFTER_BLANK = 16;

    private static final String BLANKS = " \t";
    /** What a terminal, its frame or a shell has at the end of a line that it has cut, and a quoting mail at the next one's start. */
    private static final String BEFORE_LINE_BREAK = BLANKS + "\u2502|\\";

    private static final String AFTER_LINE_BREAK = BLANKS + "\u2502|>";
    /** What may stand right behind a token, apart from blanks. */
    private static final String CLOSING = "\"'`\u201D\u2019\u00BB)>]}<,;:!?|\u2502\\&#";

    /** And what terminals leave of a bracketed paste. */
    private static final Pattern INVISIBLE =
            Pattern.compile("[\\u00AD\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u2069\\uFEFF]++|(?:\\^\\[)?\\[20[01]~");

    private static final Pattern HYPHENS = Pattern.compile("[\\u2010\\u2011]");

    private final String text;

    private PastedCredential(String text) {
        this.text = text;
    }

    /**
     * @return what begins with {@code sk-ant-}, or if nothing does, all of it, without blanks around it
     * @throws Refusal {@code credential_invalid} if it is too long, is shortened or masked, or holds several tokens or keys
     */
    static String read(String pasted) throws Refusal {
        if (pasted.length() > LONGEST_PASTE) {
            throw refused("That is far too long to be a token or key.");
        }
        String visible = INVISIBLE
                .matcher(Normalizer.normalize(ScreenRedaction.withoutControlSequences(pasted), Normalizer.Form.NFKC))
                .replaceAll("");
        PastedCredential paste = new PastedCredential(HYPHENS.matcher(visible).replaceAll("-"));
        return paste.only().orElseGet(paste.text::strip);
    }

    private Optional<String> only() throws Refusal {
        Optional<String> found = Optional.empty();
        int at = text.indexOf(START);
        while (at >= 0) {
            StringBuilder pieces = new StringBuilder();
            int end = collect(at, pieces);
            Optional<String> one = Optional.of(whole(pieces.toString(), end));
            if (found.isPresent() && !found.equals(one)) {
                throw refused("That holds more than one token or key. Paste the one that is meant.");
            }
            found = one;
            at = text.indexOf(START, end);
        }
        return found;
    }

    /** @return where it ends */
    private int collect(int from, StringBuilder pieces) {
        int end = from;
        for (int next = from; next >= 0; next = next(end)) {
            end = pastPiece(next);
            pieces.append(text, next, end);
        }
        return end;
    }

    /** Where the next piece begins; negative if there is none. */
    private int next(int end) {
        int lineBreak = pastLineBreak(end);
        int begin = lineBreak > end ? lineBreak : past(BLANKS, end);
        int pieceEnd = pastPiece(begin);
        if (begin == end || pieceEnd == begin || isAnother(text.substring(begin, pieceEnd))) {
            return -1;
        }
        boolean goesOn = lineBreak > end
                ? isLastOfLine(pieceEnd) || pastLineBreak(pieceEnd) > pieceEnd
                : pieceEnd - begin >= SHORTEST_PIECE_AFTER_BLANK;
        return goesOn ? begin : -1;
    }

    /** Whether it begins another token, or an assignment; the only = of a token may be at its end. */
    private static boolean isAnother(String piece) {
        int equals = piece.indexOf('=');
        return piece.startsWith(START)
                || equals >= 0 && piece.chars().skip(equals).anyMatch(character -> character != '=');
    }

    /** @return where the next line begins, or {@code from} if there is something else before it */
    private int pastLineBreak(int from) {
        int at = past(BEFORE_LINE_BREAK, from);
        at = at < text.length() && text.charAt(at) == '\r' ? at + 1 : at;
        return at < text.length() && text.charAt(at) == '\n' ? past(AFTER_LINE_BREAK, at + 1) : from;
    }

    private int past(String characters, int from) {
        int at = from;
        while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    private int pastPiece(int from) {
        int at = from;
        while (at < text.length() && ClaudeCredential.mayContain(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** Whether no word follows on this line. */
    private boolean isLastOfLine(int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) != '\n' && !Character.isLetterOrDigit(text.charAt(at))) {
            at++;
        }
        return at == text.length() || text.charAt(at) == '\n';
    }

    /** Without the full stop of a sentence, in which no token ends. */
    private String whole(String token, int end) throws Refusal {
        int after = past("*", end);
        boolean ends = after == text.length()
                || Character.isWhitespace(text.charAt(after))
                || CLOSING.indexOf(text.charAt(after)) >= 0;
        if (!ends || token.contains("..")) {
            throw refused(
                    "That is shortened, or has a character in it that no token or key has. Copy it again, whole.");
        }
        return token.endsWith(".") ? token.substring(0, token.length() - 1) : token;
    }

    private static Refusal refused(String message) {
        return new Refusal(Reason.CREDENTIAL_INVALID, message);
    }
}
