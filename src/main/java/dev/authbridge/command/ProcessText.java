package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The arguments or the environment of a process as raw bytes, stored in strings with one character for each byte.
 *
 * <p>Java decodes both with the character set of the locale. In a container without a locale that is ASCII, and all other
 * characters are lost. Therefore they are read from {@code /proc} if the system has it.
 *
 * @param entries the arguments, or the variables as {@code NAME=value}
 */
record ProcessText(List<String> entries) {
    private static final Charset BYTES = ISO_8859_1;

    ProcessText {
        entries = List.copyOf(entries);
    }

    /** The environment of this process. @param decoded used if there is no {@code /proc} */
    static ProcessText environment(Map<String, String> decoded) {
        List<String> raw = read("/proc/self/environ");
        if (!raw.isEmpty()) {
            return new ProcessText(raw);
        }
        List<String> entries = new ArrayList<>();
        decoded.forEach((name, value) -> entries.add(encoded(name + "=" + value)));
        return new ProcessText(entries);
    }

    /** The last arguments of this process, as many as there are in {@code decoded}, which is used if there is no {@code /proc}. */
    static ProcessText lastArguments(List<String> decoded) {
        List<String> raw = read("/proc/self/cmdline");
        if (raw.size() > decoded.size()) {
            return new ProcessText(raw.subList(raw.size() - decoded.size(), raw.size()));
        }
        return new ProcessText(decoded.stream().map(ProcessText::encoded).toList());
    }

    private static List<String> read(String file) {
        try (FileInputStream stream = new FileInputStream(file)) {
            List<String> entries = new ArrayList<>();
            String content = new String(stream.readAllBytes(), BYTES);
            for (int from = 0, end = content.indexOf('\0');
                    end >= 0;
                    from = end + 1, end = content.indexOf('\0', from)) {
                entries.add(content.substring(from, end));
            }
            return entries;
        } catch (IOException e) {
            // This system has no /proc.
            return List.of();
        }
    }

    private static String encoded(String text) {
        return new String(text.getBytes(Charset.defaultCharset()), BYTES);
    }

    ProcessText without(List<String> names) {
        List<String> rest = new ArrayList<>();
        for (String entry : entries) {
            if (!names.contains(name(entry))) {
                rest.add(entry);
            }
        }
        return new ProcessText(rest);
    }

    ProcessText with(Map<String, String> variables) {
        List<String> all = new ArrayList<>(without(List.copyOf(variables.keySet())).entries);
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            all.add(encoded(variable.getKey() + "=" + variable.getValue()));
        }
        return new ProcessText(all);
    }

    /** The value of a variable; empty if it is not set. */
    String value(String name) {
        for (String entry : entries) {
            if (name(entry).equals(name)) {
                return entry.substring(Math.min(name.length() + 1, entry.length()));
            }
        }
        return "";
    }

    private static String name(String entry) {
        int equals = entry.indexOf('=');
        return equals < 0 ? entry : entry.substring(0, equals);
    }

    static byte[] bytes(String text) {
        return text.getBytes(BYTES);
    }

    @Override
    public String toString() {
        return "ProcessText[" + entries.size() + " entries]";
    }
}
