package dev.authbridge.claude;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Where the Claude CLI that is to be run comes from. */
@FunctionalInterface
public interface ClaudeSource {
    /** The CLI to run, looked up each time; blocks for a few file look-ups. Empty if there is none. */
    Optional<ClaudeCommand> find();

    /** Completes, on any thread, once it is known whether there is a CLI: a login waits while the CLI is being installed. */
    default CompletionStage<Void> settled() {
        return CompletableFuture.completedFuture(null);
    }

    /** Why there is no CLI and what to do about it, in whole sentences. */
    default String missing() {
        return CliMessages.NOT_INSTALLED;
    }
}
