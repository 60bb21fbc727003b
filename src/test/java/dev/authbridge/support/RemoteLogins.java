package dev.authbridge.support;

import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Secret;
import dev.authbridge.core.Subscription;
import dev.authbridge.login.AuthorizationCode;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.Logins;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Logins as if on another machine: every call and every answer passes a thread that stands for the network, so that no
 * answer is there at once and none comes on the event loop. Changes are reported in the order in which they happened.
 */
public final class RemoteLogins implements Logins {
    private final Logins there;
    private final Loop loop;
    private final ExecutorService network = Executors.newSingleThreadExecutor(work -> new Thread(work, "network"));

    /** @param there the logins that do the work, confined to the same loop */
    public RemoteLogins(Logins there, Loop loop) {
        this.there = there;
        this.loop = loop;
    }

    private <T> CompletionStage<T> ask(Supplier<CompletionStage<T>> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        network.execute(() -> loop.execute(() -> question.get()
                .whenComplete((value, failure) -> network.execute(() -> {
                    if (failure == null) {
                        answer.complete(value);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                }))));
        return answer;
    }

    @Override
    public boolean enabled() {
        return there.enabled();
    }

    @Override
    public boolean installing() {
        return there.installing();
    }

    @Override
    public CompletionStage<LoginSnapshot> snapshot(Owner owner) {
        return ask(() -> there.snapshot(owner));
    }

    @Override
    public CompletionStage<LoginSnapshot> start(Owner owner, Peer startedBy) {
        return ask(() -> there.start(owner, startedBy));
    }

    @Override
    public CompletionStage<LoginSnapshot> start(Owner owner, Peer startedBy, String programName) {
        return ask(() -> there.start(owner, startedBy, programName));
    }

    @Override
    public CompletionStage<AuthorizationCode> readCode(Owner owner, Secret pasted) {
        return ask(() -> there.readCode(owner, pasted));
    }

    @Override
    public CompletionStage<Void> submit(Owner owner, AuthorizationCode code) {
        return ask(() -> there.submit(owner, code));
    }

    @Override
    public CompletionStage<Boolean> cancel(Owner owner) {
        return ask(() -> there.cancel(owner));
    }

    @Override
    public CompletionStage<Void> forget(Owner owner) {
        return ask(() -> there.forget(owner));
    }

    @Override
    public Subscription watch(Owner owner, Consumer<LoginSnapshot> watcher) {
        boolean[] closed = {false};
        Subscription subscription = there.watch(
                owner,
                snapshot -> network.execute(() -> loop.execute(() -> {
                    if (!closed[0]) {
                        watcher.accept(snapshot);
                    }
                })));
        return () -> {
            closed[0] = true;
            subscription.close();
        };
    }

    @Override
    public void watchAll(BiConsumer<Owner, LoginSnapshot> watcher) {
        there.watchAll(watcher);
    }

    @Override
    public void keepWarm(boolean wanted) {
        there.keepWarm(wanted);
    }

    @Override
    public int running() {
        return there.running();
    }

    @Override
    public CompletionStage<Void> close() {
        return there.close();
    }

    /** Stops the network; what was in transit is lost. */
    public void cut() {
        network.shutdownNow();
    }
}
