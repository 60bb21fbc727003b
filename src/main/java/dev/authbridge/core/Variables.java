package dev.authbridge.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
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
    /** What is appended to the name of a secret's variable for the file that contains the secret. */
    public static final String IN_FILE = "_FILE";

    /** Where the files of a user would be who has no home folder: nowhere. Debian gives this one to such users. */
    public static final Path NO_HOME = Path.of("/nonexistent");

    private static final int LARGEST_SECRET_FILE = 16 * 1024;

    private final Map<String, String> environment;
    private final List<String> faults = new ArrayList<>();

    public Variables(Map<String, String> environment) {
        this.environment = environment;
    }

    /** All variables, as they are. */
    public Map<String, String> all() {
        return environment;
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

    /**
     * A secret, given either itself or in the file that {@code NAME_FILE} names, as secrets of containers are. Blanks and line
     * breaks around it are removed. Whether others could read the file is not examined here.
     *
     * @return empty if there is none, or none that can be used, which is a fault
     */
    public Optional<String> secret(String name) {
        String inFile = name + IN_FILE;
        Optional<String> given = text(name);
        if (text(inFile).isEmpty()) {
            return given;
        }
        if (given.isPresent()) {
            fault(inFile, "and " + name + " are both set; remove one of them");
            return Optional.empty();
        }
        return text(inFile).flatMap(value -> path(inFile, value)).flatMap(file -> secretIn(inFile, file));
    }

    private Optional<String> secretIn(String name, Path file) {
        if (!Files.exists(file)) {
            fault(name, "names a file that does not exist, or that this user cannot reach");
            return Optional.empty();
        }
        // Anything else could block, or end when it is read a second time.
        if (!Files.isRegularFile(file)) {
            fault(name, "must name a regular file, not a folder, pipe or device");
            return Optional.empty();
        }
        try (InputStream content = Files.newInputStream(file)) {
            byte[] bytes = content.readNBytes(LARGEST_SECRET_FILE + 1);
            if (bytes.length > LARGEST_SECRET_FILE) {
                fault(
                        name,
                        "names a file of more than " + LARGEST_SECRET_FILE / 1024 + " KiB, so it is not the secret");
                return Optional.empty();
            }
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            // Editors on Windows begin a file with this mark.
            String secret = (text.startsWith("\uFEFF") ? text.substring(1) : text).strip();
            if (secret.isEmpty()) {
                fault(name, "names a file that is empty");
            }
            return Optional.of(secret).filter(value -> !value.isEmpty());
        } catch (CharacterCodingException e) {
            fault(name, "names a file that is not text in UTF-8");
        } catch (IOException e) {
            fault(name, "names a file that this user cannot read");
        }
        return Optional.empty();
    }

    /** The program of this name on the {@code PATH}; folders without a name are left out. */
    public Optional<Path> program(String name) {
        return Stream.of(text("PATH").orElse("").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The user's home folder; empty if there is none, as in a container whose user has no line in {@code /etc/passwd}. */
    public Optional<Path> home() {
        // Java says "?" if it finds none.
        return Stream.of(text("HOME").orElse(""), System.getProperty("user.home", ""))
                .filter(folder -> folder.startsWith("/"))
                .findFirst()
                .map(Path::of);
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
        if (value.equals("~") || value.startsWith("~/")) {
            fault(name, "begins with ~, which only a shell replaces; write the whole path");
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(value));
        } catch (InvalidPathException e) {
            fault(name, "must be a path");
            return Optional.empty();
        }
    }
}
