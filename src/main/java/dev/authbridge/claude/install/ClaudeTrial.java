package dev.authbridge.claude.install;

import dev.authbridge.claude.ClaudeCommand;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

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

    private static final int LONGEST_SAID = 200;

    private final Map<String, String> serverEnvironment;
    private final InstantSource clock;
    private Optional<Trial> last = Optional.empty();

    private record Trial(ClaudeCommand.File file, Instant at, Optional<String> fault) {
        boolean holds(ClaudeCommand.File now, Instant time) {
            Duration good = fault.isPresent() ? BAD_FOR : GOOD_FOR;
            return file.equals(now) && time.isBefore(at.plus(good)) && !time.isBefore(at);
        }
    }

    /** @param serverEnvironment the server's own environment, of which the CLI gets a few names */
    public ClaudeTrial(Map<String, String> serverEnvironment, InstantSource clock) {
        this.serverEnvironment = Map.copyOf(serverEnvironment);
        this.clock = clock;
    }

    /** Why it cannot be run and what to do, in whole sentences; empty if it can. */
    public synchronized Optional<String> fault(ClaudeCommand command) {
        try {
            ClaudeCommand.File now = command.file();
            if (last.isEmpty() || !last.get().holds(now, clock.instant())) {
                Optional<String> fault =
                        tryOut(command).map(why -> "The Claude CLI " + command.program() + " cannot be run: " + why);
                last = Optional.of(new Trial(now, clock.instant(), fault));
            }
            return last.get().fault();
        } catch (IOException e) {
            return Optional.of("The Claude CLI " + command.program() + " cannot be read: " + e.getMessage() + ".");
        }
    }

    private Optional<String> tryOut(ClaudeCommand command) {
        try {
            Optional<ClaudeCommand.Answer> answer = command.ask("--version", serverEnvironment);
            if (answer.isEmpty()) {
                return Optional.of(
                        "it has not answered within " + ClaudeCommand.ANSWERS_WITHIN_SECONDS
                                + " s when asked for its version. Run it with --version as the server's user to see what it waits for.");
            }
            int exitCode = answer.get().exitCode();
            if (exitCode == ILLEGAL_INSTRUCTION) {
                return Optional.of("this machine's processor lacks instructions that it needs (SIGILL)."
                        + " From version 2.1.113 on the CLI needs AVX. Use another machine, let the virtual machine have AVX,"
                        + " or name an older version in CLAUDE_COMMAND.");
            }
            return exitCode < CANNOT_RUN
                    ? Optional.empty()
                    : Optional.of("exit code " + exitCode + said(answer.get()) + INSTALL_ANEW);
        } catch (IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return Optional.of(cause.getMessage() + INSTALL_ANEW);
        }
    }

    private static String said(ClaudeCommand.Answer answer) {
        String line = answer.output().lines().findFirst().orElse("").replaceAll("\\p{Cc}", " ");
        return line.isBlank()
                ? ""
                : ", " + line.strip().substring(0, Math.min(line.strip().length(), LONGEST_SAID));
    }
}
