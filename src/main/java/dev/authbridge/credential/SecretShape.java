package dev.authbridge.credential;

import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.login.CredentialMethod;
import java.util.regex.Pattern;

/**
 * What a secret of each kind looks like, as far as that is sure.
 *
 * <p>Prefixes change: tokens were {@code sk-ant-oat01-} and became {@code sk-ant-at01-} for some (measured and reported),
 * so only {@code sk-ant-} is asked for. No message repeats any of the secret.
 */
final class SecretShape {
    private static final Pattern SHAPE = Pattern.compile("sk-ant-[A-Za-z0-9._~+/=-]{13,1017}");
    private static final Pattern TOKEN_PREFIX = Pattern.compile("sk-ant-o?at[0-9]");
    private static final Pattern KEY_PREFIX = Pattern.compile("sk-ant-(api|admin)[0-9]");

    private SecretShape() {}

    /** @throws Refusal {@code credential_invalid}, saying what is wrong with it */
    static String require(CredentialMethod method, String secret) throws Refusal {
        String kind = method == CredentialMethod.API_KEY ? "API key" : "access token";
        if (secret.isEmpty()) {
            throw refused("The " + kind + " is empty.");
        }
        if (!secret.chars().allMatch(character -> character > ' ' && character < 0x7F)) {
            throw refused("That " + kind + " has blanks or characters in it that none has. Copy it again, whole.");
        }
        if (!secret.startsWith("sk-ant-")) {
            throw refused("That is no " + kind + ": it does not begin with sk-ant-.");
        }
        if (!SHAPE.matcher(secret).matches()) {
            throw refused("That " + kind + " has " + secret.length()
                    + " characters or a character that none has. Copy it again, whole.");
        }
        if (method == CredentialMethod.API_KEY && TOKEN_PREFIX.matcher(secret).lookingAt()) {
            throw refused("That is an access token, not an API key. Sign in with Claude instead.");
        }
        if (secret.startsWith("sk-ant-admin")) {
            throw refused("That is an admin key, which no Claude can use. Make an ordinary API key.");
        }
        if (method == CredentialMethod.OAUTH_TOKEN && KEY_PREFIX.matcher(secret).lookingAt()) {
            throw refused("That is an API key, not an access token.");
        }
        return secret;
    }

    private static Refusal refused(String message) {
        return new Refusal(Reason.CREDENTIAL_INVALID, message);
    }
}
