package dev.authbridge.claude.install;

import dev.authbridge.claude.ClaudeCommand;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Makes sure that there is a Claude CLI: installs it if there is none, and after a failure tries again with growing pauses
 * until there is one. May be used from any thread.
 */
public final class ClaudeAvailability implements ClaudeCommand.Source {
    private static final Logger LOG = System.getLogger(ClaudeAvailability.class.getName());

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    /** How often it looks, during a pause, whether somebody has installed the CLI by hand. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
    /** npm has to end, and up to 400 MB are removed. */
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(5);

    private final ClaudeLookup lookup;
    private final ClaudeInstallation installation;
    private final boolean installs;
    private final Thread thread = new Thread(this::run, "cli-installation");
    private volatile Optional<String> fault = Optional.empty();
    private volatile List<String> passedOver = List.of();
    private volatile List<ClaudeLookup.Considered> considered = List.of();
    private volatile CompletableFuture<Void> settled = CompletableFuture.completedFuture(null);

    /** @param installs whether a missing CLI may be installed here */
    public ClaudeAvailability(ClaudeLookup lookup, ClaudeInstallation installation, boolean installs) {
        this.lookup = lookup;
        this.installation = installation;
        this.installs = installs;
        thread.setDaemon(true);
    }

    /** Begins, on a thread of its own. Called once. */
    public void start() {
        if (installs && !lookup.hasProgram()) {
            settled = new CompletableFuture<>();
        }
        thread.start();
    }

    /** Ends an installation that is under way; see {@link #awaitEnd}. */
    public void close() {
        thread.interrupt();
        settled.complete(null);
    }

    /** Waits until nothing is left of an installation that was ended by {@link #close}, for a few seconds at most. Blocks. */
    public void awaitEnd() throws InterruptedException {
        thread.join(ENDS_WITHIN.toMillis());
    }

    @Override
    public Optional<ClaudeCommand> find() {
        logPassedOver();
        Optional<ClaudeCommand> found = lookup.find();
        logChoice();
        return found;
    }

    /** Says what has changed: which of several CLIs is used, and which ones do not work. */
    private void logChoice() {
        List<ClaudeLookup.Considered> now = lookup.lastConsidered();
        if (now.equals(considered)) {
            return;
        }
        considered = now;
        lookup.chosen(now)
                .ifPresent(chosen -> LOG.log(
                        Level.INFO,
                        "Claude CLI {0} is used, version {1}; considered: {2}",
                        chosen.name(),
                        chosen.version().orElse("unknown"),
                        now.size()));
        now.forEach(one -> one.fault()
                .ifPresent(fault -> LOG.log(Level.WARNING, "a Claude CLI does not work: {0}: {1}", one.name(), fault)));
    }

    /** Why the program that {@link #find} found is a shim that leads to no CLI, in whole sentences. */
    public Optional<String> faultOfShim(ClaudeCommand found) {
        return lookup.faultOfShim(found).map(fault -> found + " is a shim. " + fault);
    }

    private void logPassedOver() {
        List<String> now = lookup.passedOver();
        if (!now.equals(passedOver)) {
            passedOver = now;
            now.forEach(fault ->
                    LOG.log(Level.WARNING, "a Claude CLI is not used, since others could change it: {0}", fault));
        }
    }

    @Override
    public CompletionStage<Void> settled() {
        return settled;
    }

    @Override
    public String missing() {
        String shims = lookup.lastConsidered().stream()
                .map(shim -> " " + shim.name() + ": " + shim.fault().orElse(""))
                .collect(Collectors.joining());
        return fault.orElseGet(lookup::missing) + shims;
    }

    /** How far the installation is; empty if none is under way, or if it pauses after a failure. */
    public Optional<ClaudeInstallation.Progress> progress() {
        return settled.isDone() ? Optional.empty() : Optional.of(installation.progress());
    }

    private void run() {
        installation.removeLeftovers();
        try {
            Duration pause = FIRST_PAUSE;
            while (installs && find().isEmpty()) {
                if (!installed()) {
                    pauseFor(pause);
                    pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                }
            }
            fault = Optional.empty();
            find().ifPresent(command -> LOG.log(Level.INFO, "Claude CLI: {0}", command));
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "the installation of the Claude CLI was ended", e);
        } finally {
            settled.complete(null);
        }
    }

    private boolean installed() throws InterruptedException {
        try {
            installation.install(this::goesOn);
            return true;
        } catch (IOException e) {
            fault = Optional.of(e.getMessage() + " The server tries again by itself.");
            settled.complete(null);
            LOG.log(Level.ERROR, "{0}", missing());
            return false;
        }
    }

    /** The cause of the last failure is gone: new logins wait for this attempt. */
    private void goesOn() {
        fault = Optional.empty();
        if (settled.isDone()) {
            settled = new CompletableFuture<>();
        }
    }

    private void pauseFor(Duration pause) throws InterruptedException {
        long end = System.nanoTime() + pause.toNanos();
        while (System.nanoTime() < end && lookup.find().isEmpty()) {
            Thread.sleep(Math.min(LOOK_AGAIN.toMillis(), pause.toMillis()));
        }
    }
}
