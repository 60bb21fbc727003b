import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.terminal.TerminalScreen;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Measures how long 8 KiB of costly output take on a screen of 1000 columns and 200 rows: the median of fifteen runs, and the
 * first one, before the JVM has compiled anything. Each line of {@code costly-output} has a prefix, and the piece that is
 * repeated after it.
 *
 * <p>usage: java -cp JAR src/test/bench/Screen.java   Use src/test/bench/screen, which runs this for several JARs.
 */
public class Screen {
    private static final int BYTES = 8192;
    private static final int ROUNDS = 15;

    public static void main(String[] arguments) throws Exception {
        for (String line : Files.readAllLines(Path.of("src/test/bench/costly-output"))) {
            List<String> parts = List.of(line.replace("ESC", "\u001b").replace("LF", "\n").split(" "));
            double[] times = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                TerminalScreen screen = new TerminalScreen(1000, 200);
                screen.feed(parts.get(0).getBytes(UTF_8));
                byte[] piece = parts.get(1).getBytes(UTF_8);
                byte[] all = new byte[BYTES];
                for (int at = 0; at < BYTES; at++) {
                    all[at] = piece[at % piece.length];
                }
                long start = System.nanoTime();
                screen.feed(all);
                times[round] = (System.nanoTime() - start) / 1e6;
            }
            double first = times[0];
            Arrays.sort(times);
            System.out.printf("%-28s %8.2f ms, the first time %8.2f ms%n", line, times[ROUNDS / 2], first);
        }
    }
}
