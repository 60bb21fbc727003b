package dev.authbridge.command;

import dev.authbridge.access.Audit.Event;
import dev.authbridge.claude.install.ClaudeInstallation;
import dev.authbridge.claude.install.ClaudeLookup;
import dev.authbridge.claude.signin.ClaudeSetupToken;
import dev.authbridge.core.Peer;
import dev.authbridge.core.ThreadLoop;
import dev.authbridge.store.FileVault;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Signs in at the terminal, with the same parts as the server: shows the link and a QR code, and reads the code. */
@Command(
        name = "login",
        description = "Signs in here in the terminal: shows the link, as a QR code too, and takes the code.")
final class Login implements Callable<Integer> {
    private final Surroundings here;
    private final Commands.SignInParts parts;

    @Mixin
    private OwnerOption whose;

    @Option(names = "--no-qr", description = "Shows the link without a QR code.")
    private boolean withoutQr;

    @Option(
            names = "--token",
            description =
                    "Takes over a token that was made elsewhere, once the service accepts it. Reads it from standard"
                            + " input; at a terminal it is not shown.")
    private boolean token;

    @Option(
            names = "--other-organization",
            description = "Takes the credential of another organization than before without asking.")
    private boolean otherOrganization;

    Login(Surroundings here, Commands.SignInParts parts) {
        this.here = here;
        this.parts = parts;
    }

    @Override
    public Integer call() throws Exception {
        if (token) {
            return new TokenDialog(here, whose.owner(), otherOrganization).hold() ? ExitCode.DONE : ExitCode.FAILED;
        }
        ExecutorService worker = Executors.newCachedThreadPool(work -> daemon(work, "cli"));
        ThreadLoop loop = new ThreadLoop("login", here.clock());
        ClaudeLookup lookup = here.cli();
        FileVault vault = here.openVault();
        // Before the person signs in, since a token that cannot be stored is lost.
        vault.check();
        Commands.SignIn signIn = parts.make(here.apiUrl(), vault, lookup::find, loop, here.clock(), worker);
        prepare(lookup, signIn.program());
        LoginDialog dialog = new LoginDialog(
                here, signIn.logins(), signIn.credentials(), loop, whose.owner(), !withoutQr, otherOrganization);
        // Ctrl-C ends the CLI too.
        Thread whenStopped = new Thread(dialog::end, "stop");
        Runtime.getRuntime().addShutdownHook(whenStopped);
        try {
            here.audit(Event.LOGIN_STARTED, whose.owner(), "login");
            boolean signedIn = dialog.hold(new Peer("this machine", "terminal"));
            here.audit(signedIn ? Event.LOGIN_COMPLETED : Event.LOGIN_FAILED, whose.owner(), "login");
            return signedIn ? ExitCode.DONE : ExitCode.FAILED;
        } finally {
            dialog.end();
            loop.close();
            worker.shutdown();
            removeHook(whenStopped);
        }
    }

    private void prepare(ClaudeLookup lookup, ClaudeSetupToken setupToken) throws CommandFailure {
        try {
            lookup.passedOver().forEach(fault -> here.err()
                    .println("A CLI here is not used, since other users could change it: " + fault));
            if (lookup.find().isEmpty()) {
                if (lookup.isConfigured()) {
                    // Another one that is installed here would not be used.
                    throw new CommandFailure(ExitCode.FAILED, lookup.missing());
                }
                new ClaudeInstallation(here.dataFolder(), here.environment(), here.err()).install(() -> {});
            }
            Optional<String> fault = lookup.fault();
            if (fault.isPresent()) {
                throw new CommandFailure(ExitCode.FAILED, fault.get());
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
