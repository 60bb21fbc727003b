package dev.authbridge.command;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.claude.api.AnthropicApi;
import dev.authbridge.claude.install.ClaudeInstallation;
import dev.authbridge.claude.install.ClaudeLookup;
import dev.authbridge.claude.signin.ClaudeSetupToken;
import dev.authbridge.claude.signin.StoringSink;
import dev.authbridge.core.Peer;
import dev.authbridge.core.ThreadLoop;
import dev.authbridge.credential.Credentials;
import dev.authbridge.login.LocalLogins;
import dev.authbridge.login.Logins;
import dev.authbridge.store.FileStore;
import dev.authbridge.store.FileVault;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Signs in at the terminal, with the same parts as the server: shows the link and a QR code, and reads the code. */
@Command(
        name = "login",
        description = "Signs in here in the terminal: shows the link, as a QR code too, and takes the code.")
final class Login implements Callable<Integer> {
    private static final Duration CODE_WITHIN = Duration.ofMinutes(10);
    private final Surroundings here;

    @Mixin
    private OwnerOption whose;

    @Option(names = "--no-qr", description = "Shows the link without a QR code.")
    private boolean withoutQr;

    Login(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() throws Exception {
        // The dialog says what happens; the log only shows faults, a line for each.
        System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s: %5$s%n");
        Logger.getLogger("").setLevel(Level.WARNING);
        ExecutorService worker = Executors.newCachedThreadPool(work -> daemon(work, "cli"));
        ThreadLoop loop = new ThreadLoop("login", here.clock());
        ClaudeLookup lookup = here.cli();
        FileVault vault = here.openVault();
        // Before the person signs in, since a token that cannot be stored is lost.
        vault.check();
        Credentials credentials = new Credentials(
                new FileStore(vault, worker, worker),
                new AnthropicApi(here.apiUrl(), here.environment(), here.clock()),
                ClaudeCredential.KINDS,
                here.clock());
        ClaudeSetupToken setupToken = new ClaudeSetupToken(lookup::find, here.environment(), loop, worker);
        prepare(lookup, setupToken);
        Logins logins = new LocalLogins(
                List.of(setupToken), new StoringSink(credentials), loop, new Logins.Limits(true, CODE_WITHIN, 1, 0));
        LoginDialog dialog = new LoginDialog(here, logins, loop, whose.owner(), !withoutQr);
        // Ctrl-C ends the CLI too.
        Thread whenStopped = new Thread(dialog::end, "stop");
        Runtime.getRuntime().addShutdownHook(whenStopped);
        try {
            return dialog.hold(new Peer("this machine", "terminal")) ? ExitCode.DONE : ExitCode.FAILED;
        } finally {
            dialog.end();
            loop.close();
            worker.shutdown();
            removeHook(whenStopped);
        }
    }

    private void prepare(ClaudeLookup lookup, ClaudeSetupToken setupToken) throws CommandFailure {
        try {
            if (lookup.find().isEmpty()) {
                new ClaudeInstallation(here.dataFolder(), here.environment(), here.err()).install(() -> {});
            }
            ClaudeSetupToken.openFirstTerminal();
            setupToken.warmUp();
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.FAILED, "Interrupted while the Claude CLI was installed.");
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is stopping, and the hook runs already.
            return;
        }
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }
}
