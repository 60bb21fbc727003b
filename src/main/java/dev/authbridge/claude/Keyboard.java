package dev.authbridge.claude;

import dev.authbridge.login.AuthorizationCode;
import java.util.concurrent.Executor;

/**
 * What is typed to one run of the CLI. A code and Enter in one go would count as one paste, and Enter be swallowed
 * (measured), so they are typed apart. Confined to the login loop.
 *
 * @param broken called on the login loop where the terminal takes nothing any more
 */
record Keyboard(CliTerminal terminal, Executor loop, Runnable broken) {
    private static final String ENTER = "\r";
    private static final String PASTE_BEGINS = "\u001b[200~";
    private static final String PASTE_ENDS = "\u001b[201~";

    /** As a bracketed paste where the CLI takes one: a lone "c" at its prompt would mean "copy". */
    void type(AuthorizationCode code, boolean bracketed) {
        write(bracketed ? PASTE_BEGINS + code.reveal() + PASTE_ENDS : code.reveal());
    }

    void enter() {
        write(ENTER);
    }

    private void write(String text) {
        terminal.write(text).whenComplete((written, failure) -> {
            if (failure != null) {
                loop.execute(broken);
            }
        });
    }
}
