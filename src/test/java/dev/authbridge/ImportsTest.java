package dev.authbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Enforces which packages and libraries each package may import. */
class ImportsTest {
    static final Path MAIN = Path.of("src/main/java/dev/authbridge");
    private static final Pattern OURS = Pattern.compile("\\bdev\\.authbridge\\.([a-z]+)\\.");
    private static final Pattern IMPORT = Pattern.compile("^import (?:static )?([\\w.]+);", Pattern.MULTILINE);

    /** Package → the packages of this project that it may import. The root package may import all. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            Map.entry("core", Set.of()),
            Map.entry("login", Set.of("core")),
            Map.entry("process", Set.of("core")),
            Map.entry("terminal", Set.of("process")),
            Map.entry("protocol", Set.of("core", "credential")),
            Map.entry("claude", Set.of("core", "login", "credential", "terminal", "process")),
            Map.entry("store", Set.of("core", "credential")),
            Map.entry("credential", Set.of("core")),
            Map.entry("chat", Set.of("core", "claude", "credential", "login", "process")),
            Map.entry("access", Set.of("core")),
            Map.entry("gateway", Set.of("core", "login", "credential", "access", "protocol", "chat")),
            Map.entry("web", Set.of("core", "login", "protocol", "credential", "access", "gateway", "chat")),
            Map.entry("notify", Set.of("core", "claude", "credential", "process")),
            Map.entry(
                    "command",
                    Set.of("core", "login", "claude", "credential", "store", "protocol", "access", "notify")));

    /** Package → the libraries that it may not import. */
    private static final Map<String, List<String>> NEVER = Map.ofEntries(
            Map.entry("core", List.of("io.vertx", "io.netty", "com.fasterxml", "com.pty4j", "io.prometheus")),
            Map.entry("login", List.of("io.vertx", "io.netty", "com.fasterxml", "com.pty4j", "io.prometheus")),
            Map.entry("claude", List.of("io.vertx", "io.netty", "com.pty4j", "io.prometheus")),
            Map.entry("credential", List.of("io.vertx", "com.fasterxml", "io.netty", "com.pty4j", "io.prometheus")),
            Map.entry("store", List.of("io.vertx", "io.netty", "com.fasterxml", "com.pty4j", "io.prometheus")),
            Map.entry("chat", List.of("io.vertx", "io.netty", "com.pty4j", "io.prometheus")),
            Map.entry("protocol", List.of("io.vertx", "io.netty", "com.pty4j", "io.prometheus")),
            Map.entry("process", List.of("io.vertx", "io.netty", "com.fasterxml", "com.pty4j", "io.prometheus")),
            Map.entry("terminal", List.of("io.vertx", "io.netty", "com.fasterxml", "io.prometheus")),
            Map.entry("notify", List.of("io.vertx", "io.netty", "com.pty4j", "io.prometheus")),
            Map.entry("command", List.of("io.netty", "com.pty4j", "io.prometheus")),
            Map.entry("access", List.of("io.vertx", "io.netty", "com.fasterxml", "com.pty4j", "io.prometheus")),
            Map.entry("gateway", List.of("io.vertx", "io.netty", "com.fasterxml", "com.pty4j", "io.prometheus")),
            Map.entry("web", List.of("com.pty4j", "com.fasterxml")));

    @Test
    void everyPackageImportsOnlyAllowedPackages() throws IOException {
        Set<String> wrong = new TreeSet<>();
        for (Path file : sources()) {
            String from = packageOf(file);
            if (from.isEmpty()) {
                continue;
            }
            assertTrue(ARROWS.containsKey(from), "ImportsTest has no entry for the package " + from);
            Matcher ours = OURS.matcher(Files.readString(file).replaceFirst("package [\\w.]+;", ""));
            while (ours.find()) {
                String to = ours.group(1);
                if (!to.equals(from) && !ARROWS.get(from).contains(to)) {
                    wrong.add(file + " → " + to);
                }
            }
        }
        assertEquals(Set.of(), wrong);
    }

    /** The subpackages of {@code claude} may use {@code claude}, but not each other, and {@code claude} uses none of them. */
    @Test
    void theSubpackagesOfClaudeDoNotImportEachOther() throws IOException {
        Pattern secondLevel = Pattern.compile("\\bdev\\.authbridge\\.claude\\.([a-z]+)\\.");
        Set<String> wrong = new TreeSet<>();
        for (Path file : sources()) {
            if (!packageOf(file).equals("claude") || file.endsWith("package-info.java")) {
                continue;
            }
            Matcher known = secondLevel.matcher(Files.readString(file).replaceFirst("package [\\w.]+;", ""));
            while (known.find()) {
                if (!file.getParent().endsWith(known.group(1))) {
                    wrong.add(file + " → " + known.group(1));
                }
            }
        }
        assertEquals(Set.of(), wrong);
    }

    @Test
    void everyPackageImportsOnlyAllowedLibraries() throws IOException {
        Set<String> wrong = new TreeSet<>();
        for (Path file : sources()) {
            List<String> never = NEVER.getOrDefault(packageOf(file), List.of());
            Matcher imports = IMPORT.matcher(Files.readString(file));
            while (imports.find()) {
                if (never.stream().anyMatch(imports.group(1)::startsWith)) {
                    wrong.add(file + " → " + imports.group(1));
                }
            }
        }
        assertEquals(Set.of(), wrong);
    }

    private static String packageOf(Path file) {
        Path within = MAIN.relativize(file);
        return within.getNameCount() == 1 ? "" : within.getName(0).toString();
    }

    /** Every Java file of the product. */
    static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(MAIN)) {
            List<Path> sources =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            assertTrue(sources.size() > 50, "the sources were not found");
            return sources;
        }
    }
}
