package dev.authbridge.gateway;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.core.Subscription;
import dev.authbridge.login.AuthorizationCode;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.Logins;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** One owner's logins whose states a test sets, with answers that come at once, when the test says so, or never. */
final class ScriptedLogins implements Logins {
    final List<AuthorizationCode> submitted = new ArrayList<>();
    Optional<String> submittedFor = Optional.empty();
    int started;

    /** Run while a code is being submitted. */
    Runnable whenSubmitted = () -> {};

    private final List<Consumer<LoginSnapshot>> watchers = new ArrayList<>();
    private final List<Held<?>> held = new ArrayList<>();
    private LoginSnapshot now = LoginSnapshot.none(0);
    private boolean holding;
    private boolean broken;
    private boolean warm;
    private int cancels;

    private record Held<T>(CompletableFuture<T> answer, T value) {
        void complete() {
            answer.complete(value);
        }
    }

    /** Sets the state of the login without notifying watchers. */
    void stands(LoginSnapshot snapshot) {
        now = snapshot;
    }

    void changes(LoginSnapshot snapshot) {
        now = snapshot;
        List.copyOf(watchers).forEach(watcher -> watcher.accept(snapshot));
    }

    int watchers() {
        return watchers.size();
    }

    /** How often a login was cancelled. */
    int cancels() {
        return cancels;
    }

    /** Whether a login is to be kept warm for somebody who is connected. */
    boolean warm() {
        return warm;
    }

    /** Holds back the answers to questions from now on. */
    void holdAnswers() {
        holding = true;
    }

    void answerAtOnce() {
        holding = false;
    }

    /** Gives the answers that were held back, each with the state at the time of its question; later ones come at once. */
    void answer() {
        holding = false;
        held.forEach(Held::complete);
        held.clear();
    }

    /** Answers the held questions with this refusal. */
    void refuse(Refusal refusal) {
        held.forEach(question -> question.answer().completeExceptionally(refusal));
        held.clear();
    }

    /** Makes every question from now on fail with an unexpected exception. */
    void breaks() {
        broken = true;
    }

    private <T> CompletionStage<T> say(T value) {
        if (broken) {
            throw new IllegalStateException("broken");
        }
        if (!holding) {
            return CompletableFuture.completedFuture(value);
        }
        Held<T> question = new Held<>(new CompletableFuture<>(), value);
        held.add(question);
        return question.answer();
    }

    @Override
    public boolean enabled() {
        return true;
    }

    @Override
    public boolean installing() {
        return false;
    }

    @Override
    public CompletionStage<LoginSnapshot> snapshot(Owner owner) {
        return say(now);
    }

    @Override
    public CompletionStage<LoginSnapshot> start(Owner owner, Peer startedBy) {
        started++;
        return say(now);
    }

    @Override
    public CompletionStage<LoginSnapshot> start(Owner owner, Peer startedBy, String programName) {
        return say(now);
    }

    @Override
    public CompletionStage<AuthorizationCode> readCode(Owner owner, Secret pasted) {
        return say(new AuthorizationCode(pasted.reveal(), Optional.empty()));
    }

    @Override
    public CompletionStage<Void> submit(Owner owner, Optional<String> loginId, AuthorizationCode code) {
        submittedFor = loginId;
        submitted.add(code);
        whenSubmitted.run();
        return say(null);
    }

    @Override
    public CompletionStage<Boolean> cancel(Owner owner) {
        cancels++;
        return say(now.open());
    }

    @Override
    public CompletionStage<Void> discardUnstored(Owner owner) {
        return say(null);
    }

    @Override
    public CompletionStage<Void> forget(Owner owner) {
        return say(null);
    }

    @Override
    public Subscription watch(Owner owner, Consumer<LoginSnapshot> watcher) {
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }

    @Override
    public void watchAll(BiConsumer<Owner, LoginSnapshot> watcher) {}

    @Override
    public void keepWarm(boolean wanted) {
        warm = wanted;
    }

    @Override
    public int running() {
        return 0;
    }

    @Override
    public CompletionStage<Void> close() {
        return CompletableFuture.completedFuture(null);
    }
}
