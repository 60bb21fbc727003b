package dev.authbridge.login;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Secret;

/** What {@code claude setup-token} was seen to do. */
public interface SetupTokenSignals {
    /** The authorization URL is shown and the prompt takes a code. Comes again after {@link #codeRefused}. */
    void urlShown(AuthorizationUrl url);

    /**
     * The code was not taken, or could not be checked ({@code code_incomplete}, {@code code_rejected}, {@code network}).
     * The program goes on by itself to its next prompt, and {@link #urlShown} follows.
     */
    void codeRefused(Problem problem);

    /**
     * The program showed the token, whole. It also comes without a code, when the browser runs on this machine. Nothing
     * comes after it.
     */
    void tokenShown(Secret token);

    /** The program ended, broke, or shows what nobody knows. Nothing comes after it. */
    void failed(Problem problem);
}
