package dev.authbridge.support;

import dev.authbridge.core.Loop;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Makes parts of this machine answer as if they were on another one: every question and every answer goes over a thread that
 * stands for the network, so that no answer is there at once and none comes on the event loop. Methods that return no stage
 * are answered at once.
 */
public final class Later {
    private final Loop loop;
    private final ExecutorService network = Executors.newSingleThreadExecutor(work -> new Thread(work, "network"));

    /** @param loop the loop that the parts are confined to */
    public Later(Loop loop) {
        this.loop = loop;
    }

    /** The same part, answering later. */
    public <T> T answering(Class<? super T> type, T there) {
        Object proxy =
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return CompletionStage.class.isAssignableFrom(method.getReturnType())
                                ? later(() -> (CompletionStage<?>) method.invoke(there, arguments))
                                : method.invoke(there, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        @SuppressWarnings("unchecked")
        T later = (T) proxy;
        return later;
    }

    private interface Question {
        CompletionStage<?> ask() throws ReflectiveOperationException;
    }

    private CompletionStage<Object> later(Question question) {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        network.execute(() -> loop.execute(() -> {
            try {
                question.ask()
                        .whenComplete((value, failure) -> network.execute(() -> {
                            if (failure == null) {
                                answer.complete(value);
                            } else {
                                answer.completeExceptionally(failure);
                            }
                        }));
            } catch (ReflectiveOperationException e) {
                answer.completeExceptionally(e);
            }
        }));
        return answer;
    }

    /** Ends the network; what was on its way is lost. */
    public void cut() {
        network.shutdownNow();
    }
}
