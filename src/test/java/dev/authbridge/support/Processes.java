package dev.authbridge.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The machine's processes as {@code /proc} shows them: also those that left their parent, and what they were started with. */
public final class Processes {
    private Processes() {}

    /** The processes that have the text in their environment; they need not be children of this one. */
    public static List<ProcessHandle> withEnvironment(String text) {
        return others().filter(process -> read(process, "environ").contains(text))
                .toList();
    }

    /** The arguments of this process and of all that it started, one process a line; what others run here is theirs. */
    public static String arguments() {
        StringBuilder lines = new StringBuilder();
        ProcessHandle self = ProcessHandle.current();
        Stream.concat(Stream.of(self), self.descendants()).forEach(process -> lines.append(process.pid())
                .append(' ')
                .append(read(process, "cmdline").replace('\0', ' '))
                .append('\n'));
        return lines.toString();
    }

    /** A process as it is named in a test's failure: its id and program, no arguments. */
    static String name(ProcessHandle process) {
        return process.pid() + " "
                + Optional.of(read(process, "comm").strip())
                        .filter(name -> !name.isEmpty())
                        .orElse("?");
    }

    private static Stream<ProcessHandle> others() {
        long self = ProcessHandle.current().pid();
        return ProcessHandle.allProcesses().filter(process -> process.pid() != self);
    }

    /** Empty where the process is gone or is another user's. */
    private static String read(ProcessHandle process, String file) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), file)), UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
