package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.SandboxVariables;
import dev.authbridge.store.FileVault;
import dev.authbridge.support.ApiStandIn;
import dev.authbridge.support.ClaudeCli;
import dev.authbridge.support.Needs;
import dev.authbridge.support.Secrets;
import dev.authbridge.support.SecretsGrep;
import dev.authbridge.support.Tool;
import dev.authbridge.terminal.PtyCommand;
import dev.authbridge.terminal.PtyTerminal;
import dev.authbridge.terminal.TerminalScreen;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real Claudes in sandboxes of their own, started with the packaged jar, with the API stand-in on loopback. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Needs(Tool.NPM)
class SandboxesIT {
    private static final int SANDBOXES = 12;
    private static final String TOKEN = "sk-ant-oat01-" + "s".repeat(93) + "AA";
    private static final String OTHER_KEY = "sk-ant-api03-" + "o".repeat(93) + "AA";
    /** The heading of the onboarding wizard; when everything is set up, the screen begins differently. */
    private static final String WIZARD = "Welcome to Claude Code";

    /** Part of the warning about the mode in which it asks for no permission. */
    private static final String BYPASS = "Bypass Permissions mode";

    private static final Duration DRAWN_WITHIN = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final String claude = ClaudeCli.of(ClaudeCli.DEFAULT).program().toString();
    private ApiStandIn api;
    private Path data;

    @BeforeEach
    void keepACredential() throws Exception {
        api = ApiStandIn.open();
        data = folder.resolve("data");
        FileVault.open(data, Optional.empty(), ClaudeCredential.KINDS)
                .keep(Owner.DEFAULT, ClaudeCredential.token(new Secret(TOKEN), Instant.now()));
    }

    @AfterEach
    void close() {
        api.close();
    }

    /** A sandbox with every variable that would take precedence over the token, or make the CLI hang. */
    private Map<String, String> sandbox(Path home) throws IOException, Refusal {
        Map<String, String> environment = new HashMap<>(api.vendor().environment());
        environment.put("HOME", Files.createDirectories(home).toString());
        // Otherwise the CLI creates /tmp/claude-UID, which all sandboxes would share.
        environment.put("TMPDIR", Files.createDirectories(home.resolve("tmp")).toString());
        environment.put("CLAUDE_CREDENTIALS_PATH", data.toString());
        SandboxVariables variables = FileVault.readOnly(data, Optional.empty(), ClaudeCredential.KINDS)
                .read(Owner.DEFAULT)
                .orElseThrow()
                .sandboxVariables();
        variables.unset().forEach(name -> environment.put(name, "1"));
        environment.put("ANTHROPIC_API_KEY", OTHER_KEY);
        environment.put("DISABLE_AUTOUPDATER", "1");
        environment.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
        return environment;
    }

    @Test
    void twelveSandboxesAtOnceAreAllSignedInWithTheToken() throws Exception {
        Map<String, byte[]> before = vaultFiles();
        for (CommandRun run : allAtOnce(List.of(claude, "auth", "status"))) {
            assertEquals(0, run.exitCode(), run.err());
            JsonNode status = new ObjectMapper().readTree(run.out());
            assertTrue(status.path("loggedIn").asBoolean(), run.out());
            assertEquals("oauth_token", status.path("authMethod").asText());
        }
        assertUnchanged(before);
    }

    @Test
    void twelveSandboxesAtOnceGetTheirAnswers() throws Exception {
        Map<String, byte[]> before = vaultFiles();
        api.says("Forty-", "two.");
        for (CommandRun run : allAtOnce(List.of(claude, "-p", "What is the answer?"))) {
            assertEquals(0, run.exitCode(), run.out() + run.err());
            assertEquals("Forty-two.", run.out().strip());
        }
        assertEquals(
                SANDBOXES,
                api.requests().stream()
                        .filter(request -> request.body().contains("What is the answer?"))
                        .count());
        for (ApiStandIn.Request request : api.requests()) {
            assertTrue(
                    ("Bearer " + TOKEN).equals(request.headers().get("Authorization")), "another credential was sent");
            assertTrue(request.headers().get("anthropic-beta").contains("oauth-2025-04-20"));
            assertFalse(request.headers().contains("x-api-key"));
        }
        assertUnchanged(before);
    }

