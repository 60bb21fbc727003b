package dev.authbridge.support;

import dev.authbridge.core.Loop;
import dev.authbridge.core.Subscription;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Makes parts of this machine answer as if they were on another one: every question and every answer goes over a thread that
 * stands for the network, so that no answer is there at once and none comes on the event loop. What a method with a
 * {@link Subscription} reports comes later as well. All other methods are answered at once.
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
                        if (CompletionStage.class.isAssignableFrom(method.getReturnType())) {
                            return later(() -> (CompletionStage<?>) method.invoke(there, arguments));
                        }
                        return method.getReturnType() == Subscription.class
                                ? watching(method, there, arguments)
                                : method.invoke(there, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        @SuppressWarnings("unchecked")
        T later = (T) proxy;
        return later;
    }

    /** Tells the last argument, a listener, later as well, in the order of the events. */
    private Subscription watching(Method method, Object there, Object... arguments)
            throws ReflectiveOperationException {
        @SuppressWarnings("unchecked")
        Consumer<Object> listener = (Consumer<Object>) arguments[arguments.length - 1];
        boolean[] closed = {false};
        Consumer<Object> overTheNetwork = event -> network.execute(() -> loop.execute(() -> {
            if (!closed[0]) {
                listener.accept(event);
            }
        }));
        Object[] passed = arguments.clone();
        passed[passed.length - 1] = overTheNetwork;
        Subscription subscription = (Subscription) method.invoke(there, passed);
        return () -> {
            closed[0] = true;
            subscription.close();
        };
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
