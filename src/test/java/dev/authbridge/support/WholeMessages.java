package dev.authbridge.support;

import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A listener for the JDK's WebSocket that assembles text messages and records the close code. */
public final class WholeMessages implements WebSocket.Listener {
    private final StringBuilder begun = new StringBuilder();
    private final Consumer<String> message;
    private final CompletableFuture<Integer> closed;

    public WholeMessages(Consumer<String> message, CompletableFuture<Integer> closed) {
        this.message = message;
        this.closed = closed;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        begun.append(part);
        if (last) {
            String whole = begun.toString();
            begun.setLength(0);
            message.accept(whole);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        closed.completeExceptionally(failure);
    }
}
