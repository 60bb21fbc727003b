package dev.authbridge.claude;

import dev.authbridge.core.Timers;
import dev.authbridge.terminal.Hyperlink;
import dev.authbridge.terminal.TerminalScreen;
import java.time.Duration;

/** The screen of one run of the CLI, which is looked at whenever it has come to rest. Confined to the login loop. */
final class RestingScreen {
    /** The CLI draws one frame in several chunks; what stands still this long is a whole frame. */
    private static final Duration AT_REST = Duration.ofMillis(40);

    private final int columns;
    private final TerminalScreen screen;
    private final Timers timers;
    private final Runnable look;
    private Timers.Timer rest = () -> {};

    /** @param look is called when the screen has come to rest */
    RestingScreen(int columns, int rows, Timers timers, Runnable look) {
        this.columns = columns;
        this.screen = new TerminalScreen(columns, rows);
        this.timers = timers;
        this.look = look;
    }

    /** Draws what the CLI wrote. */
    void draw(byte[] chunk) {
        screen.feed(chunk);
        rest.cancel();
        rest = timers.after(AT_REST, look);
    }

    /** From now on there is nothing more to wait for. */
    void end() {
        rest.cancel();
    }

    /** What it shows now. */
    SetupTokenScreen seen() {
        return new SetupTokenScreen(
                columns,
                screen.rows(),
                screen.hyperlinks().stream().map(Hyperlink::address).toList());
    }

    boolean bracketedPaste() {
        return screen.bracketedPaste();
    }
}
