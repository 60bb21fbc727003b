package dev.authbridge.claude.install;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.core.Variables;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program of a version manager in place of the CLI: it looks at the name under which it was called, and runs the CLI of the
 * version that the manager's configuration selects. That configuration is found from HOME, and the CLI runs in a HOME of
 * the bridge, so a shim is run with variables that lead to the configuration in the server's own HOME. Tried with mise 2026.9.15;
 * the variables of the others are documented by them. The manager itself counts as well, as in {@code mise exec -- claude}.
 *
 * @param manager its name, in words for people
 * @param program the version manager's own program
 * @param variables what leads a run to the manager's configuration
 */
record Shim(String manager, Path program, Map<String, String> variables) {
    /** A shim that is a script has less than 1 KB. */
    private static final int LONGEST_SCRIPT = 16 * 1024;

    private static final int LONGEST_TOOL_VERSIONS = 64 * 1024;

    /** What a script that is a shim ends with. */
    private static final Pattern SCRIPT =
            Pattern.compile("(?m)^[ \\t]*exec[ \\t]+\"?([^\\s\"]*?)(mise|asdf|nodenv)\"?\\s+(?:exec|x)\\s");

    /** Variables with which a person selects versions; others of a manager may hold tokens. */
    private static final Pattern SELECTS =
            Pattern.compile("(?:MISE|ASDF|NODENV|VOLTA)_(?:[A-Z0-9_]+_)?(?:VERSION|DIR|HOME|ROOT|FILE|ENV)");

    private static final Pattern TOOL = Pattern.compile("[a-z0-9_-]{1,64}");

    Shim {
        variables = Map.copyOf(variables);
    }

