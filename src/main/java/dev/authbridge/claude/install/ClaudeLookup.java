package dev.authbridge.claude.install;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.claude.install.ClaudePlaces.Candidate;
import dev.authbridge.core.OneLine;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Chooses the Claude CLI to run: the configured one, else of those in {@link ClaudePlaces} the newest that works.
 *
 * <p>If there is only one, it is not tried out. Otherwise each is asked for its version, which takes about 50 ms, and the choice is
 * kept until a program appears, disappears or is replaced, or until the chosen one turns out not to work. It is looked over
 * every few minutes in the background, and every few seconds while none works. May be used from any thread; blocks.
 */
public final class ClaudeLookup {
    private static final int LONGEST_PATH = 300;

    private final Optional<String> configured;
    private final ClaudePlaces places;
    private final ClaudeTrial trial;
    private final AtomicBoolean lookingOver = new AtomicBoolean();
    private volatile Optional<Choice> last = Optional.empty();

    /**
     * @param configured {@code CLAUDE_COMMAND}: a program, or a program with arguments, separated by blanks
     * @param workingFolder where the server was started
     * @param dataFolder where {@link ClaudeInstallation} puts a CLI of its own
     * @param environment the server's own environment
     * @param trial finds out which of several work
     */
    public ClaudeLookup(
            Optional<String> configured,
            Path workingFolder,
            Path dataFolder,
            Map<String, String> environment,
            ClaudeTrial trial) {
        this.configured = configured;
        this.places = new ClaudePlaces(workingFolder, dataFolder, environment);
        this.trial = trial;
    }

    /** For a command, which makes its choice once. */
    public ClaudeLookup(
            Optional<String> configured, Path workingFolder, Path dataFolder, Map<String, String> environment) {
        this(configured, workingFolder, dataFolder, environment, new ClaudeTrial(environment, InstantSource.system()));
    }

    /**
     * A CLI that was considered.
     *
     * @param command how it is called, or would be
     * @param shim what it is a shim of, and what is behind it, in words for people; empty if it is the CLI itself
     * @param version what it says; empty if it does not
     * @param fault why it does not work and what to do, in whole sentences; empty if it does
     */
    public record Considered(
            ClaudeCommand command, Optional<String> shim, Optional<String> version, Optional<String> fault) {
        /** In words for people: path, and whether it is a shim. */
        public String name() {
            return OneLine.of(command.toString(), LONGEST_PATH)
                    + shim.map(of -> " (" + of + ")").orElse("");
        }

        private int rank() {
            return fault.isPresent() ? 0 : version.isPresent() ? 2 : 1;
        }
    }

    /**
     * @param files all programs that were there, to tell whether the choice still holds
     * @param considered the best first
     */
    private record Choice(List<ClaudeCommand.File> files, List<Considered> considered, Instant madeAt) {}

    /** The CLI to run; empty if there is none. A CLI that does not work is found only if no other one does. */
    public Optional<ClaudeCommand> find() {
        List<Candidate> candidates = candidates();
        if (candidates.size() == 1 && candidates.get(0).shim().isEmpty()) {
            return Optional.of(candidates.get(0).command());
        }
        return candidates.isEmpty()
                ? Optional.empty()
                : chosen(choice(candidates)).map(Considered::command);
    }

    /** Why the CLI that is found cannot be run and what to do, in whole sentences; empty if it can, or there is none. */
    public Optional<String> fault() {
        return find().flatMap(trial::fault);
    }

    /** Whether the program is named in {@code CLAUDE_COMMAND}. */
    public boolean isConfigured() {
        return configured.isPresent();
    }

    /** Why there is no CLI, and what to do, in whole sentences. */
    public String missing() {
        return configured.map(text -> places.unusable(text) + " ").orElse("There is no Claude CLI on the server. ")
                + "Please " + ClaudeInstallation.BY_HAND + ".";
    }

    /** All CLIs that are there, each tried out, the best first. */
    public List<Considered> considered() {
        return considered(candidates());
    }

    /** What it printed when it was asked for its version, fit to be shown; empty if nothing. */
    public Optional<String> said(Considered considered) {
        return trial.said(considered.command());
    }

    /** Which of the considered ones is run. A shim behind which there is no CLI counts only if it is configured. */
    public Optional<Considered> chosen(List<Considered> considered) {
        return considered.stream()
                .filter(it -> it.fault().isEmpty() || it.shim().isEmpty() || configured.isPresent())
                .findFirst();
    }

    private Optional<Considered> chosen(Choice choice) {
        return chosen(choice.considered());
    }

    /** What was considered when the choice was made last; empty if there was none to make. */
    List<Considered> lastConsidered() {
        return last.map(Choice::considered).orElse(List.of());
    }

    /** Why this program, if it is a shim, did not lead to a CLI when the choice was made last. Runs nothing. */
    Optional<String> faultOfShim(ClaudeCommand command) {
        return lastConsidered().stream()
                .filter(it -> it.shim().isPresent() && it.command().equals(command))
                .findFirst()
                .flatMap(Considered::fault);
    }

