package dev.authbridge.core;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every event loop with a real clock has to do. The test of each loop extends this class. */
public abstract class LoopConformance {
    /** The loop under test; the same one throughout a test. */
    protected abstract Loop loop();

    private <T> T onLoop(Callable<T> work) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop().execute(() -> {
            try {
                result.complete(work.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(10, TimeUnit.SECONDS);
    }

    @Test
    void actionsRunInTheirOrder() throws Exception {
        List<Integer> ran = new ArrayList<>();
        for (int number = 0; number < 100; number++) {
            int next = number;
            loop().execute(() -> ran.add(next));
        }
        List<Integer> seen = onLoop(() -> List.copyOf(ran));
        assertEquals(100, seen.size());
        assertEquals(seen.stream().sorted().toList(), seen);
    }

    @Test
    void onlyTheLoopsOwnThreadIsCurrent() throws Exception {
        assertFalse(loop().isCurrent());
        assertThrows(IllegalStateException.class, () -> loop().requireCurrent());
        assertTrue(onLoop(() -> loop().isCurrent()));
        onLoop(() -> {
            assertDoesNotThrow(() -> loop().requireCurrent());
            return null;
        });
    }

    @Test
    void aTimerRunsOnTheLoopAndNotBeforeItsTime() throws Exception {
        long start = System.nanoTime();
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        loop().after(Duration.ofMillis(20), () -> ran.complete(loop().isCurrent()));
        assertTrue(ran.get(10, TimeUnit.SECONDS));
        assertTrue(System.nanoTime() - start >= Duration.ofMillis(15).toNanos());
    }

    @Test
    void theSteadyTimeGoesForwardAtTheSpeedOfTheTimers() throws Exception {
        Instant before = loop().steady();
        CompletableFuture<Instant> later = new CompletableFuture<>();
        loop().after(Duration.ofMillis(20), () -> later.complete(loop().steady()));
        Duration passed = Duration.between(before, later.get(10, TimeUnit.SECONDS));
        assertTrue(passed.compareTo(Duration.ofMillis(15)) >= 0, passed.toString());
    }

    /** The timer is cancelled while the loop is busy and its time has already passed. */
    @Test
    void aTimerThatIsCancelledOnTheLoopNeverRuns() throws Exception {
        List<String> ran = new ArrayList<>();
        CompletableFuture<List<String>> later = new CompletableFuture<>();
        onLoop(() -> {
            Loop.Timer timer = loop().after(Duration.ofMillis(1), () -> ran.add("cancelled"));
            long until = System.nanoTime() + Duration.ofMillis(20).toNanos();
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            timer.cancel();
            loop().after(Duration.ofMillis(20), () -> {
                ran.add("later");
                later.complete(List.copyOf(ran));
            });
            return null;
        });
        assertEquals(List.of("later"), later.get(10, TimeUnit.SECONDS));
    }

    @Test
    void anActionThatFailsDoesNotStopTheLoop() throws Exception {
        loop().execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        loop().after(Duration.ofMillis(1), () -> {
            throw new IllegalStateException("on purpose, too");
        });
        CompletableFuture<String> after = new CompletableFuture<>();
        loop().after(Duration.ofMillis(20), () -> after.complete("goes on"));
        assertEquals("goes on", after.get(10, TimeUnit.SECONDS));
    }

    @Test
    void anAnswerFromAnotherThreadIsBroughtToTheLoop() throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        CompletableFuture<String> brought = onLoop(() -> loop().bring(answer)
                .thenApply(value -> value + (loop().isCurrent() ? " on the loop" : " elsewhere"))
                .toCompletableFuture());
        answer.complete("answered");
        assertEquals("answered on the loop", brought.get(10, TimeUnit.SECONDS));
    }

    @Test
    void anAnswerThatDoesNotComeInTimeFailsOnTheLoopAndIsIgnoredLater() throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        CompletableFuture<String> brought = onLoop(() -> loop().bring(answer, Duration.ofMillis(20))
                .exceptionally(failure ->
                        Refusal.problemOf(failure).reason() + (loop().isCurrent() ? " on the loop" : " elsewhere"))
                .toCompletableFuture());
        assertEquals("TIMED_OUT on the loop", brought.get(10, TimeUnit.SECONDS));
        answer.complete("too late");
        assertEquals("TIMED_OUT on the loop", onLoop(brought::get));
    }
}
