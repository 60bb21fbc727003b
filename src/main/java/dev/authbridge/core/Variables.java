package dev.authbridge.core;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads environment variables and collects what is wrong with them. An empty variable counts as not set, because a Compose
 * file turns a name without a value into one. For an invalid value a usable default is returned, so that the remaining
 * variables are still read and all faults can be reported together.
 */
public final class Variables {
    private final Map<String, String> environment;
    private final List<String> faults = new ArrayList<>();

    public Variables(Map<String, String> environment) {
        this.environment = environment;
    }

    /** What is wrong so far, one sentence for each fault: the variable's name and what is accepted, never the value. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /** @param expected what would be accepted; never the value itself, which may be a secret that was set by mistake */
    public void fault(String name, String expected) {
        String fault = name + " " + expected;
        if (!faults.contains(fault)) {
            faults.add(fault);
        }
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** Values with commas or blanks between; empty if the variable is not set. */
    public List<String> list(String name) {
        return Stream.of(text(name).orElse("").split("[,\\s]+"))
                .filter(value -> !value.isEmpty())
                .toList();
    }

    /** One line of text that is shown to people. */
    public Optional<String> line(String name, int longest) {
        Optional<String> line = text(name);
        boolean good = line.isEmpty()
                || line.get().codePointCount(0, line.get().length()) <= longest
                        && line.get().codePoints().noneMatch(Variables::breaksALine);
        if (!good) {
            fault(name, "must be one line of up to " + longest + " characters, without control characters");
        }
        return good ? line : Optional.empty();
    }

    private static boolean breaksALine(int character) {
        int type = Character.getType(character);
        return type == Character.CONTROL
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
    }

    public boolean flag(String name, boolean otherwise) {
        return choice(name).orElse(otherwise);
    }

    /** A flag without a fixed default: empty if it is not set. */
    public Optional<Boolean> choice(String name) {
        Optional<String> value = text(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (!value.get().equals("true") && !value.get().equals("false")) {
            fault(name, "must be true or false");
        }
        return Optional.of(value.get().equals("true"));
    }

    public int number(String name, int otherwise, int least, int most) {
        Optional<String> value = text(name);
        if (value.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value.get());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a number that is out of range.
        }
        fault(name, "must be a whole number from " + least + " to " + most);
        return otherwise;
    }

    /** @param expected the fault to report if the file cannot be read */
    public Optional<Path> file(String name, String expected) {
        Optional<Path> file = text(name).flatMap(value -> path(name, value));
        boolean readable = file.isEmpty() || Files.isRegularFile(file.get()) && Files.isReadable(file.get());
        if (!readable) {
            fault(name, expected);
        }
        return readable ? file : Optional.empty();
    }

    public Optional<Path> path(String name, String value) {
        try {
            return Optional.of(Path.of(value));
        } catch (InvalidPathException e) {
            fault(name, "must be a path");
            return Optional.empty();
        }
    }
}
