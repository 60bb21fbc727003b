package dev.authbridge.command;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.credential.Credential;
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
            "It is for API keys only; a sign-in token is handed over by exec or env."
        })
final class KeyHelper implements Callable<Integer> {
    private final Surroundings here;

    @Mixin
    private OwnerOption whose;

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
        here.handsOver(credential, whose.owner(), "key-helper");
        here.out().println(credential.reveal());
        return ExitCode.DONE;
    }
}
