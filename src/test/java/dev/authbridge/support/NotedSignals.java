package dev.authbridge.support;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Secret;
import dev.authbridge.login.AuthorizationUrl;
import dev.authbridge.login.SetupTokenSignals;
import java.util.function.Consumer;

/**
 * Notes what the sign-in program does: a URL and a token as they are, a refused code by its reason, a failure as {@code
 * failed: REASON}.
 */
public record NotedSignals(Consumer<Object> notes) implements SetupTokenSignals {
    @Override
    public void urlShown(AuthorizationUrl url) {
        notes.accept(url);
    }

    @Override
    public void codeRefused(Problem problem) {
        notes.accept(problem.reason());
    }

    @Override
    public void tokenShown(Secret token) {
        notes.accept(token);
    }

    @Override
    public void failed(Problem problem) {
        notes.accept("failed: " + problem.reason().wireName());
    }
}
