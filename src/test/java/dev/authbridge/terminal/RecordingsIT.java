package dev.authbridge.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.authbridge.support.Needs;
import dev.authbridge.support.Recording;
import dev.authbridge.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recording of the real CLI shows the same rows as in two other terminals, {@code @xterm/headless} and tmux. */
@Timeout(120)
@Needs({Tool.NPM, Tool.TMUX})
class RecordingsIT {
    /** The size in which the bridge runs the CLI. */
    private static final int COLUMNS = 1000;

    private static final int ROWS = 200;

    private static final Map<String, List<List<String>>> XTERM = new HashMap<>();
    private static Tmux tmux;

    @TempDir
    static Path folder;

    @BeforeAll
    static void askTheOracles() throws IOException, InterruptedException {
        List<Recording> recordings = Recording.all().toList();
        List<List<List<String>>> rows = XtermRows.of(recordings.stream()
                .map(recording -> new XtermRows.Case(recording.columns(), recording.rows(), recording.output()))
                .toList());
        for (int i = 0; i < recordings.size(); i++) {
            XTERM.put(recordings.get(i).name(), rows.get(i));
        }
        tmux = new Tmux(folder);
    }

    @AfterAll
    static void endTmux() throws IOException, InterruptedException {
        if (tmux != null) {
            tmux.close();
        }
    }

    static List<Recording> recordings() {
        return Recording.all().toList();
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void showsWhatXtermShowsAfterEveryPiece(Recording recording) {
        TerminalScreen whole = screen(recording);
        TerminalScreen byteByByte = screen(recording);
        List<List<String>> expected = XTERM.get(recording.name());
        for (int frame = 0; frame < expected.size(); frame++) {
            byte[] bytes = recording.output().get(frame).getBytes(UTF_8);
            whole.feed(bytes);
            for (byte one : bytes) {
                byteByByte.feed(new byte[] {one});
            }
            assertEquals(lines(expected.get(frame)), lines(whole.rows()), "after piece " + frame);
            assertEquals(whole.rows(), byteByByte.rows(), "byte by byte, after piece " + frame);
            assertEquals(whole.hyperlinks(), byteByByte.hyperlinks(), "byte by byte, after piece " + frame);
            assertEquals(whole.bracketedPaste(), byteByByte.bracketedPaste(), "byte by byte, after piece " + frame);
        }
    }

    @Test
    void showsWhatXtermShowsAtTheSizeThatTheServerUses() throws IOException, InterruptedException {
        List<Recording> recordings = Recording.all().toList();
        List<List<List<String>>> expected = XtermRows.of(recordings.stream()
                .map(recording -> String.join("", recording.output()))
                .map(all -> new XtermRows.Case(COLUMNS, ROWS, List.of(all)))
                .toList());
        for (int i = 0; i < recordings.size(); i++) {
            TerminalScreen screen = new TerminalScreen(COLUMNS, ROWS);
            screen.feed(String.join("", recordings.get(i).output()).getBytes(UTF_8));
            assertEquals(
                    lines(expected.get(i).get(0)),
                    lines(screen.rows()),
                    recordings.get(i).name());
        }
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void showsInOnePieceWhatTmuxShows(Recording recording) throws IOException, InterruptedException {
        byte[] bytes = String.join("", recording.output()).getBytes(UTF_8);
        Path traffic = Files.write(folder.resolve("traffic"), bytes);
        TerminalScreen screen = screen(recording);
        screen.feed(bytes);
        List<String> expected = tmux.rows(traffic, recording.columns(), recording.rows());
        assertEquals(lines(expected), lines(screen.rows()));
    }

    private static TerminalScreen screen(Recording recording) {
        return new TerminalScreen(recording.columns(), recording.rows());
    }

    /** All rows as one text, so that a failure shows a difference in its place. */
    private static String lines(List<String> rows) {
        return String.join("\n", rows);
    }
}
