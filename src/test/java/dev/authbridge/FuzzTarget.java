package dev.authbridge;

import dev.authbridge.access.KeysFileFuzz;
import dev.authbridge.claude.signin.PastedCodeFuzz;
import dev.authbridge.protocol.MessagesFuzz;
import dev.authbridge.terminal.ScreenFuzz;
import dev.authbridge.web.HttpFuzz;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What is fuzzed: each target takes any bytes, and fails if an invariant does not hold. {@link FuzzTest} gives it the inputs
 * that are kept, {@link FuzzIT} has a fuzzer look for new ones.
 */
enum FuzzTarget {
    /** The terminal's screen. */
    SCREEN(ScreenFuzz.class, ScreenFuzz::fuzzerTestOneInput, "dev.authbridge.**"),
    /** A pasted code. */
    CODE(PastedCodeFuzz.class, PastedCodeFuzz::fuzzerTestOneInput, "dev.authbridge.**"),
    /** A client's message. */
    MESSAGES(
            MessagesFuzz.class, MessagesFuzz::fuzzerTestOneInput, "dev.authbridge.**", "com.fasterxml.jackson.core.**"),
    /** The keys file. */
    KEYS_FILE(KeysFileFuzz.class, KeysFileFuzz::fuzzerTestOneInput, "dev.authbridge.**"),
    /** A connection to the server. */
    HTTP(
            HttpFuzz.class,
            HttpFuzz::fuzzerTestOneInput,
            "dev.authbridge.**",
            "io.vertx.core.http.**",
            "io.netty.handler.codec.http.**");

    private final Class<?> type;
    private final Input input;
    private final List<String> instrumented;

    /** Takes one input. */
    @FunctionalInterface
    interface Input {
        void take(byte[] input) throws Exception;
    }

    /** @param instrumented the classes whose coverage guides the fuzzer */
    FuzzTarget(Class<?> type, Input input, String... instrumented) {
        this.type = type;
        this.input = input;
        this.instrumented = List.of(instrumented);
    }

    Class<?> type() {
        return type;
    }

    void take(byte[] bytes) throws Exception {
        input.take(bytes);
    }

    List<String> instrumented() {
        return instrumented;
    }

    /** The inputs that are kept: some to begin with, and what once failed. */
    Path kept() {
        return Path.of("src/test/resources/fuzz", toString());
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
