package dev.authbridge.claude;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
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

    /**
     * A CLI as it lies on the disk, to tell whether what was found out about it still holds.
     *
     * @param words the command that runs it
     * @param size of the program, in bytes
     * @param modified when the program was written
     */
    public record File(List<String> words, long size, FileTime modified) {}

    /** The CLI as it lies on the disk now. Blocks on the disk. */
    public File file() throws IOException {
        return new File(words, Files.size(program()), Files.getLastModifiedTime(program()));
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
