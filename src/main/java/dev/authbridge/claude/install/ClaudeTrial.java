package dev.authbridge.claude.install;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.claude.CliMessages;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Finds out whether the Claude CLI can be run, by asking for its version: a file can exist and be executable, and still not
 * be a program, or need an interpreter that is missing. May be used from any thread; blocks for up to 20 seconds.
 */
public final class ClaudeTrial {
    /** How long a bad answer counts: short, so that a repair is noticed soon. */
    static final Duration BAD_FOR = Duration.ofSeconds(2);

    /** How long a good answer counts: what the CLI needs besides its own file can go away later. */
    static final Duration GOOD_FOR = Duration.ofMinutes(5);

    /** Exit codes of a shell and of {@code env}: 126 if it cannot be run, 127 if it is missing, above if a signal ended it. */
    private static final int CANNOT_RUN = 126;

    /** Said by the loader of libraries, before the program itself runs. */
    private static final Pattern LOADER =
            Pattern.compile("error while loading shared libraries|version `GLIBC\\S*' not found");

    private static final String INSTALL_ANEW =
            ". Install it anew, with what it needs, or name another program in CLAUDE_COMMAND.";

    private static final String NO_ANSWER = "it has not answered within " + ClaudeCommand.ANSWERS_WITHIN_SECONDS
            + " s when asked for its version. Run it with --version as the server's user to see what it waits for.";

    private static final int MOST_COMMANDS = 32;

    private final Map<String, String> serverEnvironment;
    private final InstantSource clock;
    /** The last trial of each command. */
    private final Map<ClaudeCommand, Trial> trials = new ConcurrentHashMap<>();

    private record Trial(ClaudeCommand.File file, Instant at, Outcome outcome) {
        boolean holds(ClaudeCommand.File now, Instant time) {
            Duration good = outcome.fault().isPresent() ? BAD_FOR : GOOD_FOR;
            return file.equals(now) && time.isBefore(at.plus(good)) && !time.isBefore(at);
        }
    }

    /**
     * What came of it.
     *
     * @param version what the CLI says its version is
     * @param said what it has printed, fit to be shown; empty if nothing
     * @param fault why it cannot be run and what to do, in whole sentences; empty if it can. A CLI that ends normally can be run,
     *     whatever it prints
     */
    record Outcome(Optional<String> version, String said, Optional<String> fault) {}

    /** @param serverEnvironment the server's own environment, of which the CLI gets a few names */
    public ClaudeTrial(Map<String, String> serverEnvironment, InstantSource clock) {
        this.serverEnvironment = Map.copyOf(serverEnvironment);
        this.clock = clock;
    }

    Instant now() {
        return clock.instant();
    }

    /** Why it cannot be run and what to do, in whole sentences; empty if it can. */
    public Optional<String> fault(ClaudeCommand command) {
        return outcome(command).fault();
    }

    /** Its own statement of its version; empty if it cannot be run, or says none. */
    Optional<String> version(ClaudeCommand command) {
        return outcome(command).version();
    }

    /** What it prints, fit to be shown; empty if it prints nothing. */
    Optional<String> said(ClaudeCommand command) {
        return Optional.of(outcome(command).said()).filter(said -> !said.isEmpty());
    }

    /** What came of it last, without another trial; empty if it was not tried yet. */
    Optional<Outcome> lastKnown(ClaudeCommand command) {
        return Optional.ofNullable(trials.get(command)).map(Trial::outcome);
    }

    /** The next question about this command is answered by another trial. */
    void forget(ClaudeCommand command) {
        trials.remove(command);
    }

    /** What comes of running it, now or a moment ago. */
    synchronized Outcome outcome(ClaudeCommand command) {
        try {
            ClaudeCommand.File now = command.file();
            Trial trial = trials.get(command);
            if (trial == null || !trial.holds(now, clock.instant())) {
                Outcome outcome = tryOut(command);
                // A bad answer counts from its end: a CLI that hangs would otherwise be tried again at once.
                trial = new Trial(now, clock.instant(), outcome);
                if (trials.size() >= MOST_COMMANDS) {
                    trials.clear();
                }
                trials.put(command, trial);
            }
            return trial.outcome();
        } catch (IOException e) {
            return failed("", "The Claude CLI " + command.program() + " cannot be read: " + e.getMessage() + ".");
        }
    }

    private static Outcome failed(String said, String fault) {
        return new Outcome(Optional.empty(), said, Optional.of(fault));
    }

    private Outcome tryOut(ClaudeCommand command) {
        String cannotBeRun = "The Claude CLI " + command.program() + " cannot be run: ";
        try {
            Optional<ClaudeCommand.Answer> answer = command.ask("--version", serverEnvironment);
            if (answer.isEmpty()) {
                return failed("", cannotBeRun + NO_ANSWER);
            }
            int exitCode = answer.get().exitCode();
            String said = answer.get().said();
            Optional<String> version = answer.get().version();
            if (version.isPresent() || exitCode == 0) {
                return new Outcome(version, said, Optional.empty());
            }
            // Java runs what is no program for this machine as a shell script, which ends with any exit code.
            Optional<String> why =
                    seenInFile(command).map(seen -> seen + INSTALL_ANEW).or(() -> CliMessages.meaning(exitCode));
            if (why.isPresent()) {
                return failed(said, cannotBeRun + why.get() + (said.isEmpty() ? "" : " It said: " + said));
            }
            return exitCode < CANNOT_RUN && !LOADER.matcher(said).find()
                    ? new Outcome(version, said, Optional.empty())
                    : failed(
                            said,
                            cannotBeRun + "exit code " + exitCode + (said.isEmpty() ? "" : ", " + said) + INSTALL_ANEW);
        } catch (IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return failed(
                    "",
                    cannotBeRun
                            + seenInFile(command)
                                    .map(why -> why + " (" + cause.getMessage() + ")")
                                    .orElse(cause.getMessage())
                            + INSTALL_ANEW);
        }
    }

    private Optional<String> seenInFile(ClaudeCommand command) {
        return new ProgramFile(command.program(), serverEnvironment.getOrDefault("PATH", "")).fault();
    }
}
