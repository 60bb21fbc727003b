package dev.authbridge.claude;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How the Claude CLI is called.
 *
 * @param words the program and what comes before its own arguments; the program is an absolute path
 */
public record ClaudeCommand(List<String> words) {
    public ClaudeCommand {
        words = List.copyOf(words);
    }

    /** The program file. */
    public Path program() {
        return Path.of(words.get(0));
    }

    /** The whole command with these arguments. */
    public List<String> with(List<String> arguments) {
        List<String> whole = new ArrayList<>(words);
        whole.addAll(arguments);
        return whole;
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
