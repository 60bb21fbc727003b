package dev.authbridge.claude;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;

/**
 * A CLI as it lies on the disk, to tell whether what was found out about it still holds.
 *
 * @param words the command that runs it
 * @param size of the program, in bytes
 * @param modified when the program was written
 */
record CliFile(List<String> words, long size, FileTime modified) {
    static CliFile of(ClaudeCommand command) throws IOException {
        Path program = command.program();
        return new CliFile(command.words(), Files.size(program), Files.getLastModifiedTime(program));
    }
}
