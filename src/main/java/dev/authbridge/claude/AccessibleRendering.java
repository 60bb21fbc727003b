package dev.authbridge.claude;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether a CLI can draw flat text ({@code --ax-screen-reader}, 2.1.200 and newer), in which nothing is redrawn in parts.
 *
 * <p>Found out once for each CLI file, by its {@code --help}, which takes 0.4 to 1 s (measured) and no network. May be
 * called from any thread; blocks.
 */
final class AccessibleRendering {
    static final String OPTION = "--ax-screen-reader";

    private final Map<String, String> serverEnvironment;
    private final Map<CliFile, Boolean> known = new ConcurrentHashMap<>();

    AccessibleRendering(Map<String, String> serverEnvironment) {
        this.serverEnvironment = serverEnvironment;
    }

    /** @throws IOException if the CLI cannot be run at all */
    boolean supportedBy(ClaudeCommand command) throws IOException {
        CliFile file = CliFile.of(command);
        Boolean supported = known.get(file);
        if (supported == null) {
            supported = helpNames(command);
            known.put(file, supported);
        }
        return supported;
    }

    /** Remembers that this CLI refused the option after all. */
    void refusedBy(ClaudeCommand command) throws IOException {
        known.put(CliFile.of(command), false);
    }

    private boolean helpNames(ClaudeCommand command) throws IOException {
        return CliQuestion.ask(command, "--help", serverEnvironment)
                .filter(help -> help.contains(OPTION))
                .isPresent();
    }
}
