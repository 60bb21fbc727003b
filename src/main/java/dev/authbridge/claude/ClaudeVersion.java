package dev.authbridge.claude;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The CLI's own word for its version. */
public final class ClaudeVersion {
    /** {@code 2.1.330 (Claude Code)}. */
    private static final Pattern VERSION = Pattern.compile("(?m)^(\\d+\\.\\d+\\.\\d+)\\b");

    private ClaudeVersion() {}

    /**
     * Asks for it; takes up to 20 seconds.
     *
     * @return empty where the CLI ends without saying one: then it is broken
     * @throws IOException if it cannot be run at all
     */
    public static Optional<String> of(ClaudeCommand command, Map<String, String> serverEnvironment) throws IOException {
        return CliQuestion.ask(command, "--version", serverEnvironment)
                .map(VERSION::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1));
    }
}
