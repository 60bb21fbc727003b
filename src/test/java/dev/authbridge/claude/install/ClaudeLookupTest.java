package dev.authbridge.claude.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaudeLookupTest {
    @TempDir
    Path temporary;

    private Path working;
    private Path data;
    private Path onPath;

    @BeforeEach
    void makeFolders() throws IOException {
        temporary = temporary.toRealPath();
        working = Files.createDirectory(temporary.resolve("working"));
        data = Files.createDirectory(temporary.resolve("data"));
        onPath = Files.createDirectory(temporary.resolve("bin"));
    }

    private Path program(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Optional<List<String>> find(String configured) {
        return lookup(configured).find().map(ClaudeCommand::words);
    }

    private ClaudeLookup lookup(String configured) {
        return new ClaudeLookup(
                Optional.ofNullable(configured), working, data, Map.of("PATH", onPath + ":/nowhere:/usr/bin:/bin"));
    }

    private static Optional<List<String>> words(Object... words) {
        return Optional.of(List.of(words).stream().map(Object::toString).toList());
    }

    @Test
    void theProjectsOwnCliComesBeforeTheDataFoldersAndThatBeforeThePath() throws IOException {
        assertEquals(Optional.empty(), find(null));
        Path third = program(onPath.resolve("claude"));
        assertEquals(words(third), find(null));
        Path second = program(ClaudeInstallation.folder(data).resolve("node_modules/.bin/claude"));
        assertEquals(words(second), find(null));
        Path first = program(working.resolve("node_modules/.bin/claude"));
        assertEquals(words(first), find(null));
    }

    @Test
    void whyAConfiguredProgramCannotBeUsedIsSaid() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        Map<String, String> said = Map.of(
                "claude-not-here --x",
                "CLAUDE_COMMAND names claude-not-here, which is not on the PATH of the server. ",
                file + " --x",
                "CLAUDE_COMMAND names " + file + ", which the server's user may not execute: chmod +x. ",
                temporary.toString(),
                "CLAUDE_COMMAND names " + temporary + ", which is no file. ",
                temporary + "/none",
                "CLAUDE_COMMAND names " + temporary + "/none, which is not there, or lies in a folder");
        said.forEach((configured, why) -> {
            assertEquals(Optional.empty(), find(configured));
            String missing = lookup(configured).missing();
            assertTrue(missing.startsWith(why), missing);
        });
        assertTrue(lookup(null).missing().startsWith("There is no Claude CLI on the server. "));
    }

    @Test
    void thePlatformsOwnProgramIsRunIfNpmRanWithoutScripts() throws IOException {
        String system = System.getProperty("os.name").startsWith("Mac") ? "darwin" : "linux";
        String processor = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64";
        Path packages = working.resolve("node_modules/@anthropic-ai");
        Path stub = program(packages.resolve("claude-code/bin/claude.exe"));
        Path link = working.resolve("node_modules/.bin/claude");
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, stub);
        assertEquals(words(link), find(null));
        Path beside = program(packages.resolve("claude-code-" + system + "-" + processor + "/claude"));
        assertEquals(words(beside), find(null));
    }

    @Test
    void aCliThatOthersCouldChangeIsPassedOver() throws IOException {
        Path own = program(onPath.resolve("claude"));
        Path inWorking = program(working.resolve("node_modules/package/cli.js"));
        Path bin = Files.createDirectory(working.resolve("node_modules/.bin"));
        Files.createSymbolicLink(bin.resolve("claude"), Path.of("../package/cli.js"));
        Path inData = program(ClaudeInstallation.folder(data).resolve("node_modules/.bin/claude"));
        Path link = bin.resolve("claude");
        for (Path open : List.of(inWorking, inWorking.getParent(), bin, bin.getParent(), working)) {
            open(open);
            assertEquals(words(inData), find(null));
            assertEquals(List.of(open + " can be changed by every user: chmod o-w " + open), passedOver());
            close(open);
            assertEquals(words(link), find(null));
            assertEquals(List.of(), passedOver());
        }
        open(bin);
        open(data.resolve("cli"));
        assertEquals(words(own), find(null));
        assertEquals(2, passedOver().size());
        close(bin);
        close(data.resolve("cli"));
        // The folders that lead to the working folder are not the bridge's business.
        open(temporary);
        assertEquals(words(link), find(null));
    }

    private List<String> passedOver() {
        return lookup(null).passedOver();
    }

    private static void open(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xrwx"));
    }

    private static void close(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void aConfiguredCommandIsUsedAndNothingElse() throws IOException {
        program(onPath.resolve("claude"));
        Path own = program(temporary.resolve("my own/claude"));
        Path node = program(onPath.resolve("node"));
        assertEquals(words(own), find(own.toString()));
        assertEquals(words(node, "/opt/cli.js"), find("node /opt/cli.js"));
        assertEquals(Optional.empty(), find("/nowhere/claude"));
        assertEquals(Optional.empty(), find("no-such-program"));
    }

    @Test
    void aFileThatIsNotExecutableIsNotFoundAsAProgram() throws IOException {
        Files.writeString(onPath.resolve("claude"), "not executable");
        Files.createDirectories(working.resolve("node_modules/.bin/claude"));
        assertEquals(Optional.empty(), find(null));
    }
}
