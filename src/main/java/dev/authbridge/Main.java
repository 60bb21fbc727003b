package dev.authbridge;

import dev.authbridge.command.Commands;
import java.util.List;

/** The jar's door: a command where one is named, else the server. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        int exitCode = arguments.length == 0 ? Serving.start() : new Commands(Serving::start).run(List.of(arguments));
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }
}
