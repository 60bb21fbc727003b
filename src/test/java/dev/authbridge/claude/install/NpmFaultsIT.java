package dev.authbridge.claude.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.NpmRegistry;
import dev.authbridge.support.NpmRegistry.Mood;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the machine's own npm does with a registry on 127.0.0.1 that is not as it should be. */
class NpmFaultsIT {
    /** What users are promised. */
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private NpmRegistry registry;

    @BeforeEach
    void open() throws Exception {
        registry = new NpmRegistry(
                Files.createDirectory(folder.resolve("registry")),
                ClaudePlaces.PLATFORM_PACKAGE,
                ClaudeInstallation.VERSION,
                "#!/bin/sh\necho '" + ClaudeInstallation.VERSION + " (Claude Code)'\n");
        Path home = Files.createDirectory(folder.resolve("home"));
        environment.put("PATH", System.getenv("PATH"));
        environment.put("HOME", home.toString());
        environment.put("npm_config_registry", registry.address());
        environment.put("npm_config_cache", home.resolve("cache").toString());
        // This machine's own settings do not count here.
        environment.put("npm_config_globalconfig", home.resolve("none").toString());
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private void trust() throws IOException {
        Path pem = Files.writeString(folder.resolve("authority.pem"), registry.certificatePem());
        environment.put("NODE_EXTRA_CA_CERTS", pem.toString());
    }

    private Path data() {
        return folder.resolve("data");
    }

    private void install() throws Exception {
        new ClaudeInstallation(
                        data(), environment, new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8))
                .install(() -> {});
    }

    private String fault() {
        long begun = System.nanoTime();
        String fault = assertThrows(IOException.class, this::install).getMessage();
        Duration taken = Duration.ofNanos(System.nanoTime() - begun);
        assertTrue(taken.compareTo(TOLD_WITHIN) < 0, taken + " until " + fault);
        return fault;
    }

    private void assertInstalled() {
        assertEquals(
                Optional.of(data().resolve("cli").resolve(ClaudeInstallation.VERSION))
                        .map(ClaudePlaces::platformProgram)
                        .map(program -> program.toAbsolutePath().toString()),
                new ClaudeLookup(Optional.empty(), folder, data(), Map.of())
                        .find()
                        .map(command -> command.with(List.of()).get(0)));
    }

    @Test
    void aCertificateThatNpmDoesNotTrustIsReportedWithAWayOutThatWorks() throws Exception {
        String fault = fault();
        assertTrue(fault.contains("npm does not trust the certificate of its registry (UNABLE_TO_VERIFY"), fault);
        assertTrue(fault.contains("NODE_EXTRA_CA_CERTS=FILE") && fault.contains("CLAUDE_COMMAND"), fault);
        trust();
        install();
        assertInstalled();
    }

    @Test
    void aRegistryWithoutThePackageIsReported() throws Exception {
        trust();
        // The CLI trusts this file, and so does npm.
        environment.put("SSL_CERT_FILE", environment.remove("NODE_EXTRA_CA_CERTS"));
        registry.is(Mood.LACKS_THE_PACKAGE);
        String fault = fault();
        assertTrue(
                fault.contains("does not have " + ClaudePlaces.PLATFORM_PACKAGE + "@" + ClaudeInstallation.VERSION
                        + " (E404)"),
                fault);
        assertTrue(fault.contains("npm config get registry"), fault);
    }

    @Test
    void aRegistryWithAServerErrorIsReported() throws Exception {
        trust();
        registry.is(Mood.BROKEN);
        String fault = fault();
        assertTrue(fault.contains("npm's registry does not work just now (E500)"), fault);
    }

    @Test
    void aRegistryWhosePortIsClosedIsReported() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        environment.put("npm_config_registry", "https://127.0.0.1:" + closed + "/");
        assertNotReached(fault());
    }

    @Test
    void aRegistryThatNeverAnswersIsReported() throws Exception {
        trust();
        registry.is(Mood.SILENT);
        assertNotReached(fault());
    }

    @Test
    void aRegistryThatNeverBeginsTlsIsReported() throws Exception {
        // The kernel takes the connection, and nobody answers on it.
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            environment.put("npm_config_registry", "https://127.0.0.1:" + silent.getLocalPort() + "/");
            assertNotReached(fault());
        }
    }

    @Test
    void aRegistryThatStopsHalfwayIsReported() throws Exception {
        trust();
        registry.is(Mood.STOPS_HALFWAY);
        assertNotReached(fault());
    }

    private static void assertNotReached(String fault) {
        assertTrue(fault.contains("npm does not reach its registry ("), fault);
        assertTrue(fault.contains("HTTPS_PROXY=URL") && fault.contains("CLAUDE_COMMAND"), fault);
    }

    /** What people have in their {@code .npmrc}. */
    @ParameterizedTest
    @ValueSource(
            strings = {"omit=optional", "omit[]=dev\nomit[]=optional", "optional=false", "save=true", "global=true"})
    void noSettingOfNpmPreventsTheInstallation(String settings) throws Exception {
        trust();
        Files.writeString(folder.resolve("home/.npmrc"), settings + "\n");
        install();
        assertInstalled();
    }
}
