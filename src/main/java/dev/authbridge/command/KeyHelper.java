package dev.authbridge.command;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.credential.Credential;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Prints the API key. The CLI sends what its helper prints as {@code x-api-key} and without the OAuth beta (measured),
 * so the long-lived token would not work there.
 */
@Command(
        name = "key-helper",
        description = {
            "Prints the API key, for the apiKeyHelper setting of Claude Code.",
            "It is for API keys only; a sign-in token is handed over by exec or env.",
            "Prints nothing while a variable is set that would send the key elsewhere than to its service."
        })
final class KeyHelper implements Callable<Integer> {
    private final Surroundings here;

    @Mixin
    private OwnerOption whose;

    @Mixin
    private KeepBaseUrlOption diverting;

    KeyHelper(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() throws Exception {
        Credential credential = here.use(whose.owner());
        if (credential.kind() != ClaudeCredential.API_KEY) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    whose.owner() + " has a sign-in token and no API key; use exec or env instead of apiKeyHelper.");
        }
        requireNotDiverted(credential);
        here.handsOver(credential, whose.owner(), "key-helper");
        here.out().println(credential.reveal());
        return ExitCode.DONE;
    }

    /** The CLI sends the key wherever its environment says, and this program inherits that environment. */
    private void requireNotDiverted(Credential credential) throws CommandFailure {
        List<String> set = diverting.applyTo(credential.sandboxVariables()).divertingIn(here.environment());
        if (!set.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "With " + String.join(", ", set)
                            + " in its environment, the program that asks could send the key elsewhere"
                            + " than to its service. Remove that, or use --keep-base-url if it is what you want.");
        }
    }
}
