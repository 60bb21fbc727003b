package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.claude.ScreenRedaction;
import dev.authbridge.claude.signin.ClaudeSetupToken;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.Credentials;
import dev.authbridge.login.Logins;
import dev.authbridge.store.FileVault;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;

/** Runs the command that the arguments name. */
public final class Commands {
    private static final Pattern TOKEN = Pattern.compile(ScreenRedaction.TOKEN);

    private final Callable<Integer> serve;
    private final SignInParts signInParts;
    private final Surroundings here;

    /** What signs in at the terminal. */
    public record SignIn(Logins logins, ClaudeSetupToken program, Credentials credentials) {}

    /** Puts together what signs in; the composition root does it the same way for the server. */
    @FunctionalInterface
    public interface SignInParts {
        /**
         * @param cli the CLI
         * @param worker takes work that blocks
         */
        SignIn make(URI apiUrl, FileVault vault, ClaudeCommand.Source cli, Loop loop, Clock clock, Executor worker);
    }

    /**
     * @param serve starts the server; what it returns is the exit code
     * @param signInParts puts together what {@code login} signs in with
     * @param environment the variables of this process
     */
    public Commands(Callable<Integer> serve, SignInParts signInParts, Map<String, String> environment) {
        this(serve, signInParts, Surroundings.ofThisProcess(environment));
    }

    Commands(Callable<Integer> serve, SignInParts signInParts, Surroundings here) {
        this.serve = serve;
        this.signInParts = signInParts;
        this.here = here;
    }

    /**
     * Runs the command; blocks until it is done.
     *
     * @return the exit code
     */
    public int run(List<String> arguments) {
        // The doctor has a line for these, and the server logs them.
        if (!List.of("doctor", "serve").contains(arguments.isEmpty() ? "serve" : arguments.get(0))) {
            MisspeltVariables.in(here.environment())
                    .forEach(sentence -> here.err().println("claude-auth-bridge: " + sentence));
        }
        Callable<Integer> quick = QuickStart.read(arguments, here);
        if (quick != null) {
            return runQuickly(arguments.get(0), quick);
        }
        if (holdsToken(arguments)) {
            here.err()
                    .println(
                            "There is a token or key among the arguments, which other users of this machine can see, and which"
                                    + " your shell may remember. Use it no more, and revoke it. login --token reads one from"
                                    + " standard input.");
            return ExitCode.USAGE;
        }
        return line(arguments).execute(arguments.toArray(new String[0]));
    }

    /** What follows {@code exec} is another program's. */
    private static boolean holdsToken(List<String> arguments) {
        return !arguments.isEmpty()
                && !arguments.get(0).equals("exec")
                && arguments.stream()
                        .anyMatch(argument -> TOKEN.matcher(argument).find());
    }

    private int runQuickly(String name, Callable<Integer> command) {
        try {
            return command.call();
        } catch (CommandFailure e) {
            here.err().println("claude-auth-bridge " + name + ": " + e.getMessage());
            return e.exitCode();
        } catch (Refusal e) {
            here.err().println("claude-auth-bridge " + name + ": " + e.getMessage());
            return name.equals("exec") ? ExitCode.EXEC_FAILED : ExitCode.FAILED;
        } catch (Exception e) {
            throw new IllegalStateException("nothing else is ever thrown", e);
        }
    }

    private CommandLine line(List<String> arguments) {
        CommandLine line = new CommandLine(new ClaudeAuthBridge(serve));
        Map<String, Supplier<Object>> all = all();
        String asked = arguments.isEmpty() ? "" : arguments.get(0);
        if (all.containsKey(asked)) {
            line.addSubcommand(asked, all.get(asked).get());
        } else {
            // Help, completion and the answer to a misspelt command need all of them.
            all.forEach((name, command) -> line.addSubcommand(name, command.get()));
            line.addSubcommand(new AutoComplete.GenerateCompletion());
            line.getSubcommands()
                    .get("generate-completion")
                    .getCommandSpec()
                    .usageMessage()
                    .hidden(false);
        }
        return line.registerConverter(Owner.class, Commands::owner)
                .setOut(new PrintWriter(here.out(), true, UTF_8))
                .setErr(new PrintWriter(here.err(), true, UTF_8))
                .setExecutionExceptionHandler((failure, failed, parsed) -> failed(failure, failed));
    }

