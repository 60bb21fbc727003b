package dev.authbridge.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The real CLIs from npm, installed by {@code src/test/npm/install} into the folder that the property {@code bridge.npm} names.
 *
 * @param version the number of the npm package, or {@link #DEFAULT}
 * @param program the file to run: a native binary, or {@code cli.js}, which needs Node.js
 */
public record ClaudeCli(String version, Path program) {
    /** The version that the bridge installs, named in {@code dev/authbridge/claude/version}. */
    public static final String DEFAULT = "default";

    /** The versions that can sign in, each of which draws its screens differently. With {@code -Dcli=VERSION} only that one. */
    public static final List<String> WORKING =
            Optional.ofNullable(System.getProperty("cli")).map(List::of).orElse(List.of(DEFAULT, "2.1.150", "2.0.77"));

    /**
     * The versions for tests that are more about the bridge than about the CLI's screens: the newest one, and with
     * {@code -Pthorough} all that can sign in. Each run of a real CLI takes about a second of processor time.
     */
    public static final List<String> EVERYDAY =
            Boolean.getBoolean("bridge.thorough") || WORKING.size() == 1 ? WORKING : List.of(DEFAULT);

    /** A version that crashes with exit code 0 before it prints anything. */
    public static final String CRASHING = "1.0.128";

    /** @throws IllegalStateException if the program is missing; {@code mvn verify} installs it */
    public static ClaudeCli of(String version) {
        Tool.NPM.require(ClaudeCli.class);
        Path folder = npm().resolve("node_modules/claude-" + version);
        List<Path> places = List.of(
                folder.resolve("node_modules/@anthropic-ai/claude-code-" + platform() + "/claude"),
                folder.resolve("cli.js"),
                // npm puts the native package of one of the versions at the top level, so look there last.
                npm().resolve("node_modules/@anthropic-ai/claude-code-" + platform() + "/claude"));
        return places.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .map(program -> new ClaudeCli(version, program.toAbsolutePath()))
                .orElseThrow(() -> new IllegalStateException("no claude " + version + " at any of " + places));
    }

    /** A version that only few tests want and no build installs: fetched through npm when it is first needed. Blocks. */
    public static ClaudeCli fetched(String version) throws IOException, InterruptedException {
        Tool.NPM.require(ClaudeCli.class);
        Path folder = npm().resolve("fetched").resolve(version);
        Path program = folder.resolve("node_modules/@anthropic-ai/claude-code/cli.js");
        if (!Files.exists(program)) {
            Files.createDirectories(folder);
            Process npm = new ProcessBuilder(
                            "npm",
                            "install",
                            "--prefix=" + folder.toAbsolutePath(),
                            "--ignore-scripts",
                            "--omit=optional",
                            "--no-audit",
                            "--no-fund",
                            "@anthropic-ai/claude-code@" + version)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (npm.waitFor() != 0) {
                throw new IOException("npm ended with exit code " + npm.exitValue());
            }
        }
        return new ClaudeCli(version, program.toAbsolutePath());
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
