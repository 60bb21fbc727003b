package dev.authbridge.claude.signin;

import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.login.AuthorizationCode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What somebody pasted as their authorization code: {@code code#state}, 87 characters when real (measured), with whatever
 * people copy along with it.
 */
public final class PastedCode {
    private static final int LONGEST_PASTE = 4_096;
    /** What mail and chat programs silently add around a copied text: quotes and brackets. */
    private static final String AROUND = "\"'`<>()[]\u2018\u2019\u201C\u201D\u00AB\u00BB";

    private static final String AFTER = AROUND + ",;";

    // None of these can backtrack: they read up to 4,096 characters on the event loop.
    private static final Pattern BLANKS = Pattern.compile("[\\s\u00A0\u200B-\u200D\u2028\u2029\u2060\uFEFF]++");
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9._~+/=-]{16,1024}+#[A-Za-z0-9._~+/=-]{16,1024}+");
    private static final Pattern HALF = Pattern.compile("[A-Za-z0-9._~+/=-]*+#?+[A-Za-z0-9._~+/=-]*+");

    private final String pasted;

    public PastedCode(Secret pasted) {
        this.pasted = pasted.reveal();
    }

    /**
     * Finds the code: alone, in the whole address of the page that showed it, with quotes around it, with blanks or line
     * breaks in it.
     *
     * @throws Refusal {@code code_incomplete} if it is not a whole code, saying what it is instead
     */
    public AuthorizationCode read() throws Refusal {
        if (pasted.length() > LONGEST_PASTE) {
            throw refused("That is far too long to be a sign-in code. Copy only the code.");
        }
        if (pasted.chars().anyMatch(PastedCode::isControl)) {
            throw refused("That contains control characters. Copy the code from the sign-in page again.");
        }
        String text = unwrapped(BLANKS.matcher(pasted).replaceAll(""));
        if (text.isEmpty()) {
            throw refused("Paste the code that the sign-in page shows.");
        }
        if (text.contains("sk-ant-")) {
            throw refused("That is an access token or API key, not a sign-in code. Keep it to yourself.");
        }
        if (text.regionMatches(true, 0, "https://", 0, 8) || text.regionMatches(true, 0, "http://", 0, 7)) {
            text = fromAddress(text);
        }
        if (SHAPE.matcher(text).matches()) {
            return new AuthorizationCode(text, Optional.of(text.substring(text.indexOf('#') + 1)));
        }
        if (text.chars().allMatch(character -> character >= '0' && character <= '9')) {
            throw refused("That is the number from the e-mail. Enter it on the sign-in page; the code comes after it.");
        }
        if (HALF.matcher(text).matches()) {
            throw refused("That is only part of the code. Copy all of it, including the # in the middle.");
        }
        throw refused(
                "That is not a sign-in code. Copy the code that the sign-in page shows, with the # in the middle.");
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
        boolean lineBreakOrTab = character == '\n' || character == '\r' || character == '\t';
        return Character.isISOControl(character) && !lineBreakOrTab;
    }

    private static String fromAddress(String text) throws Refusal {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw refused("That address holds no sign-in code. Copy the code that the page shows.");
        }
        Optional<String> code = AuthorizationEndpoint.parameter(uri, "code");
        if (AuthorizationEndpoint.parse(text).isPresent()
                || code.isEmpty()
                || code.get().equals("true")) {
            throw refused("That is the address of a page. Sign in there, then copy the code that it shows.");
        }
        Optional<String> state =
                AuthorizationEndpoint.parameter(uri, "state").or(() -> Optional.ofNullable(uri.getFragment()));
        return code.get().contains("#") ? code.get() : code.get() + "#" + state.orElse("");
    }

    private static Refusal refused(String message) {
        return new Refusal(Reason.CODE_INCOMPLETE, message);
    }
}