    /** The commands by name. Each is only made when it is needed, since picocli is slow to read the annotations of all of them. */
    private Map<String, Supplier<Object>> all() {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("serve", () -> new ClaudeAuthBridge.Serve(serve));
        all.put("login", () -> new Login(here, signInParts));
        all.put("status", () -> new Status(here));
        all.put("exec", () -> new Exec(here));
        all.put("env", () -> new Env(here));
        all.put("key-helper", () -> new KeyHelper(here));
        all.put("bundle", () -> new Bundle(here));
        all.put("hold", () -> new Hold(here));
        all.put("logout", () -> new Logout(here));
        all.put("rotate-key", () -> new RotateKey(here));
        all.put("doctor", () -> new Doctor(here));
        return all;
    }

    private static Owner owner(String name) {
        try {
            return new Owner(name);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.TypeConversionException(e.getMessage());
        }
    }

    /** Prints one line for an expected failure; any other exception is a bug, and is shown with its stack trace. */
    private int failed(Exception failure, CommandLine command) throws Exception {
        if (!(failure instanceof Refusal || failure instanceof CommandFailure)) {
            throw failure;
        }
        here.err().println(command.getCommandSpec().qualifiedName() + ": " + failure.getMessage());
        if (failure instanceof CommandFailure known) {
            return known.exitCode();
        }
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    /**
     * Parses the usual arguments of {@code exec} and {@code env} without picocli. Every sandbox starts with one of these two
     * commands, and loading picocli would double the time that they take. Anything unusual, such as an unknown option or a bad
     * value, is left to picocli and its error messages.
     */
    private static final class QuickStart {
        private final List<String> arguments;
        private final Surroundings here;
        private int next = 1;
        private Owner owner = Owner.DEFAULT;
        private EnvFormat format = EnvFormat.shell;
        private boolean keepBaseUrl;
        private boolean scrub;

        private QuickStart(List<String> arguments, Surroundings here) {
            this.arguments = arguments;
            this.here = here;
        }

        /** @return null if picocli has to parse them */
        static Callable<Integer> read(List<String> arguments, Surroundings here) {
            String name = arguments.isEmpty() ? "" : arguments.get(0);
            if (name.equals("exec")) {
                return new QuickStart(arguments, here).exec();
            }
            return name.equals("env") ? new QuickStart(arguments, here).env() : null;
        }

        private Callable<Integer> exec() {
            readOptions();
            if (next < arguments.size() && arguments.get(next).equals("--")) {
                next++;
            } else if (next < arguments.size() && arguments.get(next).startsWith("-")) {
                return null;
            }
            return next < arguments.size()
                    ? new Exec(here, owner, keepBaseUrl, scrub, arguments.subList(next, arguments.size()))
                    : null;
        }

        private Callable<Integer> env() {
            readOptions();
            return next == arguments.size() ? new Env(here, owner, keepBaseUrl, format) : null;
        }

        /** Stops at the first argument that is none of the options. */
        private void readOptions() {
            for (; next < arguments.size(); next++) {
                String name = arguments.get(next);
                String value = next + 1 < arguments.size() ? arguments.get(next + 1) : "";
                if (name.equals("--keep-base-url")) {
                    keepBaseUrl = true;
                } else if (name.equals("--scrub") && arguments.get(0).equals("exec")) {
                    scrub = true;
                } else if (name.equals("--owner") && Owner.isName(value)) {
                    owner = new Owner(value);
                    next++;
                } else if (name.equals("--format") && isFormat(value)) {
                    format = EnvFormat.valueOf(value);
                    next++;
                } else {
                    return;
                }
            }
        }

        private boolean isFormat(String value) {
            return arguments.get(0).equals("env")
                    && Stream.of(EnvFormat.values())
                            .anyMatch(known -> known.name().equals(value));
        }
    }
}
