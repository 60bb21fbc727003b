package dev.authbridge.web.ops;

import dev.authbridge.protocol.Answer;
import dev.authbridge.web.Replies;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Whether the server can do its work now, and if not, what to do about it. Answers on the event loop. */
public final class Readiness {
    private static final Logger LOG = System.getLogger(Readiness.class.getName());

    /**
     * How long an answer without any fault counts. Anybody may ask, and the checks write to the disk, so that otherwise a flood
     * of questions would keep it busy.
     */
    public static final Duration GOOD_FOR = Duration.ofSeconds(5);

    /** How long a fault that has to be mended counts: short, so that a repair is noticed soon. One that passes does not count. */
    public static final Duration BAD_FOR = Duration.ofSeconds(1);

    private final List<Check> checks;
    private final Optional<String> contact;
    private final InstantSource clock;
    private Optional<Results> last = Optional.empty();
    private Optional<Future<List<Answer.Check>>> running = Optional.empty();
    private volatile boolean stopping;

    /**
     * A precondition of the server's work.
     *
     * @param name for programs
     * @param fault what is wrong now, empty if nothing is; called on a worker for each answer, and may block
     */
    public record Check(String name, Callable<Optional<Fault>> fault) {}

    /**
     * Why the server cannot do its work now.
     *
     * @param message what is wrong and what to do, in one sentence
     * @param pending whether it goes away by itself
     * @param progress how far a pending fault has passed, where that is known
     * @param owners the only owners that it affects; empty where it affects everybody
     */
    public record Fault(String message, boolean pending, Optional<Answer.Progress> progress, List<String> owners) {
        /** A fault that an administrator has to fix. */
        public static Fault toMend(String message) {
            return new Fault(message, false, Optional.empty(), List.of());
        }

        /** A fault that affects these owners only: it is reported, and the server still counts as ready. */
        public static Fault ofOwners(String message, List<String> owners) {
            return new Fault(message, false, Optional.empty(), owners);
        }

        /** A fault that goes away by itself. */
        public static Fault passing(String message) {
            return new Fault(message, true, Optional.empty(), List.of());
        }

        /** The same fault with its progress. */
        public Fault at(Answer.Progress now) {
            return new Fault(message, pending, Optional.of(now), owners);
        }
    }

    private record Results(List<Answer.Check> checks, Instant at) {
        boolean hold(Instant now) {
            boolean good = checks.stream().allMatch(Answer.Check::ok);
            boolean passing = checks.stream().anyMatch(check -> check.pending().orElse(false));
            return !passing && !now.isBefore(at) && now.isBefore(at.plus(good ? GOOD_FOR : BAD_FOR));
        }
    }

    /** @param contact whom to ask about faults: a line of text for people */
    public Readiness(List<Check> checks, Optional<String> contact, InstantSource clock) {
        this.checks = List.copyOf(checks);
        this.contact = contact;
        this.clock = clock;
    }

    /** From now on the server is not ready, so that proxies send it no new clients. */
    public void stopping() {
        stopping = true;
    }

    /** Answers {@code /readyz}. */
    public void answer(RoutingContext context) {
        run(context.vertx()).onSuccess(results -> answer(context, results)).onFailure(context::fail);
    }

    private void answer(RoutingContext context, List<Answer.Check> results) {
        List<Answer.Check> all = new ArrayList<>(results);
        if (stopping) {
            all.add(result("running", Optional.of(Fault.passing("The server is stopping."))));
        }
        boolean ready =
                all.stream().allMatch(check -> check.ok() || check.owners().isPresent());
        Replies.json(context, ready ? 200 : 503, new Answer.Readiness(ready, all, contact));
    }

    /** Requests that come while the checks run, or soon after, share their result, so that asking often costs little. */
    private Future<List<Answer.Check>> run(Vertx vertx) {
        if (running.isPresent()) {
            return running.get();
        }
        Optional<Results> recent = last.filter(results -> results.hold(clock.instant()));
        if (recent.isPresent()) {
            return Future.succeededFuture(recent.get().checks());
        }
        // Not in order with other blocking work: a CLI that hangs keeps a check busy for many seconds.
        Future<List<Answer.Check>> run = vertx.executeBlocking(this::runChecks, false);
        running = Optional.of(run);
        run.onComplete(done -> {
            running = Optional.empty();
            last = Optional.ofNullable(run.result()).map(results -> new Results(results, clock.instant()));
        });
        return run;
    }

    private List<Answer.Check> runChecks() {
        return checks.stream()
                .map(check -> result(check.name(), faultOf(check)))
                .toList();
    }

    private static Optional<Fault> faultOf(Check check) {
        try {
            return check.fault().call();
        } catch (Exception e) {
            LOG.log(Level.WARNING, "the check " + check.name() + " failed to run", e);
            return Optional.of(Fault.toMend("The check itself failed; see the server's log."));
        }
    }

    private static Answer.Check result(String name, Optional<Fault> fault) {
        return new Answer.Check(
                name,
                fault.isEmpty(),
                fault.map(Fault::message),
                fault.map(Fault::pending),
                fault.map(Fault::owners).filter(owners -> !owners.isEmpty()),
                fault.flatMap(Fault::progress));
    }
}
