package dev.authbridge.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The real CLIs from npm, as {@code src/test/npm/install} put them under the folder {@code bridge.npm}.
 *
 * @param version as npm numbers it, or {@link #DEFAULT}
 * @param program the file to run: the platform's own program, or {@code cli.js}, which asks for Node.js
 */
public record ClaudeCli(String version, Path program) {
    /** The version that the bridge installs, whichever that is now: {@code dev/authbridge/claude/version} names it. */
    public static final String DEFAULT = "default";

    /** The versions that sign in; each stands for a way of drawing. With {@code -Dcli=VERSION} that one alone. */
    public static final List<String> WORKING =
            Optional.ofNullable(System.getProperty("cli")).map(List::of).orElse(List.of(DEFAULT, "2.1.150", "2.0.77"));

    /**
     * The versions for a story that is about the bridge more than about how a CLI draws: the newest one, and with
     * {@code -Pthorough} all that sign in. A real CLI costs about a second of processor time each time.
     */
    public static final List<String> EVERYDAY =
            Boolean.getBoolean("bridge.thorough") || WORKING.size() == 1 ? WORKING : List.of(DEFAULT);

    /** The version that crashes before its first word, with exit code 0. */
    public static final String CRASHING = "1.0.128";

    /** @throws IllegalStateException where the program is not there: {@code mvn verify} fetches it */
    public static ClaudeCli of(String version) {
        Tool.NPM.require(ClaudeCli.class);
        Path folder = npm().resolve("node_modules/claude-" + version);
        List<Path> places = List.of(
                folder.resolve("node_modules/@anthropic-ai/claude-code-" + platform() + "/claude"),
                folder.resolve("cli.js"),
                // npm lays one version's own program at the top, so it is looked at last.
                npm().resolve("node_modules/@anthropic-ai/claude-code-" + platform() + "/claude"));
        return places.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .map(program -> new ClaudeCli(version, program.toAbsolutePath()))
                .orElseThrow(() -> new IllegalStateException("no claude " + version + " at any of " + places));
    }

    static Path npm() {
        return Path.of(System.getProperty("bridge.npm", "target/npm"));
    }

    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        String processor = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64";
        return system + "-" + processor;
    }

    @Override
    public String toString() {
        return version;
    }
}
