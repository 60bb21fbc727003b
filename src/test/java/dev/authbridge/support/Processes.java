package dev.authbridge.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The processes of this machine, from {@code /proc}: also those that have lost their parent, with arguments and environment. */
public final class Processes {
    private Processes() {}

    /** The processes whose environment contains the text, whether they are children of this one or not. */
    public static List<ProcessHandle> withEnvironment(String text) {
        return others().filter(process -> read(process, "environ").contains(text))
                .toList();
    }

    /** The arguments of this process and its descendants, one line each; not those of other processes on this machine. */
    public static String arguments() {
        StringBuilder lines = new StringBuilder();
        ProcessHandle self = ProcessHandle.current();
        Stream.concat(Stream.of(self), self.descendants()).forEach(process -> lines.append(process.pid())
                .append(' ')
                .append(read(process, "cmdline").replace('\0', ' '))
                .append('\n'));
        return lines.toString();
    }

    /** How the message of a failed test names a process: id and program, no arguments. */
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

    /** Empty if the process has ended or belongs to another user. */
    private static String read(ProcessHandle process, String file) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), file)), UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
