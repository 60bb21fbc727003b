package dev.authbridge.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.core.Loop;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.protocol.Answer;
import dev.authbridge.support.HandTurnedLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiagnosesTest {
    private static final byte[] SIGNED_OUT = "{\"output\":\"Please run /login\"}".getBytes(UTF_8);
    private static final int LONGEST = 63_000;
    private static final int RUNS = 5;

    /** Ten times as much as the costliest of these takes on a machine with nothing else to do. */
    private static final long MOST_MILLIS = 500;

    private final HandTurnedLoop loop = new HandTurnedLoop();
    private final Deque<Runnable> worker = new ArrayDeque<>();
    private final Diagnoses diagnoses = new Diagnoses(loop, worker::add);

    @Test
    void nothingIsReadOnTheEventLoopAndOnlyAFewMayWait() {
        List<CompletableFuture<Record>> waiting = new ArrayList<>();
        for (int i = 0; i < Diagnoses.MOST; i++) {
            waiting.add(diagnoses.of(SIGNED_OUT).toCompletableFuture());
        }
        assertTrue(waiting.stream().noneMatch(CompletableFuture::isDone));
        assertEquals(Reason.BUSY, reasonOf(diagnoses.of(SIGNED_OUT).toCompletableFuture()));

        worker.remove().run();
        loop.settle();
        Answer.Diagnosis first = (Answer.Diagnosis) waiting.get(0).join();
        assertEquals("signed_out", first.diagnosis());
        // It may have been started in a way in which a sign-in does not help.
        assertTrue(first.action().orElseThrow().contains("--bare"), first.toString());
        assertFalse(waiting.get(1).isDone());
        assertFalse(diagnoses.of(SIGNED_OUT).toCompletableFuture().isCompletedExceptionally());
    }

    @Test
    void anAnswerHasTenSecondsAndWhatIsStillReadGoesOnCounting() {
        CompletableFuture<Record> first = diagnoses.of(SIGNED_OUT).toCompletableFuture();
        loop.turn(Loop.ANSWER_WITHIN);
        assertEquals(Reason.TIMED_OUT, reasonOf(first));
        for (int i = 1; i < Diagnoses.MOST; i++) {
            diagnoses.of(SIGNED_OUT);
        }
        assertEquals(Reason.BUSY, reasonOf(diagnoses.of(SIGNED_OUT).toCompletableFuture()));
    }

    /** Lines of one bracket took 1.1 s, because each was tried as JSON and each exception has a stack trace. */
    @ParameterizedTest
    @Timeout(60)
    @ValueSource(
            strings = {
                "[\\n",
                "{\\n",
                "{}\\n",
                "{a}\\n",
                "{\\\"a\\\":}\\n",
                "[]\\n",
                "{\\\"type\\\":\\\"\\\"}\\n",
                "{\\\"type\\\":\\\"result\\\"}\\n",
                "{",
                "[",
                "{\\\"a\\\":",
                "\\u001b[",
                "hit your ",
                "/login",
                "failed to authenticate. api error: 403",
                "x",
                "sk-ant-",
                "\\n"
            })
    void noOutputOfFullLengthTakesLong(String repeated) {
        byte[] json = ("{\"output\":\"" + repeated.repeat(LONGEST / repeated.length()) + "\"}").getBytes(UTF_8);
        long quickest = Long.MAX_VALUE;
        for (int run = 0; run < RUNS; run++) {
            long before = System.nanoTime();
            diagnoses.of(json);
            worker.remove().run();
            quickest = Math.min(quickest, System.nanoTime() - before);
            loop.settle();
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(quickest);
        assertTrue(millis < MOST_MILLIS, () -> "it took " + millis + " ms");
    }

    private static Reason reasonOf(CompletableFuture<Record> failed) {
        assertTrue(failed.isCompletedExceptionally());
        return failed.handle((answer, failure) -> Refusal.problemOf(failure))
                .join()
                .reason();
    }
}
