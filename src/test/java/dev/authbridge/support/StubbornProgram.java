package dev.authbridge.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A shell script in the CLI's place that takes a fifth of a second to end when it is asked to, and notes when each of its
 * processes starts and ends. So no process is missed, as could happen if they were counted from outside from time to time.
 */
public final class StubbornProgram {
    private final Path path;
    private final Path notes;

    private StubbornProgram(Path path, Path notes) {
        this.path = path;
        this.notes = notes;
    }

    /** @param script what it does before it waits to be ended */
    public static StubbornProgram in(Path folder, String script) throws IOException {
        Path notes = Files.createFile(folder.resolve("notes"));
        Path path = Files.writeString(
                folder.resolve("stubborn"),
                """
                #!/bin/sh
                [ "$1" = --help ] && exit 0
                trap 'sleep 0.2; echo end >> %1$s; exit 0' TERM
                echo start >> %1$s
                %2$s
                while :; do sleep 0.02; done
                """
                        .formatted(notes, script));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        return new StubbornProgram(path, notes);
    }

    public Path path() {
        return path;
    }

    /** How many processes have been started. */
    public int started() {
        return (int) lines().stream().filter("start"::equals).count();
    }

    /** How many processes there were at most at the same time. */
    public int mostAtOnce() {
        int most = 0;
        int now = 0;
        for (String line : lines()) {
            now += line.equals("start") ? 1 : -1;
            most = Math.max(most, now);
        }
        return most;
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(notes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
