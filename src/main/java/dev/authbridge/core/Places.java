package dev.authbridge.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A limited number of places for programs that take much memory. A program has its place until all of its processes are gone,
 * so there are never more of them than places, however quickly people end one and begin the next. A program that is started
 * while one is still ending waits for its place, in turn. Confined to the event loop.
 */
public final class Places {
    /** A program is asked to end, and killed up to 3 s later; 5 s after that it is given up. */
    private static final Duration WAITS_FOR = Duration.ofSeconds(10);

    private final int most;
    private final Loop loop;
    private final Runnable freed;
    private final Deque<Place> waiting = new ArrayDeque<>();
    /** The ends of programs that are under way; also completed ones, until the loop has removed them. */
    private final Set<CompletableFuture<Void>> ending = new LinkedHashSet<>();

    private int taken;
    private int started;

    /** @param freed run on the loop whenever a place has become free */
    public Places(int most, Loop loop, Runnable freed) {
        this.most = most;
        this.loop = loop;
        this.freed = freed;
    }

    /** Whether a place can be taken. Its program may have to wait for those that are ending. */
    public boolean canTake() {
        return taken < most;
    }

    /** Whether a place can be taken without keeping anybody waiting. */
    public boolean isRoom() {
        return taken + ending() < most;
    }

    /** How many programs run, including those that are ending. */
    public int running() {
        return started + ending();
    }

    /** @throws IllegalStateException if there is no place, see {@link #canTake} */
    public Place take() {
        loop.requireCurrent();
        if (!canTake()) {
            throw new IllegalStateException("all " + most + " places are taken");
        }
        taken++;
        return new Place();
    }

    /** Completes once the programs that are ending now are gone. */
    public CompletionStage<Void> gone() {
        return CompletableFuture.allOf(ending.toArray(CompletableFuture[]::new));
    }

    private int ending() {
        return (int) ending.stream().filter(end -> !end.isDone()).count();
    }

    private void startWaiting() {
        while (!waiting.isEmpty() && running() < most) {
            waiting.remove().go();
        }
    }

    /** The place of one program. */
    public final class Place {
        private Runnable program = () -> {};
        private Loop.Timer deadline = () -> {};
        private boolean isStarted;
        private boolean isGivenBack;

        /**
         * Starts the program: at once, or when those that are ending have left room for it. Called once.
         *
         * @param start starts the program; not run after {@link #giveBack}
         * @param tooLate run instead if that takes too long
         */
        public void start(Runnable start, Runnable tooLate) {
            program = start;
            if (waiting.isEmpty() && running() < most) {
                go();
                return;
            }
            waiting.add(this);
            deadline = loop.after(WAITS_FOR, () -> {
                waiting.remove(this);
                tooLate.run();
            });
        }

        private void go() {
            deadline.cancel();
            if (!isGivenBack) {
                isStarted = true;
                started++;
                program.run();
            }
        }

        /**
         * Gives the place back as soon as the program is gone. Only the first call counts.
         *
         * @param gone completes, on any thread, when all processes of the program are gone
         */
        public void giveBack(CompletionStage<Void> gone) {
            if (isGivenBack) {
                return;
            }
            isGivenBack = true;
            taken--;
            waiting.remove(this);
            deadline.cancel();
            CompletableFuture<Void> end = gone.toCompletableFuture();
            ending.add(end);
            if (isStarted) {
                started--;
            }
            end.whenComplete((done, failure) -> loop.execute(() -> {
                ending.remove(end);
                startWaiting();
                freed.run();
            }));
        }
    }
}
