package dev.authbridge;

import dev.authbridge.claude.signin.ClaudeSetupToken;
import dev.authbridge.command.Commands;
import dev.authbridge.command.MisspeltVariables;
import dev.authbridge.login.Logins;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Where the program starts: it runs the command that is named, or else the server. */
public final class Main {
    private static final System.Logger LOG = System.getLogger(Main.class.getName());

    /** {@code EX_CONFIG} of {@code sysexits.h}. */
    private static final int BAD_CONFIGURATION = 78;

    private static final int FAILED = 1;

    /** For a proxy in front to see that this server is not ready any more. */
    private static final Duration DRAIN = Duration.ofSeconds(1);

    /** How long {@code login} waits for the code. */
    private static final Duration CODE_WITHIN = Duration.ofMinutes(10);

    private Main() {}

    public static void main(String[] arguments) {
        unpackOutsideOfTheWorkingFolder();
        if (arguments.length > 0) {
            LogLines.installAtTerminal();
        }
        Map<String, String> environment = System.getenv();
        int exitCode = arguments.length == 0
                ? serve(environment)
                : new Commands(() -> serve(environment), signInParts(environment), environment).run(List.of(arguments));
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    /**
     * JNA unpacks its library below {@code user.home}, which is {@code ?} for a user who is not in {@code /etc/passwd}, whatever
     * HOME says: a folder of that name would be made in the working folder.
     */
    private static void unpackOutsideOfTheWorkingFolder() {
        if (!Path.of(System.getProperty("user.home")).isAbsolute() && System.getProperty("jna.tmpdir") == null) {
            System.setProperty("jna.tmpdir", System.getProperty("java.io.tmpdir"));
        }
    }

    /** One login at a time, at a terminal of this machine. */
    private static Commands.SignInParts signInParts(Map<String, String> environment) {
        Logins.Limits limits = new Logins.Limits(true, CODE_WITHIN, 1, 0);
        return (apiUrl, vault, cli, loop, clock, worker) -> {
            SignIn.Workers workers = new SignIn.Workers(worker, worker, worker);
            SignIn signIn =
                    SignIn.of(environment, apiUrl, vault, cli, loop, clock, workers, limits, ClaudeSetupToken.COLUMNS);
            return new Commands.SignIn(signIn.logins(), signIn.program(), signIn.credentials());
        };
    }

    /**
     * Reads the configuration, starts the server and prints the one link that opens its page. Returns while the server goes on.
     *
     * @return the exit code; 0 where the server runs
     */
    private static int serve(Map<String, String> environment) {
        // The link that it prints contains the access key, so it is the one thing that no filter may see.
        PrintStream terminal = System.out;
        LogLines.install();
        MisspeltVariables.in(environment).forEach(sentence -> LOG.log(Level.WARNING, "{0}", sentence));
        Config config;
        try {
            config = Config.read(environment);
        } catch (Config.Invalid e) {
            e.faults().forEach(System.err::println);
            return BAD_CONFIGURATION;
        }
        Bridge bridge = new Bridge(config, environment);
        String address;
        try {
            address = bridge.start();
        } catch (IOException e) {
            System.err.println(e.getMessage());
            return FAILED;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(bridge), "stop"));
        terminal.println(
                address + config.madeKey().map(key -> "#key=" + key.reveal()).orElse(""));
        bridge.provideCli();
        bridge.warmUp();
        return 0;
    }

    private static void stop(Bridge bridge) {
        LogLines.awaitJdkShutdownHook();
        bridge.stop(DRAIN);
        // A JVM that was told to stop by a signal would otherwise say 143, which supervisors take for a failure.
        Runtime.getRuntime().halt(0);
    }
}
