package dev.authbridge.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.support.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A tmux server of the test's own, which tells what it shows for the same output: the output goes through a real pane. */
final class Tmux {
    /**
     * Shows the file, then asks the terminal for its status: the answer comes once all before it is on the screen. What the
     * traffic itself asks is answered too, so the answers are read up to the right one.
     */
    private static final String SHOW = "stty raw -echo; cat \"$1\"; printf '\\033[5n'; answer=; "
            + "while [[ $answer != *$'\\033[0n' ]]; do IFS= read -r -d '' -n 1 next || exit; answer+=$next; done; "
            + "tmux wait-for -S \"$2\"; exec cat >/dev/null";

    private final Path folder;
    private int panes;

    /** @param folder for the server's socket */
    Tmux(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        Tool.TMUX.require(Tmux.class);
        // The server stays when a pane ends: one that is going away must not be asked for the next.
        run(words("start-server ; set-option -g exit-empty off ; set-option -g status off"));
    }

    /** The rows of a pane of that size that was shown the file. */
    List<String> rows(Path traffic, int columns, int rows) throws IOException, InterruptedException {
        String pane = "pane-" + ++panes;
        List<String> open = words("new-session -d -s " + pane + " -x " + columns + " -y " + rows + " bash -c");
        open.addAll(List.of(SHOW, "show", traffic.toAbsolutePath().toString(), pane));
        run(open);
        run(words("wait-for " + pane));
        List<String> shown = run(words("capture-pane -p -t " + pane + ":0.0"));
        run(words("kill-session -t " + pane));
        while (shown.size() < rows) {
            shown.add("");
        }
        return shown.stream().map(row -> row.replaceAll(" +$", "")).toList();
    }

    void close() throws IOException, InterruptedException {
        run(words("kill-server"));
    }

    private static List<String> words(String line) {
        return new ArrayList<>(List.of(line.split(" ")));
    }

    private List<String> run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = words("tmux -u -L recordings -f /dev/null");
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("TMUX");
        builder.environment().put("TMUX_TMPDIR", folder.toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process tmux = builder.start();
        try {
            tmux.getOutputStream().close();
            String output = new String(tmux.getInputStream().readAllBytes(), UTF_8);
            if (!tmux.waitFor(30, TimeUnit.SECONDS) || tmux.exitValue() != 0) {
                throw new IOException("tmux " + arguments.get(0) + ": " + output);
            }
            return new ArrayList<>(output.lines().toList());
        } finally {
            tmux.destroyForcibly();
        }
    }
}