    /**
     * What this file is a shim of; empty if it is none. Blocks for a few file look-ups.
     *
     * @param server the server's own environment
     */
    static Optional<Shim> of(Path file, Map<String, String> server) {
        try {
            Path real = file.toRealPath();
            String name = real.getFileName().toString();
            return switch (name) {
                case "mise", "rtx" -> Optional.of(mise(real, server));
                case "volta", "volta-shim" ->
                    Optional.of(new Shim("Volta", real.resolveSibling("volta"), volta(server)));
                case "asdf" -> Optional.of(new Shim("asdf", real, asdf(server)));
                case "nodenv" -> Optional.of(new Shim("nodenv", real, nodenv(server)));
                default -> script(real, server);
            };
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Shim> script(Path file, Map<String, String> server) throws IOException {
        byte[] beginning;
        try (InputStream in = Files.newInputStream(file)) {
            beginning = in.readNBytes(LONGEST_SCRIPT);
        }
        String text = new String(beginning, StandardCharsets.ISO_8859_1);
        Matcher found = SCRIPT.matcher(text);
        if (!text.startsWith("#!") || !found.find()) {
            return Optional.empty();
        }
        Path program = Path.of(found.group(1) + found.group(2));
        return Optional.of(
                switch (found.group(2)) {
                    case "mise" -> mise(program, server);
                    case "asdf" -> new Shim("asdf", program, asdf(server));
                    default -> new Shim("nodenv", program, nodenv(server));
                });
    }

    private static Shim mise(Path program, Map<String, String> server) {
        Path configuration = xdg(server, "XDG_CONFIG_HOME", ".config").resolve("mise");
        Map<String, String> variables = new HashMap<>();
        variables.put(
                "MISE_DATA_DIR",
                xdg(server, "XDG_DATA_HOME", ".local/share").resolve("mise").toString());
        variables.put("MISE_CONFIG_DIR", configuration.toString());
        // It has which configurations the person trusts.
        variables.put(
                "MISE_STATE_DIR",
                xdg(server, "XDG_STATE_HOME", ".local/state").resolve("mise").toString());
        variables.put(
                "MISE_CACHE_DIR",
                xdg(server, "XDG_CACHE_HOME", ".cache").resolve("mise").toString());
        Path toolVersions = home(server).resolve(".tool-versions");
        if (!Files.exists(configuration.resolve("config.toml")) && Files.exists(toolVersions)) {
            variables.put("MISE_GLOBAL_CONFIG_FILE", toolVersions.toString());
        }
        variables.putAll(selected("MISE_", server));
        return new Shim("mise", program, variables);
    }

    /** asdf looks for {@code .tool-versions} in HOME, whose place no variable changes; each of its lines can be a variable, though. */
    private static Map<String, String> asdf(Map<String, String> server) {
        Map<String, String> variables = new HashMap<>(versions(home(server).resolve(".tool-versions")));
        variables.put("ASDF_CONFIG_FILE", home(server).resolve(".asdfrc").toString());
        variables.putAll(selected("ASDF_", server, "ASDF_DATA_DIR", ".asdf"));
        return variables;
    }

    /** Each line has a tool, its versions, and perhaps a comment. */
    private static Map<String, String> versions(Path toolVersions) {
        Map<String, String> variables = new HashMap<>();
        try (InputStream in = Files.newInputStream(toolVersions)) {
            new String(in.readNBytes(LONGEST_TOOL_VERSIONS), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(line -> {
                        String[] words = line.split("#", 2)[0].strip().split("[ \\t]+", 2);
                        if (words.length == 2 && TOOL.matcher(words[0]).matches()) {
                            String tool = words[0].toUpperCase(Locale.ROOT).replace('-', '_');
                            variables.put("ASDF_" + tool + "_VERSION", words[1]);
                        }
                    });
        } catch (IOException e) {
            return Map.of();
        }
        return variables;
    }

    private static Map<String, String> nodenv(Map<String, String> server) {
        return selected("NODENV_", server, "NODENV_ROOT", ".nodenv");
    }

    private static Map<String, String> volta(Map<String, String> server) {
        return selected("VOLTA_", server, "VOLTA_HOME", ".volta");
    }

    private static Map<String, String> selected(
            String prefix, Map<String, String> server, String folderName, String usualFolder) {
        Map<String, String> variables = new HashMap<>();
        variables.put(folderName, home(server).resolve(usualFolder).toString());
        variables.putAll(selected(prefix, server));
        return variables;
    }

    /** The server's own variables for this manager. */
    private static Map<String, String> selected(String prefix, Map<String, String> server) {
        Map<String, String> variables = new HashMap<>();
        server.forEach((name, value) -> {
            if (name.startsWith(prefix) && SELECTS.matcher(name).matches()) {
                variables.put(name, value);
            }
        });
        return variables;
    }

    private static Path xdg(Map<String, String> server, String name, String usual) {
        try {
            Path named = Path.of(server.getOrDefault(name, ""));
            // The XDG specification says that a relative path is to be ignored.
            return named.isAbsolute() ? named : home(server).resolve(usual);
        } catch (InvalidPathException e) {
            return home(server).resolve(usual);
        }
    }

    private static Path home(Map<String, String> server) {
        return new Variables(server).home().orElse(Variables.NO_HOME);
    }

    /**
     * Asks the version manager, in the server's own HOME, which program is behind the shim. Blocks for as long as the manager
     * takes.
     *
     * @param server the server's own environment
     */
    Optional<Path> behind(String name, Map<String, String> server) {
        Map<String, String> itsOwn = new HashMap<>(variables);
        itsOwn.put("HOME", home(server).toString());
        try {
            return new ClaudeCommand(List.of(program.toString()), itsOwn)
                    .ask(List.of("which", name), server)
                    .filter(answer -> answer.exitCode() == 0)
                    .flatMap(answer -> answer.output()
                            .lines()
                            .map(String::strip)
                            .filter(line -> line.startsWith("/"))
                            .findFirst())
                    .map(Path::of)
                    .filter(ClaudePlaces::runs);
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }
}
