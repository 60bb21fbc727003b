package dev.authbridge.command;

import dev.authbridge.core.Owner;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Parses the usual arguments of {@code exec} and {@code env} without picocli. Every sandbox starts with one of these two
 * commands, and loading picocli would double the time that they take. Anything unusual, such as an unknown option or a bad
 * value, is left to picocli and its error messages.
 */
final class QuickStart {
    private final List<String> arguments;
    private final Surroundings here;
    private int next = 1;
    private Owner owner = Owner.DEFAULT;
    private Env.Format format = Env.Format.shell;

    private QuickStart(List<String> arguments, Surroundings here) {
        this.arguments = arguments;
        this.here = here;
    }

    /** @return null if picocli has to parse them */
    static Callable<Integer> read(List<String> arguments, Surroundings here) {
        String name = arguments.isEmpty() ? "" : arguments.get(0);
        if (name.equals("exec")) {
            return new QuickStart(arguments, here).exec();
        }
        return name.equals("env") ? new QuickStart(arguments, here).env() : null;
    }

    private Callable<Integer> exec() {
        readOptions();
        if (next < arguments.size() && arguments.get(next).equals("--")) {
            next++;
        } else if (next < arguments.size() && arguments.get(next).startsWith("-")) {
            return null;
        }
        return next < arguments.size() ? new Exec(here, owner, arguments.subList(next, arguments.size())) : null;
    }

    private Callable<Integer> env() {
        readOptions();
        return next == arguments.size() ? new Env(here, owner, format) : null;
    }

    /** Stops at the first argument that is neither of the two options. */
    private void readOptions() {
        for (; next + 1 < arguments.size(); next += 2) {
            String value = arguments.get(next + 1);
            if (arguments.get(next).equals("--owner") && Owner.isName(value)) {
                owner = new Owner(value);
            } else if (arguments.get(next).equals("--format") && isFormat(value)) {
                format = Env.Format.valueOf(value);
            } else {
                return;
            }
        }
    }

    private boolean isFormat(String value) {
        return arguments.get(0).equals("env")
                && (value.equals("shell") || value.equals("dotenv") || value.equals("json"));
    }
}