    @Test
    void aForeignAddressGetsNoTokenUnlessItIsMeant() throws Exception {
        BlockingQueue<String> stolen = new LinkedBlockingQueue<>();
        HttpServer foreign = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        foreign.createContext("/", exchange -> {
            stolen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + Map.copyOf(exchange.getRequestHeaders()));
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(400, -1);
            exchange.close();
        });
        foreign.start();
        try {
            api.says("Forty-", "two.");
            Map<String, String> environment = sandbox(folder.resolve("sandbox"));
            environment.put(
                    "ANTHROPIC_BASE_URL",
                    "http://127.0.0.1:" + foreign.getAddress().getPort());
            environment.put("ANTHROPIC_CUSTOM_HEADERS", "Authorization: Bearer of-somebody-else");
            environment.put("ANTHROPIC_UNIX_SOCKET", folder.resolve("no-socket").toString());
            List<String> command = List.of(claude, "-p", "What is the answer?");
            CommandRun run = exec(environment, List.of("exec", "--"), command);
            assertEquals("Forty-two.", run.out().strip(), run.err());
            assertTrue(run.err().contains("removed ANTHROPIC_BASE_URL, ANTHROPIC_CUSTOM_HEADERS"), run.err());
            assertEquals(0, stolen.size(), "requests at the foreign address");
            assertTrue(api.requests().stream().allMatch(request -> ("Bearer " + TOKEN)
                    .equals(request.headers().get("Authorization"))));

            // The same with the option shows that the CLI does send the token there, in the clear.
            String baseUrl = environment.get("ANTHROPIC_BASE_URL");
            Secrets.credential(1).sandboxVariables().diverting().forEach(environment::remove);
            environment.put("ANTHROPIC_BASE_URL", baseUrl);
            environment.put("CLAUDE_CODE_MAX_RETRIES", "0");
            environment.put("NO_PROXY", "127.0.0.1");
            CommandRun meant = exec(environment, List.of("exec", "--keep-base-url", "--"), command);
            assertTrue(
                    stolen.stream().anyMatch(headers -> headers.contains(TOKEN)),
                    () -> "none with the token: " + stolen + meant.out() + meant.err());
        } finally {
            foreign.stop(0);
        }
    }

    @Test
    void aSettingsFileWinsOverTheTokenAndIsNamed() throws Exception {
        Map<String, String> environment = sandbox(folder.resolve("sandbox"));
        Path project = Files.createDirectories(folder.resolve("project/.claude"));
        Path settings = Files.writeString(
                project.resolve("settings.json"), "{\"env\": {\"ANTHROPIC_API_KEY\": \"" + OTHER_KEY + "\"}}");
        ProcessBuilder inProject =
                BridgeProcess.ofJar(environment, List.of("exec", "--", claude, "-p", "What is the answer?"));
        CommandRun run =
                BridgeProcess.run(inProject.directory(project.getParent().toFile()));
        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.err().contains("env.ANTHROPIC_API_KEY in " + settings + " wins"), run.err());
        assertFalse(run.err().contains(OTHER_KEY), run.err());
        assertTrue(
                api.requests().stream()
                        .filter(request -> request.body().contains("What is the answer?"))
                        .allMatch(request -> OTHER_KEY.equals(request.headers().get("x-api-key"))
                                && !request.headers().contains("Authorization")),
                "the settings file did not win");
    }

    private static CommandRun exec(Map<String, String> environment, List<String> options, List<String> command)
            throws Exception {
        List<String> arguments = new ArrayList<>(options);
        arguments.addAll(command);
        return BridgeProcess.run(BridgeProcess.ofJar(environment, arguments));
    }

    private List<CommandRun> allAtOnce(List<String> command) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("exec", "--"));
        arguments.addAll(command);
        ExecutorService waiting = Executors.newFixedThreadPool(SANDBOXES);
        try {
            List<Future<CommandRun>> running = new ArrayList<>();
            for (int i = 0; i < SANDBOXES; i++) {
                ProcessBuilder builder = BridgeProcess.ofJar(sandbox(folder.resolve("sandbox-" + i)), arguments);
                running.add(waiting.submit(() -> BridgeProcess.run(builder)));
            }
            List<CommandRun> runs = new ArrayList<>();
            for (Future<CommandRun> run : running) {
                runs.add(run.get());
            }
            try (SecretsGrep grep = SecretsGrep.open()) {
                runs.forEach(run -> grep.search("output", run.out() + run.err()));
                grep.searchFiles(folder).assertNothingFound();
            }
            return runs;
        } finally {
            waiting.shutdownNow();
        }
    }

    /** The sandboxes share only the vault, and nothing was written there except the time of the last use. */
    private void assertUnchanged(Map<String, byte[]> before) throws IOException {
        Map<String, byte[]> after = vaultFiles();
        assertEquals(0, after.remove("default.used").length);
        assertEquals(before.keySet(), after.keySet());
        before.forEach((name, content) -> assertArrayEquals(content, after.get(name), name));
        try (Stream<Path> entries = Files.list(folder)) {
            assertEquals(SANDBOXES + 1, entries.count(), "something was made beside the sandboxes");
        }
    }

    private Map<String, byte[]> vaultFiles() throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> entries = Files.list(data.resolve("vault"))) {
            for (Path file : entries.toList()) {
                files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    @Test
    @Tag("thorough")
    void bareModeAndScrubbingDoWhatExecSaysAboutThem() throws Exception {
        api.says("Forty-", "two.");
        Map<String, String> environment = sandbox(folder.resolve("sandbox"));
        CommandRun bare = exec(environment, List.of("exec", "--"), List.of("sh", "-c", claude + " --bare -p hi 2>&1"));
        assertEquals(1, bare.exitCode());
        assertTrue(bare.out().startsWith("Not logged in"), bare.out());
        assertTrue(bare.err().contains("With --bare, Claude never reads a sign-in token"), bare.err());
        assertEquals(0, api.requests().size());

        // Without bwrap Claude does not start, so that the variable has reached it.
        environment.put("PATH", Files.createDirectory(folder.resolve("empty")).toString());
        CommandRun scrubbed =
                exec(environment, List.of("exec", "--scrub", "--"), List.of(claude, "-p", "What is the answer?"));
        assertEquals(1, scrubbed.exitCode(), scrubbed.out() + scrubbed.err());
        assertTrue(scrubbed.err().contains("--scrub needs bwrap and socat"), scrubbed.err());
        assertTrue((scrubbed.out() + scrubbed.err()).contains("bubblewrap"), scrubbed.out() + scrubbed.err());
    }

    @Test
    void inABundleClaudeStartsWithoutAskingAnything() throws Exception {
        Path home = folder.resolve("bundle");
        Path project = Files.createDirectory(folder.resolve("project"));
        CommandRun made = BridgeProcess.run(BridgeProcess.ofJar(
                sandbox(folder.resolve("maker")), List.of("bundle", home.toString(), "--trust", project.toString())));
        assertEquals(0, made.exitCode(), made.err());

        // The warning is an answer that nobody gave yet, so that it appears.
        String warned = firstScreen(home, project, "--dangerously-skip-permissions");
        assertTrue(warned.contains(BYPASS), warned);
        assertFalse(hasEmptyPrompt(warned), warned);
        Path unattended = folder.resolve("unattended");
        made = BridgeProcess.run(BridgeProcess.ofJar(
                sandbox(folder.resolve("other-maker")),
                List.of(
                        "bundle",
                        "--accept-bypass-permissions",
                        unattended.toString(),
                        "--trust",
                        project.toString())));
        assertEquals(0, made.exitCode(), made.err());
        String started = firstScreen(unattended, project, "--dangerously-skip-permissions");
        assertTrue(hasEmptyPrompt(started), started);
        assertFalse(started.contains(WIZARD), started);
        String fresh = firstScreen(Files.createDirectory(folder.resolve("fresh")), project);
        assertTrue(fresh.contains(WIZARD), fresh);
        assertFalse(hasEmptyPrompt(fresh), fresh);
    }

    private static boolean hasEmptyPrompt(String screen) {
        // The CLI draws a no-break space after its prompt character.
        return screen.lines().anyMatch(row -> row.replace('\u00a0', ' ').strip().equals("\u276f"));
    }

    /** Starts Claude in this HOME and returns its screen once that is either its prompt or a question. */
    private String firstScreen(Path home, Path project, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("exec", "--", claude));
        command.addAll(List.of(options));
        Map<String, String> environment = sandbox(home);
        environment.put("PATH", System.getenv("PATH"));
        environment.put("TERM", "xterm-256color");
        // Without it the CLI refuses that mode to root.
        environment.put("IS_SANDBOX", "1");
        BlockingQueue<byte[]> output = new LinkedBlockingQueue<>();
        PtyTerminal terminal = PtyTerminal.start(
                new PtyCommand(BridgeProcess.ofJar(environment, command).command(), environment, project, 120, 40),
                new PtyTerminal.Listener() {
                    @Override
                    public void output(byte[] chunk) {
                        output.add(chunk);
                    }

                    @Override
                    public void exited(int exitCode) {
                        output.add("It ended.".getBytes(UTF_8));
                    }
                });
        try {
            TerminalScreen screen = new TerminalScreen(120, 40);
            long deadline = System.nanoTime() + DRAWN_WITHIN.toNanos();
            String text = "";
            while (System.nanoTime() < deadline
                    && !hasEmptyPrompt(text)
                    && Stream.of(WIZARD, "It ended.", "Do you trust", BYPASS).noneMatch(text::contains)) {
                byte[] chunk = output.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (chunk != null) {
                    screen.feed(chunk);
                }
                text = String.join("\n", screen.rows());
            }
            return text;
        } finally {
            terminal.close().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }
}
