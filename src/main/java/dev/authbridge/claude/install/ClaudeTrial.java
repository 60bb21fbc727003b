package dev.authbridge.claude.install;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.core.OneLine;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

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

    /** 128 and the number of the signal SIGILL. */
    private static final int ILLEGAL_INSTRUCTION = 128 + 4;

    private static final String INSTALL_ANEW =
            ". Install it anew, with what it needs, or name another program in CLAUDE_COMMAND.";

    private static final String NO_ANSWER = "it has not answered within " + ClaudeCommand.ANSWERS_WITHIN_SECONDS
            + " s when asked for its version. Run it with --version as the server's user to see what it waits for.";

    private static final int LONGEST_SAID = 200;

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

    /** @param said the first line that it printed; blank if it printed nothing */
    private record Outcome(Optional<String> fault, Optional<String> version, String said) {}

    /** @param serverEnvironment the server's own environment, of which the CLI gets a few names */
    public ClaudeTrial(Map<String, String> serverEnvironment, InstantSource clock) {
        this.serverEnvironment = Map.copyOf(serverEnvironment);
        this.clock = clock;
    }

    /** Why it cannot be run and what to do, in whole sentences; empty if it can. */
    public Optional<String> fault(ClaudeCommand command) {
        return outcome(command).fault();
    }

    /** Its own statement of its version; empty if it cannot be run, or says none. */
    Optional<String> version(ClaudeCommand command) {
        return outcome(command).version();
    }

    /** The first line that it prints; empty if it prints nothing. */
    Optional<String> said(ClaudeCommand command) {
        return Optional.of(outcome(command).said()).filter(said -> !said.isBlank());
    }

    /** The fault that was found last, or none, without another trial; empty if it was not tried yet. */
    Optional<Optional<String>> lastKnown(ClaudeCommand command) {
        return Optional.ofNullable(trials.get(command))
                .map(trial -> trial.outcome().fault());
    }

    /** The next question about this command is answered by another trial. */
    void forget(ClaudeCommand command) {
        trials.remove(command);
    }

    private synchronized Outcome outcome(ClaudeCommand command) {
        try {
            ClaudeCommand.File now = command.file();
            Trial trial = trials.get(command);
            if (trial == null || !trial.holds(now, clock.instant())) {
                trial = new Trial(now, clock.instant(), tryOut(command));
                if (trials.size() >= MOST_COMMANDS) {
                    trials.clear();
                }
                trials.put(command, trial);
            }
            return trial.outcome();
        } catch (IOException e) {
            String why = "The Claude CLI " + command.program() + " cannot be read: " + e.getMessage() + ".";
            return new Outcome(Optional.of(why), Optional.empty(), "");
        }
    }

    private Outcome tryOut(ClaudeCommand command) {
        try {
            Optional<ClaudeCommand.Answer> answer = command.ask("--version", serverEnvironment);
            Optional<String> fault = answer.isPresent() ? fault(answer.get()) : Optional.of(NO_ANSWER);
            return new Outcome(
                    fault.map(why -> cannotBeRun(command, why)),
                    answer.flatMap(ClaudeCommand.Answer::version),
                    firstLine(answer.map(ClaudeCommand.Answer::output).orElse("")));
        } catch (IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return new Outcome(
                    Optional.of(cannotBeRun(command, cause.getMessage() + INSTALL_ANEW)), Optional.empty(), "");
        }
    }

    private static String cannotBeRun(ClaudeCommand command, String why) {
        return "The Claude CLI " + command.program() + " cannot be run: " + why;
    }

    private static Optional<String> fault(ClaudeCommand.Answer answer) {
        if (answer.exitCode() == ILLEGAL_INSTRUCTION) {
            return Optional.of("this machine's processor lacks instructions that it needs (SIGILL)."
                    + " From version 2.1.113 on the CLI needs AVX. Use another machine, let the virtual machine have AVX,"
                    + " or name an older version in CLAUDE_COMMAND.");
        }
        return answer.exitCode() < CANNOT_RUN
                ? Optional.empty()
                : Optional.of("exit code " + answer.exitCode() + said(answer) + INSTALL_ANEW);
    }

    private static String said(ClaudeCommand.Answer answer) {
        String line = firstLine(answer.output());
        return line.isBlank() ? "" : ", " + line;
    }

    private static String firstLine(String output) {
        return OneLine.of(output.strip().lines().findFirst().orElse(""), LONGEST_SAID);
    }
}
