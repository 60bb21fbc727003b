package dev.authbridge.chat;

import dev.authbridge.core.Problem;
import java.util.ArrayList;
import java.util.List;

/** A listener that keeps what it is told. */
final class Heard implements Chats.Listener {
    final StringBuilder text = new StringBuilder();
    final List<String> pieces = new ArrayList<>();
    private Problem problem;
    private int ends;

    @Override
    public void text(String piece) {
        pieces.add(piece);
        text.append(piece);
    }

    @Override
    public void done() {
        ends++;
    }

    @Override
    public void failed(Problem failure) {
        problem = failure;
        ends++;
    }

    boolean over() {
        return ends > 0;
    }

    int ends() {
        return ends;
    }

    /** How it ended: {@code done}, or the reason of the failure. */
    String outcome() {
        return ends == 0 ? "" : problem == null ? "done" : problem.reason().wireName();
    }

    String message() {
        return problem == null ? "" : problem.message();
    }
}
