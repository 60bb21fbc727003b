package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.pty4j.PtyProcess;
import com.pty4j.PtyProcessBuilder;
import dev.authbridge.core.Owner;
import dev.authbridge.support.Answer;
import dev.authbridge.support.ApiStandIn;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code login --token}, and the commands with credentials that are held back or belong to another organization. */
class TokenLoginTest extends OnAMachine {
    private static final String OTHER_TOKEN = "sk-ant-oat01-" + "u".repeat(95);

    private static ApiStandIn service;

    @BeforeAll
    static void open() {
        service = ApiStandIn.open();
    }

    @AfterAll
    static void close() {
        service.close();
    }

    @BeforeEach
    void useIt() {
        service.organization("");
        environment.putAll(service.vendor().environment());
    }

    private CommandRun login(String input, String... more) {
        String[] arguments = new String[more.length + 2];
        arguments[0] = "login";
        arguments[1] = "--token";
        System.arraycopy(more, 0, arguments, 2, more.length);
        CommandRun run = CommandRun.reading(input, environment, arguments);
        assertFalse((run.out() + run.err()).contains("sk-ant-oat"), run.toString());
        return run;
    }

    private Optional<String> stored(String owner) throws Exception {
        return vault().read(new Owner(owner)).map(it -> it.reveal());
    }

    private String audited() throws IOException {
        return Files.readString(data.resolve("audit.log"));
    }

