package dev.authbridge;

import dev.authbridge.claude.AmbientCredentials;
import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.claude.api.AnthropicApi;
import dev.authbridge.claude.signin.ClaudeSetupToken;
import dev.authbridge.claude.signin.StoringSink;
import dev.authbridge.core.Loop;
import dev.authbridge.credential.Credentials;
import dev.authbridge.login.LocalLogins;
import dev.authbridge.login.Logins;
import dev.authbridge.store.FileStore;
import dev.authbridge.store.FileVault;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * What signs owners in: the sign-in program, the logins, and the credentials that they win. Put together here and nowhere else,
 * for the server and for the command {@code login}.
 */
record SignIn(Credentials credentials, ClaudeSetupToken program, Logins logins) {
    /**
     * Where the work is done that blocks.
     *
     * @param cli runs CLIs; each run keeps its own steps in order
     * @param readers read credentials, also while a write waits for another process
     * @param writer writes credentials, one after the other
     */
    record Workers(Executor cli, Executor readers, Executor writer) {}

    /**
     * @param environment the variables of this process
     * @param cli the CLI, found anew for each login
     * @param columns width of the terminal that the CLI draws in
     */
    static SignIn of(
            Map<String, String> environment,
            URI apiUrl,
            FileVault vault,
            ClaudeCommand.Source cli,
            Loop loop,
            Clock clock,
            Workers workers,
            Logins.Limits limits,
            int columns) {
        Credentials credentials = new Credentials(
                new FileStore(vault, workers.readers(), workers.writer()),
                new AnthropicApi(apiUrl, environment, clock),
                ClaudeCredential.KINDS,
                clock,
                () -> CompletableFuture.supplyAsync(new AmbientCredentials(environment)::found, workers.readers()));
        ClaudeSetupToken program = new ClaudeSetupToken(cli, environment, loop, workers.cli(), columns);
        Logins logins = new LocalLogins(List.of(program), new StoringSink(credentials, loop), loop, limits);
        return new SignIn(credentials, program, logins);
    }
}
