package dev.authbridge.claude.signin;

import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.login.AuthorizationCode;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What somebody pasted as their authorization code: {@code code#state}, 87 characters when real (measured), with whatever
 * people copy along with it.
 */
public final class PastedCode {
    private static final int LONGEST_PASTE = 4_096;
    /** What mail and chat programs silently add around a copied text: quotes, brackets and emphasis. */
    private static final String AROUND = "\"'`<>()[]{}*|\\\u2018\u2019\u201C\u201D\u00AB\u00BB\u2026";

    private static final String AFTER = AROUND + ",;";

    private static final Pattern HALF = Pattern.compile("[\\w.~+/=-]*+#?+[\\w.~+/=-]*+");
    private static final Pattern NUMBER = Pattern.compile("[0-9]++");
    private static final Pattern BROKEN_ADDRESS = Pattern.compile("(?i)^https?://(?:[/?#]|$)|%(?![0-9a-f]{2})");

    private final String pasted;

    public PastedCode(Secret pasted) {
        this.pasted = pasted.reveal();
    }

    /**
     * Finds the code: alone, in the whole address of the page that showed it, encoded, or with words, quotes, blanks or line
     * breaks around it or in it.
     *
     * @throws Refusal {@code code_incomplete} if it does not contain exactly one whole code, saying what it is instead
     */
    public AuthorizationCode read() throws Refusal {
        if (pasted.length() > LONGEST_PASTE) {
            throw refused("That is far too long to be a sign-in code. Copy only the code.");
        }
        requireNoControlCharacters(pasted);
        PastedText paste = new PastedText(pasted);
        String flat = unwrapped(paste.withoutBlanks());
        if (flat.isEmpty()) {
            throw refused("Paste the code that the sign-in page shows.");
        }
        String text = paste.plain();
        if (flat.contains("sk-ant-") || text.replace(" ", "").contains("sk-ant-")) {
            throw refused("That is an access token or API key, not a sign-in code. Keep it to yourself.");
        }
        requireNoControlCharacters(text);
        boolean address = CodesInText.isAddress(flat);
        CodesInText found = CodesInText.of(text, address);
        if (found.wholes().size() == 1) {
            String code = found.wholes().iterator().next();
            return new AuthorizationCode(code, Optional.of(code.substring(code.indexOf('#') + 1)));
        }
        throw refused(whatItIs(flat, address, found));
    }

    private static String whatItIs(String flat, boolean address, CodesInText found) {
        if (!found.wholes().isEmpty() || found.codes().size() > 1) {
            return "There is more than one code in that. Copy only the one that the sign-in page shows now.";
        }
        if (address && BROKEN_ADDRESS.matcher(flat).find()) {
            return "That address holds no sign-in code. Copy the code that the page shows.";
        }
        if (address && found.codes().isEmpty()) {
            return "That is the address of a page. Sign in there, then copy the code that it shows.";
        }
        boolean half = !found.codes().isEmpty() || !found.states().isEmpty();
        String last = flat.substring(flat.lastIndexOf(':') + 1).replace("-", "");
        if (!half && NUMBER.matcher(last).matches()) {
            return "That is the number from the e-mail. Enter it on the sign-in page; the code comes after it.";
        }
        return half || HALF.matcher(flat).matches()
                ? "That is only part of the code. Copy all of it, including the # in the middle."
                : "That is not a sign-in code. Copy the code that the sign-in page shows, with the # in the middle.";
    }

    private static void requireNoControlCharacters(String text) throws Refusal {
        if (text.chars().anyMatch(PastedCode::isControl)) {
            throw refused("That contains control characters. Copy the code from the sign-in page again.");
        }
    }

    private static String unwrapped(String text) {
        int from = 0;
        while (from < text.length() && AROUND.indexOf(text.charAt(from)) >= 0) {
            from++;
        }
        int to = text.length();
        while (to > from && AFTER.indexOf(text.charAt(to - 1)) >= 0) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isControl(int character) {
        boolean blank = character >= '\t' && character <= '\r';
        return Character.isISOControl(character) && !blank;
    }

    private static Refusal refused(String message) {
        return new Refusal(Reason.CODE_INCOMPLETE, message);
    }
}
