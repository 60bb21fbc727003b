package dev.authbridge.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ScopeType;

/** The jar itself; without a command it serves. */
@Command(
        name = "claude-auth-bridge",
        description = {
            "Signs a headless machine in to Claude from any browser, and hands the credential to its sandboxes.",
            "Without a command it starts the server."
        },
        synopsisSubcommandLabel = "[COMMAND]",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = ClaudeAuthBridge.Version.class,
        footerHeading = "%nExit codes: 0 done, 1 failed or signed out, 2 bad arguments, 78 bad configuration.%n",
        footer =
                "Variables of the environment are in docs/configuration.md; a shell's completion comes from generate-completion.")
final class ClaudeAuthBridge implements Callable<Integer> {
    private final Callable<Integer> serve;

    ClaudeAuthBridge(Callable<Integer> serve) {
        this.serve = serve;
    }

    @Override
    public Integer call() throws Exception {
        return serve.call();
    }

    /** The same by its name. */
    @Command(name = "serve", description = "Starts the server, and prints the link that opens its page.")
    static final class Serve implements Callable<Integer> {
        private final Callable<Integer> serve;

        Serve(Callable<Integer> serve) {
            this.serve = serve;
        }

        @Override
        public Integer call() throws Exception {
            return serve.call();
        }
    }

    /** The version as the jar's manifest has it. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Version.class.getPackage().getImplementationVersion();
            return new String[] {"claude-auth-bridge " + (version == null ? "(not packaged)" : version)};
        }
    }
}