    @Test
    void aTokenIsTakenOverFromStandardInput() throws Exception {
        CommandRun run = login("export CLAUDE_CODE_OAUTH_TOKEN=" + TOKEN + "\n", "--owner", "anna");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().startsWith("anna is signed in, fingerprint "), run.out());
        assertEquals(Optional.of(TOKEN), stored("anna"));
        assertTrue(audited().contains("event=token_stored owner=anna"), audited());
        ApiStandIn.Request asked = service.requests().get(service.requests().size() - 1);
        assertEquals("Bearer " + TOKEN, asked.headers().get("Authorization"));
    }

    @Test
    void nothingIsReplacedUnlessTheServiceAcceptsTheToken() throws Exception {
        keepToken("default");
        int before = service.requests().size();
        service.nextModels(Answer.status(401), Answer.status(529), Answer.drop(), Answer.drop());
        for (String why : List.of("The service does not take it", "nothing was changed", "nothing was changed")) {
            CommandRun run = login(OTHER_TOKEN);
            assertEquals(1, run.exitCode());
            assertTrue(run.err().contains(why), run.err());
        }
        for (String wrong : List.of("", API_KEY, "nonsense")) {
            assertEquals(1, login(wrong).exitCode());
        }
        // the JDK asks a second time by itself
        assertEquals(before + 4, service.requests().size());
        assertEquals(Optional.of(TOKEN), stored("default"));
        // The API has answered, and tokens for inference may be forbidden to list models.
        service.nextModels(Answer.status(403));
        assertEquals(0, login(OTHER_TOKEN).exitCode());
    }

    @Test
    void aTokenAmongTheArgumentsIsNotReadAndNotRepeated() throws Exception {
        for (String[] arguments : new String[][] {
            {"login", "--token", TOKEN},
            {"login", "--token=" + TOKEN},
            {"logn", TOKEN},
            {TOKEN},
            {"env", "--owner", TOKEN}
        }) {
            CommandRun run = run(arguments);
            assertEquals(2, run.exitCode(), run.out());
            assertTrue(run.err().contains("from standard input"), run.err());
            assertFalse((run.out() + run.err()).contains("sk-ant-"), run.toString());
        }
        assertFalse(Files.exists(data.resolve("vault")));
    }

    @Test
    void aTokenOfAnotherOrganizationWaitsUnlessItIsWanted() throws Exception {
        service.organization("11111111-2222-3333-4444-555555555555");
        assertEquals(0, login(TOKEN).exitCode());
        String before = run("status").out();
        assertTrue(before.matches("(?s).*Belongs to: organization [0-9a-f]{4}-[0-9a-f]{4}\n.*"), before);
        service.organization("99999999-2222-3333-4444-555555555555");
        CommandRun asked = login(OTHER_TOKEN);
        assertEquals(1, asked.exitCode());
        assertTrue(asked.out().contains("belongs to another organization"), asked.out());
        assertTrue(asked.err().contains("--other-organization"), asked.err());
        assertEquals(Optional.of(TOKEN), stored("default"));
        assertTrue(run("status").out().contains("Waits:      "), run("status").out());
        assertTrue(run("doctor")
                .out()
                .lines()
                .anyMatch(line -> line.startsWith("note  credential  ")
                        && line.contains("of another organization waits for a yes or no")));
        assertTrue(run("status", "--json").out().contains("\"otherOrganization\""));
        assertEquals(0, login(OTHER_TOKEN, "--other-organization").exitCode());
        assertEquals(Optional.of(OTHER_TOKEN), stored("default"));
        assertTrue(audited().contains("event=organization_accepted owner=default"), audited());
    }

    @Test
    void aCredentialThatIsHeldBackIsHandedOverByNoCommand() throws Exception {
        assertEquals(1, run("hold").exitCode());
        keepToken("default");
        keepApiKey("key");
        assertEquals(0, run("hold").exitCode());
        assertEquals(0, run("hold", "--owner", "key").exitCode());
        for (String[] command : new String[][] {
            {"env"},
            {"env", "--format", "json"},
            {"exec", "--", "true"},
            {"key-helper", "--owner", "key"},
            {"bundle", "--owner", "key", folder.resolve("home").toString()},
            {"bundle", folder.resolve("home").toString()}
        }) {
            CommandRun run = run(command);
            assertEquals(command[0].equals("exec") ? 125 : 1, run.exitCode());
            assertTrue(run.err().contains("is held back"), run.err());
            assertFalse(run.out().contains("sk-ant-"), run.out());
        }
        assertFalse(Files.exists(folder.resolve("home")));
        assertTrue(
                run("status").out().contains("Held back:  since 2026-11-22 12:00 UTC"),
                run("status").out());
        assertTrue(run("doctor").out().contains("WRONG credential  The credential is held back"));
        String again = login(TOKEN).out();
        assertTrue(again.endsWith("\nIt is held back, as before: nobody gets it until: hold --release\n"), again);
        assertEquals(0, run("hold", "--release").exitCode());
        assertTrue(run("env").out().contains(TOKEN));
        assertTrue(audited().contains("event=credential_held owner=default"), audited());
        assertTrue(audited().contains("event=credential_released owner=default"), audited());
    }

    /** In lines as a terminal cuts them, of which the shell must not get the second one. */
    @Test
    @Timeout(30)
    void atATerminalTheTokenIsNotShown() throws Exception {
        Map<String, String> all = new HashMap<>(environment);
        all.put("TERM", "xterm");
        ProcessBuilder login = BridgeProcess.of(all, List.of("login", "--token"));
        PtyProcess process = new PtyProcessBuilder(login.command().toArray(String[]::new))
                .setEnvironment(login.environment())
                .start();
        try {
            StringBuilder shown = new StringBuilder();
            until(process.getInputStream(), shown, "Token (it is not shown): ");
            process.getOutputStream()
                    .write((TOKEN.substring(0, 79) + "\n" + TOKEN.substring(79) + "\n").getBytes(UTF_8));
            process.getOutputStream().flush();
            until(process.getInputStream(), shown, "default is signed in, fingerprint ");
            assertFalse(shown.toString().contains("ttt"), shown.toString());
            assertTrue(process.waitFor(20, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue());
            assertEquals(Optional.of(TOKEN), stored("default"));
        } finally {
            process.destroyForcibly();
        }
    }

    private static void until(InputStream output, StringBuilder shown, String wanted) throws IOException {
        byte[] piece = new byte[1_024];
        while (shown.indexOf(wanted) < 0) {
            int length = output.read(piece);
            assertTrue(length > 0, "it ended and had shown: " + shown);
            shown.append(new String(piece, 0, length, UTF_8));
        }
    }
}
