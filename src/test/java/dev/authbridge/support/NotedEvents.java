package dev.authbridge.support;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Secret;
import dev.authbridge.login.AuthorizationUrl;
import dev.authbridge.login.SignInProgram;
import java.util.function.Consumer;

/**
 * Records the events of a sign-in program: a URL and a secret as they are, a rejected code by its reason, a failure as
 * {@code failed: REASON}, a new process as {@code started anew}.
 */
public class NotedEvents implements SignInProgram.Events {
    private final Consumer<Object> notes;

    public NotedEvents(Consumer<Object> notes) {
        this.notes = notes;
    }

    @Override
    public void urlShown(AuthorizationUrl url) {
        notes.accept(url);
    }

    @Override
    public void codeRefused(Problem problem) {
        notes.accept(problem.reason());
    }

    @Override
    public void startedAnew() {
        notes.accept("started anew");
    }

    @Override
    public void credentialWon(String kind, Secret secret) {
        notes.accept(secret);
    }

    @Override
    public void failed(Problem problem) {
        notes.accept("failed: " + problem.reason().wireName());
    }
}
