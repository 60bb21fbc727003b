package dev.authbridge.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The rows that {@code @xterm/headless} shows for the same output; Node.js runs it. */
final class XtermRows {
    private static final ObjectMapper JSON = new ObjectMapper();

    private XtermRows() {}

    /** Output for a screen of a size. */
    record Case(int columns, int rows, List<String> frames) {}

    /** For each case the rows after every frame. */
    static List<List<List<String>>> of(List<Case> cases) throws IOException, InterruptedException {
        String npm = System.getProperty("bridge.npm", "target/npm");
        Process node = new ProcessBuilder(
                        "node", Path.of("src/test/npm/xterm-rows.mjs").toString(), npm)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader answers = new BufferedReader(new InputStreamReader(node.getInputStream(), UTF_8))) {
            CompletableFuture<Void> asked = CompletableFuture.runAsync(() -> ask(node, cases));
            List<List<List<String>>> all = new ArrayList<>();
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                all.add(JSON.readValue(line, new TypeReference<>() {}));
            }
            asked.join();
            if (node.waitFor() != 0 || all.size() != cases.size()) {
                throw new IOException("node ended with " + node.exitValue() + " after " + all.size() + " answers");
            }
            return all;
        } finally {
            node.destroyForcibly();
        }
    }

    private static void ask(Process node, List<Case> cases) {
        try (Writer questions = node.outputWriter(UTF_8)) {
            for (Case asked : cases) {
                questions.write(JSON.writeValueAsString(
                        Map.of("columns", asked.columns(), "rows", asked.rows(), "frames", asked.frames())));
                questions.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
