package dev.authbridge.command;

import dev.authbridge.core.RandomName;
import dev.authbridge.credential.SandboxVariables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/**
 * How the variables of a sandbox are written for the program that is to set them. The names are known and harmless; a value
 * may have any character, and each format quotes it so that nothing of it is executed and nothing is lost.
 *
 * <p>Every statement of a shell ends with a semicolon, so that an {@code eval} without quotes, which joins the lines, works.
 */
enum EnvFormat {
    /** For {@code eval} in a POSIX shell. */
    shell {
        @Override
        String write(SandboxVariables variables) {
            return "unset " + String.join(" ", variables.unset()) + ";\n"
                    + each(variables, (name, value) -> "export " + name + "=" + shellQuoted(value) + ";\n");
        }
    },
    /** For fish, which knows neither {@code unset} nor {@code export}. */
    fish {
        /**
         * Erasing a global variable uncovers a universal one (<code>set -U</code>), which belongs to all of the user's
         * sessions. That one is covered by an empty variable, which counts as none for the program.
         */
        @Override
        String write(SandboxVariables variables) {
            StringBuilder text = new StringBuilder();
            for (String name : variables.unset()) {
                String covered = "; set -q " + name + "; and set -g -x " + name + " ''";
                text.append("set -e -g " + name + (mayBeEmpty(name) ? covered : "") + ";\n");
            }
            return text + each(variables, (name, value) -> "set -g -x " + name + " " + fishQuoted(value) + ";\n");
        }
    },
    /** For PowerShell, on any system. */
    powershell {
        @Override
        String write(SandboxVariables variables) {
            StringBuilder text = new StringBuilder();
            variables.unset().forEach(name -> text.append("$env:" + name + " = $null;\n"));
            return text + each(variables, (name, value) -> "$env:" + name + " = " + powershellQuoted(value) + ";\n");
        }
    },
    /** For a file that Docker and others read: the value is the rest of the line, and nothing can be removed. */
    dotenv {
        @Override
        String write(SandboxVariables variables) throws CommandFailure {
            for (Map.Entry<String, String> variable : variables.set().entrySet()) {
                if (!variable.getValue().matches("[A-Za-z0-9._~+/=:@%,-]*")) {
                    throw new CommandFailure(
                            ExitCode.FAILED,
                            variable.getKey() + " has a character that not all readers of such files take in the same"
                                    + " way. Use another format.");
                }
            }
            return "# must not be set beside it: " + String.join(" ", variables.unset()) + "\n"
                    + each(variables, (name, value) -> name + "=" + value + "\n");
        }
    },
    /**
     * For the file {@code $GITHUB_ENV} of GitHub Actions. It has no comments and cannot remove a variable; empty ones count
     * as none for the program. The runner shows the values in its log unless it is told to mask them, and takes
     * that command from standard error as well as from standard output, which goes into the file.
     */
    github {
        @Override
        String write(SandboxVariables variables) {
            StringBuilder text = new StringBuilder();
            variables.unset().stream().filter(EnvFormat::mayBeEmpty).forEach(name -> text.append(name + "=\n"));
            return text
                    + each(variables, (name, value) -> {
                        String end = "end-" + RandomName.of128Bits();
                        return name + "<<" + end + "\n" + value + "\n" + end + "\n";
                    });
        }

        @Override
        String toStandardError(SandboxVariables variables) {
            return each(
                    variables,
                    (name, value) -> "::add-mask::"
                            + value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A") + "\n");
        }
    },
    /** For programs. */
    json {
        @Override
        String write(SandboxVariables variables) {
            List<String> set = new ArrayList<>();
            new TreeMap<>(variables.set())
                    .forEach((name, value) -> set.add("\"" + name + "\":\"" + jsonEscaped(value) + "\""));
            return "{\"set\":{" + String.join(",", set) + "},\"unset\":[\"" + String.join("\",\"", variables.unset())
                    + "\"]}\n";
        }
    };

    /** @throws CommandFailure if this format cannot hold one of the values */
    abstract String write(SandboxVariables variables) throws CommandFailure;

    /** What has to be printed to standard error before that. */
    String toStandardError(SandboxVariables variables) {
        return "";
    }

    /** Whether an empty variable counts as none. With one of them empty, the program does not start (measured). */
    private static boolean mayBeEmpty(String name) {
        return !name.equals("BUN_INSPECT_PRELOAD");
    }

    private static String each(SandboxVariables variables, BinaryOperator<String> line) {
        StringBuilder all = new StringBuilder();
        new TreeMap<>(variables.set()).forEach((name, value) -> all.append(line.apply(name, value)));
        return all.toString();
    }

    /** A text as one word of a POSIX shell. */
    static String shellQuoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /** An end of a line stays outside of the quotes: {@code eval (…)} joins the lines with blanks. */
    private static String fishQuoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "'\\n'") + "'";
    }

    /** PowerShell takes the typographic quotation marks for single quotes as well. */
    private static String powershellQuoted(String text) {
        return "'"
                + text.replaceAll("['\\u2018\\u2019\\u201A\\u201B]", "$0$0")
                        .replace("\n", "'+[char]10+'")
                        .replace("\r", "'+[char]13+'")
                + "'";
    }

    private static String jsonEscaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char character : text.toCharArray()) {
            if (character == '"' || character == '\\') {
                escaped.append('\\').append(character);
            } else if (character < ' ') {
                escaped.append(String.format("\\u%04x", (int) character));
            } else {
                escaped.append(character);
            }
        }
        return escaped.toString();
    }
}