    /** Whether there is a program that is the CLI itself, or is configured. Blocks for a few file look-ups, and runs nothing. */
    public boolean hasProgram() {
        return candidates().stream().anyMatch(it -> it.shim().isEmpty() || configured.isPresent());
    }

    /**
     * Why a CLI is not used although it is there: a sentence for each thing that lets other users change it. Empty if there is no
     * such CLI, or if another one is configured.
     */
    public List<String> passedOver() {
        return configured.isPresent() ? List.of() : places.passedOver();
    }

    /** What lets other users change the CLI in the data folder; a sentence for each fault. */
    public List<String> faultsInDataFolder() {
        return places.faultsInDataFolder();
    }

    private List<Candidate> candidates() {
        return configured.isPresent() ? places.named(configured.get()).stream().toList() : places.all();
    }

    private Choice choice(List<Candidate> candidates) {
        List<ClaudeCommand.File> files = files(candidates);
        Optional<Choice> made = last.filter(choice -> holds(choice, files));
        if (made.isEmpty()) {
            return choose(candidates, files);
        }
        boolean good = chosen(made.get()).filter(it -> it.fault().isEmpty()).isPresent();
        Instant until = made.get().madeAt().plus(good ? ClaudeTrial.GOOD_FOR : ClaudeTrial.BAD_FOR);
        if (!trial.now().isBefore(until) && lookingOver.compareAndSet(false, true)) {
            CompletableFuture.runAsync(() -> choose(candidates, files))
                    .whenComplete((choice, failure) -> lookingOver.set(false));
        }
        return made.get();
    }

    /** A choice falls, too, when the chosen program is gone, and when readiness finds that it works no more or works again. */
    private boolean holds(Choice choice, List<ClaudeCommand.File> files) {
        Optional<Considered> chosen = chosen(choice);
        if (!choice.files().equals(files) || chosen.isEmpty()) {
            return choice.files().equals(files);
        }
        ClaudeCommand command = chosen.get().command();
        boolean leadsNowhere =
                chosen.get().shim().isPresent() && chosen.get().fault().isPresent();
        return ClaudePlaces.runs(command.program())
                && (leadsNowhere
                        || trial.lastKnown(command)
                                .map(known -> known.fault().isPresent()
                                        == chosen.get().fault().isPresent())
                                .orElse(true));
    }

    private static List<ClaudeCommand.File> files(List<Candidate> candidates) {
        List<ClaudeCommand.File> files = new ArrayList<>();
        for (Candidate candidate : candidates) {
            try {
                files.add(candidate.command().file());
            } catch (IOException e) {
                // It has gone meanwhile; the next look notices that.
                continue;
            }
        }
        return files;
    }

    /** One choice at a time: the second one finds the trials of the first. */
    private synchronized Choice choose(List<Candidate> candidates, List<ClaudeCommand.File> files) {
        Choice choice = new Choice(files, considered(candidates), trial.now());
        last = Optional.of(choice);
        return choice;
    }

    private List<Considered> considered(List<Candidate> candidates) {
        return candidates.stream()
                .map(this::tried)
                .sorted(Comparator.comparingInt(Considered::rank)
                        .thenComparing(it -> number(it.version().orElse("0.0.0")), Arrays::compare)
                        .reversed())
                .toList();
    }

    private static BigInteger[] number(String version) {
        return Arrays.stream(version.split("\\.")).map(BigInteger::new).toArray(BigInteger[]::new);
    }

    private Considered tried(Candidate candidate) {
        ClaudeCommand command = candidate.command();
        ClaudeTrial.Outcome outcome = trial.outcome(command);
        Optional<String> fault = outcome.fault();
        Optional<String> version = outcome.version();
        if (candidate.shim().isEmpty()) {
            return new Considered(command, Optional.empty(), version, fault);
        }
        String shim = (candidate.isManager() ? "run by " : "a shim of ")
                + candidate.shim().get().manager();
        Optional<ClaudeCommand> behind = places.behind(candidate);
        if (version.isPresent()) {
            String of = behind.map(it -> shim + " for " + it).orElse(shim);
            return new Considered(command, Optional.of(of), version, fault);
        }
        if (behind.isPresent() && trial.version(behind.get()).isPresent()) {
            return new Considered(
                    behind.get(),
                    Optional.of("behind " + shim + ", " + command
                            + ", which itself does not work in the HOME that the bridge prepares"),
                    trial.version(behind.get()),
                    Optional.empty());
        }
        String said = trial.said(command).map(line -> ": " + line).orElse("");
        // What it leads to is changed in the manager's configuration, not in this file.
        trial.forget(command);
        return new Considered(
                command,
                Optional.of(shim),
                Optional.empty(),
                Optional.of(
                        "It does not lead to a Claude CLI here" + said
                                + ". Select one in the configuration of the server's user, or name the program itself in CLAUDE_COMMAND."));
    }
}
