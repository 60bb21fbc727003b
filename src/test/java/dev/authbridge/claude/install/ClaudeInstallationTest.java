package dev.authbridge.claude.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.support.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaudeInstallationTest {
    @Test
    void theVersionHasTheFormOfAVersion() {
        assertTrue(ClaudeInstallation.VERSION.matches("\\d+\\.\\d+\\.\\d+"), ClaudeInstallation.VERSION);
    }

    /** A lock file needs the checksums of its packages, so it cannot be derived without the registry. */
    @Test
    void theTestsAreRunWithTheVersionThatTheBridgeInstalls() throws IOException {
        String update = "src/test/npm/update takes the version over";
        JsonNode packages = new ObjectMapper().readTree(new File("src/test/npm/package.json"));
        assertEquals(
                "npm:@anthropic-ai/claude-code@" + ClaudeInstallation.VERSION,
                packages.path("dependencies").path("claude-default").asText(),
                update);
        JsonNode locked = new ObjectMapper().readTree(new File("src/test/npm/package-lock.json"));
        assertEquals(
                ClaudeInstallation.VERSION,
                locked.path("packages")
                        .path("node_modules/claude-default")
                        .path("version")
                        .asText(),
                update);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pom.xml", "Dockerfile", "README.md", "docs/docker.md", "src/test/docker/smoke"})
    void filesThatTakeTheVersionFromItsOnePlaceDoNotNameItThemselves(String file) throws IOException {
        assertFalse(Files.readString(Path.of(file)).contains(ClaudeInstallation.VERSION), file);
    }

    /** {@link NpmOutput} names those that the real npm was seen to print. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            npm error code DEPTH_ZERO_SELF_SIGNED_CERT | does not trust the certificate | NODE_EXTRA_CA_CERTS
            npm error code SELF_SIGNED_CERT_IN_CHAIN | does not trust the certificate | NODE_EXTRA_CA_CERTS
            npm error code UNABLE_TO_VERIFY_LEAF_SIGNATURE | does not trust the certificate | NODE_EXTRA_CA_CERTS
            npm error code UNABLE_TO_GET_ISSUER_CERT_LOCALLY | does not trust the certificate | NODE_EXTRA_CA_CERTS
            npm error code CERT_HAS_EXPIRED | does not trust the certificate | CERT_HAS_EXPIRED
            npm ERR! code ECONNREFUSED | does not reach its registry (ECONNREFUSED) | HTTPS_PROXY
            npm error code ENOTFOUND | does not reach its registry (ENOTFOUND) | HTTPS_PROXY
            npm error code EAI_AGAIN | does not reach its registry (EAI_AGAIN) | HTTPS_PROXY
            npm error code ETIMEDOUT | does not reach its registry (ETIMEDOUT) | HTTPS_PROXY
            npm error code FETCH_ERROR | does not reach its registry (FETCH_ERROR) | HTTPS_PROXY
            npm error code E407 | the proxy asks for a user and a password | HTTPS_PROXY
            npm error code E403 | refuses to hand the package out | npm config get registry
            npm error code E404 | does not have @anthropic-ai/claude-code | npm config get registry
            npm error code ETARGET | does not have @anthropic-ai/claude-code | npm config get registry
            npm error code E500 | does not work just now (E500) | tries again
            npm error code ENOSPC | the disk is full | Free some space
            npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write | the disk is full | Free some space
            npm error code EROFS | cannot write | CLAUDE_CREDENTIALS_PATH
            npm error code EACCES | cannot write | CLAUDE_CREDENTIALS_PATH
            npm error code EBADPLATFORM | no Claude CLI for this kind of machine | CLAUDE_COMMAND
            npm does not support Node.js v10.24.0 | (v10.24.0) is too old | newer Node.js
            ERROR: npm v11.19.1 is known not to run on Node.js v14.21.3. | is too old | newer Node.js
            SyntaxError: Unexpected token { | cannot run its npm | newer Node.js
            Error: Cannot find module node:path | cannot run its npm | newer Node.js
            v16.20.2 | its last line was: v16.20.2 | npm install @anthropic-ai/claude-code
            npm error something that nobody has seen before | something that nobody has seen before | CLAUDE_COMMAND
            """)
    void eachErrorOfNpmIsReportedWithAWayOut(String line, String cause, String wayOut, @TempDir Path folder)
            throws Exception {
        npm(folder, "echo '" + line + "'; exit 1");
        try (Available cli = new Available(folder)) {
            String missing = cli.awaitFault();
            assertTrue(missing.contains(cause), missing);
            assertTrue(missing.contains(wayOut), missing);
            assertTrue(missing.contains("CLAUDE_COMMAND"), missing);
            assertEquals(Optional.empty(), cli.availability.progress());
        }
    }

    /** Under /proc nothing can be made, not even by root. */
    @Test
    void aFolderThatCannotBeWrittenIsReportedWithAWayOut(@TempDir Path folder) throws Exception {
        ClaudeInstallation installation = new ClaudeInstallation(
                Path.of("/proc/claude-auth-bridge"), Map.of("PATH", ""), new PrintStream(new ByteArrayOutputStream()));
        String fault = assertThrows(IOException.class, () -> installation.install(() -> {}))
                .getMessage();
        assertTrue(fault.contains("the server cannot write to /proc/claude-auth-bridge"), fault);
        assertTrue(fault.contains("CLAUDE_CREDENTIALS_PATH") && fault.contains("CLAUDE_COMMAND"), fault);
        Path file = Files.createFile(folder.resolve("data"));
        npm(folder, "exit 1");
        try (Available cli = new Available(folder)) {
            String missing = cli.awaitFault();
            assertTrue(missing.contains("the server cannot write to " + file), missing);
        }
    }

    @Test
    void aMissingNpmIsReported(@TempDir Path folder) throws Exception {
        try (Available cli = new Available(folder)) {
            assertTrue(cli.awaitFault().contains("npm is missing. Install Node.js with npm"));
        }
    }

    /** npm warns of a full disk, and then says that it has added the package. */
    @Test
    void anInstallationThatNpmReportsButDidNotMakeIsAFailure(@TempDir Path folder) throws Exception {
        npm(folder, "echo 'npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write'; sleep 60; exit 0");
        try (Available cli = new Available(folder)) {
            assertTrue(cli.awaitFault().contains("the disk is full"));
        }
        npm(folder, "echo 'added 1 package in 5s'");
        try (Available cli = new Available(folder)) {
            assertTrue(cli.awaitFault().contains("without the program"));
        }
        npm(folder, installing("echo 'Error: claude native binary not installed.'; exit 1"));
        try (Available cli = new Available(folder)) {
            assertTrue(cli.awaitFault().contains("it said Error: claude native binary not installed."));
        }
    }

    @Test
    void afterTheFaultIsMendedItIsInstalledWithoutARestart(@TempDir Path folder) throws Exception {
        Path shim = Files.createDirectory(folder.resolve("shims")).resolve("claude");
        Files.writeString(shim, "#!/bin/sh\nexec asdf exec claude \"$@\"\n");
        Files.setPosixFilePermissions(shim, PosixFilePermissions.fromString("rwx------"));
        npm(folder, "echo 'npm error code ENOTFOUND'; exit 1");
        try (Available cli = new Available(folder)) {
            String fault = cli.awaitFault();
            assertTrue(fault.contains("npm does not reach its registry"), fault);
            assertTrue(fault.contains(shim + " (a shim of asdf): It does not lead to a Claude CLI here: "), fault);
            npm(folder, installing("echo '" + ClaudeInstallation.VERSION + " (Claude Code)'"));
            cli.awaitTerminal("is installed");
            assertTrue(cli.availability.find().isPresent());
        }
    }

    @Test
    void anInstallationThatLostItsProgramIsReplaced(@TempDir Path folder) throws Exception {
        Path installed = folder.resolve("data/cli").resolve(ClaudeInstallation.VERSION);
        Files.writeString(
                Files.createDirectories(installed.resolve("node_modules")).resolve("rest"), "");
        npm(folder, installing("echo '" + ClaudeInstallation.VERSION + " (Claude Code)'"));
        try (Available cli = new Available(folder)) {
            cli.availability.settled().toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertTrue(cli.availability.find().isPresent(), cli.availability.missing());
            assertFalse(Files.exists(installed.resolve("node_modules/rest")));
        }
    }

    /** Both want to move what they installed to the same place. */
    @Test
    void theInstallationOfAQuickerServerIsUsed(@TempDir Path folder) throws Exception {
        Path others = folder.resolve("data/cli").resolve(ClaudeInstallation.VERSION);
        String installs = installing("echo '" + ClaudeInstallation.VERSION + " (Claude Code)'");
        npm(
                folder,
                installs + "mkdir -p " + others + "; cp -R node_modules " + others + "; touch " + others + "/theirs");
        try (Available cli = new Available(folder)) {
            cli.awaitTerminal("is installed");
            assertTrue(Files.exists(others.resolve("theirs")));
        }
        try (Stream<Path> left = Files.list(others.getParent())) {
            assertEquals(List.of(others), left.toList());
        }
    }

    @Test
    void stoppingDuringAnInstallationLeavesNothingBehind(@TempDir Path folder) throws Exception {
        Path begun = folder.resolve("begun");
        npm(folder, "mkdir node_modules; echo x > node_modules/x; touch " + begun + "; sleep 60");
        try (Available cli = new Available(folder)) {
            Eventually.waitUntil(Duration.ofSeconds(20), () -> Files.exists(begun), () -> "npm is not run");
            assertFalse(cli.availability.settled().toCompletableFuture().isDone());
        }
        try (Stream<Path> left = Files.list(folder.resolve("data/cli"))) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void aLoginThatWaitsIsToldWhenTheCliIsThereAndSeesTheProgress(@TempDir Path folder) throws Exception {
        Path go = folder.resolve("go");
        npm(
                folder,
                "mkdir node_modules; head -c 1000 /dev/zero > node_modules/part\n"
                        + "while [ ! -e '" + go + "' ]; do sleep 0.1; done\n"
                        + installing("echo '" + ClaudeInstallation.VERSION + " (Claude Code)'"));
        try (Available cli = new Available(folder)) {
            CompletableFuture<Void> settled = cli.availability.settled().toCompletableFuture();
            assertFalse(settled.isDone());
            Eventually.waitUntil(
                    Duration.ofSeconds(20), () -> done(cli) == 1_000, () -> "bytes unpacked by npm: " + done(cli));
            Files.createFile(go);
            settled.get(20, TimeUnit.SECONDS);
            assertTrue(cli.availability.find().isPresent());
            assertEquals(Optional.empty(), cli.availability.progress());
        }
    }

    private static long done(Available cli) {
        return cli.availability.progress().orElseThrow().done();
    }

    @Test
    void theServersKeysAreNotGivenToNpm(@TempDir Path folder) throws Exception {
        npm(folder, "env | grep -c -e CLAUDE_ -e ANTHROPIC_ | sed 's/^/npm error counted /'; exit 1");
        try (Available cli = new Available(folder, "CLAUDE_AUTH_KEY", "k", "ANTHROPIC_API_KEY", "k")) {
            String missing = cli.awaitFault();
            assertTrue(missing.contains("counted 0"), missing);
        }
    }

    private static void npm(Path folder, String script) throws IOException {
        Path npm = Files.createDirectories(folder.resolve("bin")).resolve("npm");
        Path next = Files.writeString(folder.resolve("next-npm"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rwxr-xr-x"));
        // In one step: npm may be about to be started.
        Files.move(next, npm, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** What an npm does that installs this program. */
    private static String installing(String program) {
        return """
                folder=node_modules/%s
                mkdir -p $folder
                { echo '#!/bin/sh'; cat <<'PROGRAM'
                %s
                PROGRAM
                } >$folder/claude
                chmod +x $folder/claude
                """
                .formatted(ClaudePlaces.PLATFORM_PACKAGE, program);
    }

    /** A machine with nothing but that npm. */
    private static final class Available implements AutoCloseable {
        private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
        private final ClaudeAvailability availability;

        Available(Path folder, String... namesAndValues) {
            Map<String, String> environment = new HashMap<>();
            environment.put(
                    "PATH",
                    folder.resolve("bin") + ":/usr/bin:/bin".repeat(Files.exists(folder.resolve("bin")) ? 1 : 0));
            for (int at = 0; at < namesAndValues.length; at += 2) {
                environment.put(namesAndValues[at], namesAndValues[at + 1]);
            }
            ClaudeLookup lookup = new ClaudeLookup(
                    Optional.empty(),
                    folder,
                    folder.resolve("data"),
                    Map.of("PATH", folder.resolve("shims").toString()));
            availability = new ClaudeAvailability(
                    lookup,
                    new ClaudeInstallation(
                            folder.resolve("data"),
                            environment,
                            new PrintStream(terminal, true, StandardCharsets.UTF_8)),
                    true);
            availability.start();
        }

        /** The fault is there when nobody waits any longer. */
        String awaitFault() throws Exception {
            availability.settled().toCompletableFuture().get(20, TimeUnit.SECONDS);
            return availability.missing();
        }

        void awaitTerminal(String words) {
            Eventually.waitUntil(
                    Duration.ofSeconds(30),
                    () -> terminal.toString(StandardCharsets.UTF_8).contains(words),
                    () -> "the terminal says: " + terminal.toString(StandardCharsets.UTF_8));
        }

        @Override
        public void close() {
            availability.close();
            try {
                availability.awaitEnd();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
