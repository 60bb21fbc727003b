package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/**
 * One run of a command in this JVM.
 *
 * @param exitCode what it returned
 * @param out what it printed
 * @param err what it printed to standard error
 */
record CommandRun(int exitCode, String out, String err) {
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    static final int SERVED = 42;

    private static final Commands.SignInParts NO_SIGN_IN = (apiUrl, vault, cli, loop, clock, worker) -> {
        throw new AssertionError("nobody signs in here");
    };

    static CommandRun of(Map<String, String> environment, String... arguments) {
        return reading("", environment, arguments);
    }

    /** @param input what standard input holds */
    static CommandRun reading(String input, Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Surroundings here = new Surroundings(
                environment,
                new ByteArrayInputStream(input.getBytes(UTF_8)),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                Clock.fixed(NOW, ZoneOffset.UTC));
        int exitCode = new Commands(() -> SERVED, NO_SIGN_IN, here).run(List.of(arguments));
        return new CommandRun(exitCode, out.toString(UTF_8), err.toString(UTF_8));
    }
}
