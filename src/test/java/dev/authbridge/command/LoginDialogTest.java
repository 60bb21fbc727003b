package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.claude.signin.StoringSink;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Secret;
import dev.authbridge.core.ThreadLoop;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.CredentialCheck;
import dev.authbridge.credential.CredentialCheck.Validity;
import dev.authbridge.credential.CredentialKind;
import dev.authbridge.credential.Credentials;
import dev.authbridge.login.LocalLogins;
import dev.authbridge.login.Logins;
import dev.authbridge.store.FileStore;
import dev.authbridge.store.FileVault;
import dev.authbridge.support.Eventually;
import dev.authbridge.support.ScriptedSignInProgram;
import java.io.ByteArrayOutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code login} asks when the token that it has won belongs to another organization. */
class LoginDialogTest {
    private static final String OLD = "sk-ant-oat01-" + "o".repeat(95);
    private static final String NEW = "sk-ant-oat01-" + "n".repeat(95);

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private static CredentialCheck.Result asked(Credential credential) {
        String organization = credential.reveal().equals(OLD) ? "aaaa-1111" : "bbbb-2222";
        return new CredentialCheck.Result(
                Validity.VALID, "200", Clock.systemUTC().instant(), true, Optional.of(organization));
    }

    @ParameterizedTest
    @CsvSource({
        "y, false, true, is signed in",
        "YES, false, true, is signed in",
        "n, false, false, the new token is not kept",
        "'', false, false, the new token is not kept",
        ", false, false, kept aside for a day",
        ", true, true, is signed in",
    })
    void theOldOneStaysUnlessThePersonSaysYes(String answer, boolean inAdvance, boolean switched, String words)
            throws Exception {
        FileVault vault = FileVault.open(folder, Optional.empty(), ClaudeCredential.KINDS);
        Credentials credentials = new Credentials(
                new FileStore(vault, Runnable::run, Runnable::run),
                credential -> CompletableFuture.completedFuture(asked(credential)),
                ClaudeCredential.KINDS,
                Clock.systemUTC());
        credentials
                .keep(Owner.DEFAULT, CredentialKind.SIGN_IN_TOKEN, new Secret(OLD))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        ScriptedSignInProgram program = new ScriptedSignInProgram();
        PipedOutputStream keyboard = new PipedOutputStream();
        try (ThreadLoop loop = new ThreadLoop("login", Clock.systemUTC())) {
            Logins logins = new LocalLogins(
                    List.of(program),
                    new StoringSink(credentials, loop),
                    loop,
                    new Logins.Limits(true, Duration.ofMinutes(10), 1, 0));
            PrintStream terminal = new PrintStream(said, true, UTF_8);
            Surroundings here = new Surroundings(
                    Map.of("CLAUDE_CREDENTIALS_PATH", folder.toString()),
                    new PipedInputStream(keyboard),
                    terminal,
                    terminal,
                    Clock.systemUTC());
            LoginDialog dialog = new LoginDialog(here, logins, credentials, loop, Owner.DEFAULT, false, inAdvance);
            CompletableFuture<Boolean> held = CompletableFuture.supplyAsync(() -> {
                try {
                    return dialog.hold(new Peer("this machine", "terminal"));
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            Eventually.waitUntil(
                    Duration.ofSeconds(10), () -> !program.programs().isEmpty(), () -> "nothing was started");
            program.last().showsToken(NEW);
            if (!inAdvance) {
                waitFor(OrganizationQuestion.PROMPT);
                if (answer == null) {
                    keyboard.close();
                } else {
                    keyboard.write((answer + "\n").getBytes(UTF_8));
                    keyboard.flush();
                }
            }
            assertEquals(switched, held.get(10, TimeUnit.SECONDS), said::toString);
            dialog.end();
        }
        keyboard.close();
        assertTrue(said.toString(UTF_8).contains("another organization (bbbb-2222)"), said.toString(UTF_8));
        assertTrue(said.toString(UTF_8).contains(words), said.toString(UTF_8));
        Credential kept = vault.read(Owner.DEFAULT).orElseThrow();
        assertEquals(switched ? NEW : OLD, kept.reveal());
        boolean waits = answer == null && !inAdvance;
        assertEquals(waits, kept.known().successor().isPresent());
        Path audit = folder.resolve("audit.log");
        String audited = Files.exists(audit) ? Files.readString(audit) : "";
        assertEquals(switched, audited.contains("event=organization_accepted owner=default"), audited);
        assertEquals(!switched && !waits, audited.contains("event=organization_refused owner=default"), audited);
    }

    private void waitFor(String words) {
        Eventually.waitUntil(
                Duration.ofSeconds(10), () -> said.toString(UTF_8).contains(words), () -> said.toString(UTF_8));
    }
}
