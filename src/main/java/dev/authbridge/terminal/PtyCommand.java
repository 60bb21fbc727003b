package dev.authbridge.terminal;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What to run under a pseudo-terminal.
 *
 * @param command the program, looked up in the environment's own {@code PATH} where it has no slash, and its arguments;
 *     other users of the machine can read them, so there is nothing secret in them
 * @param environment the whole environment of the program: nothing of this process's own is added
 * @param directory its working folder, which must be there
 * @param columns the width of its terminal
 * @param rows the height of its terminal
 */
public record PtyCommand(List<String> command, Map<String, String> environment, Path directory, int columns, int rows) {
    public PtyCommand {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** Only the program: arguments and environment stay out of logs. */
    @Override
    public String toString() {
        return "PtyCommand[" + (command.isEmpty() ? "" : command.get(0)) + "]";
    }
}
