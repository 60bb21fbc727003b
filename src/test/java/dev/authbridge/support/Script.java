package dev.authbridge.support;

import java.util.Collections;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What one endpoint answers: a queue of answers to the next requests, then always the same one. May be used by any thread. */
final class Script {
    private final Queue<Answer> next = new ConcurrentLinkedQueue<>();
    private volatile Answer afterwards = Answer.usual();

    void next(Answer... answers) {
        Collections.addAll(next, answers);
    }

    void always(Answer answer) {
        next.clear();
        afterwards = answer;
    }

    Answer take() {
        Answer answer = next.poll();
        return answer == null ? afterwards : answer;
    }
}
