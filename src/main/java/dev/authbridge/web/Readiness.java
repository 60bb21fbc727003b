package dev.authbridge.web;

import dev.authbridge.protocol.Data;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Whether the server can do its work now, and if not, what somebody has to do. */
public final class Readiness {
    private static final Logger LOG = System.getLogger(Readiness.class.getName());

    private final List<Check> checks;
    private Optional<Future<List<Data>>> running = Optional.empty();
    private volatile boolean stopping;

    /**
     * One thing that has to be in order.
     *
     * @param name for programs
     * @param fault what is wrong and what to do, in one sentence; empty when all is well. It may block.
     */
    public record Check(String name, Callable<Optional<String>> fault) {}

    public Readiness(List<Check> checks) {
        this.checks = List.copyOf(checks);
    }

    /** From now on the answer is no: nobody new shall be sent here. */
    void stopping() {
        stopping = true;
    }

    /** Answers {@code /readyz}. */
    void answer(RoutingContext context, Context loop) {
        run(loop).onSuccess(results -> {
            List<Data> all = new ArrayList<>(results);
            if (stopping) {
                all.add(result("running", Optional.of("The server is stopping.")));
            }
            boolean ready = all.stream()
                    .allMatch(result -> Boolean.TRUE.equals(result.fields().get("ok")));
            Data data = new Data()
                    .put("ready", ready)
                    .put("checks", all.stream().map(Data::fields).toList());
            Replies.json(context, ready ? 200 : 503, data);
        });
    }

    /** Whoever asks while the checks run gets the same answer, so that asking often costs little. */
    private Future<List<Data>> run(Context loop) {
        if (running.isEmpty()) {
            Future<List<Data>> run = loop.executeBlocking(this::runChecks);
            running = Optional.of(run);
            run.onComplete(done -> running = Optional.empty());
            return run;
        }
        return running.get();
    }

    private List<Data> runChecks() {
        return checks.stream()
                .map(check -> result(check.name(), faultOf(check)))
                .toList();
    }

    private static Optional<String> faultOf(Check check) {
        try {
            return check.fault().call();
        } catch (Exception e) {
            LOG.log(Level.WARNING, "the check " + check.name() + " broke", e);
            return Optional.of("The check itself failed; see the server's log.");
        }
    }

    private static Data result(String name, Optional<String> fault) {
        return new Data().put("name", name).put("ok", fault.isEmpty()).put("error", fault);
    }
}
