package dev.authbridge.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The stand-in with the real CLI in a terminal made by {@code script}, without any part of the bridge. */
@Needs(Tool.NPM)
class SignInStandInIT {
    static final List<String> VERSIONS = ClaudeCli.EVERYDAY;
    private static final Pattern URL =
            Pattern.compile("https://claude\\.(?:ai|com)/(?:cai/)?oauth/authorize\\?[A-Za-z0-9%&=._~+:/-]+");
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @ParameterizedTest(name = "Claude {0} trades a code of the stand-in for a token")
    @FieldSource("VERSIONS")
    void theRealCliTradesACodeForAToken(String version, @TempDir Path home) throws Exception {
        Leaks leaks = Leaks.before();
        try (SignInStandIn signIn = SignInStandIn.open();
                PlainTerminal terminal = PlainTerminal.run(ClaudeCli.of(version), home, signIn)) {
            String code = signIn.codeFor(terminal.awaitMatch(URL));
            assertEquals(SignInStandIn.CODE_LENGTH, code.length());
            terminal.type(code);
            terminal.awaitMatch(Pattern.compile(Pattern.quote(code.substring(code.length() - 6))));
            terminal.typeUntil("\r", () -> !signIn.tokens().isEmpty());

            terminal.awaitMatch(Pattern.compile(Pattern.quote(signIn.lastToken())));
            assertEquals(SignInStandIn.TOKEN_LENGTH, signIn.lastToken().length());
            assertEquals(List.of(), signIn.faults());
        }
        leaks.assertNothingLeft();
    }

    /** {@code script} of util-linux gives a program a terminal 1000 columns wide and copies its output to a pipe. */
    private static final class PlainTerminal implements AutoCloseable {
        private final Process script;
        private final OutputStream input;
        private final StringBuffer output = new StringBuffer();
        private final Thread reader;

        static PlainTerminal run(ClaudeCli cli, Path home, SignInStandIn signIn) throws IOException {
            return new PlainTerminal(cli, home, signIn);
        }

        private PlainTerminal(ClaudeCli cli, Path home, SignInStandIn signIn) throws IOException {
            String command = "stty cols 1000 rows 50; exec '" + cli.program() + "' setup-token";
            ProcessBuilder builder = new ProcessBuilder("script", "-qfec", command, "/dev/null");
            Map<String, String> environment = builder.environment();
            environment.keySet().retainAll(List.of("PATH"));
            environment.putAll(signIn.vendor().environment());
            environment.putAll(Map.of("HOME", home.toString(), "TMPDIR", home.toString()));
            environment.putAll(Map.of("TERM", "xterm-256color", "DISABLE_AUTOUPDATER", "1"));
            script = builder.directory(home.toFile()).redirectErrorStream(true).start();
            input = script.getOutputStream();
            reader = new Thread(this::read, "plain-terminal");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (InputStream bytes = script.getInputStream()) {
                byte[] buffer = new byte[8192];
                for (int count = bytes.read(buffer); count >= 0; count = bytes.read(buffer)) {
                    output.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
                }
            } catch (IOException ended) {
                // The terminal is closed; everything until then is in the output.
            }
        }

        String awaitMatch(Pattern pattern) {
            Matcher[] matcher = new Matcher[1];
            Eventually.waitUntil(
                    PATIENCE,
                    () -> (matcher[0] = pattern.matcher(output)).find(),
                    () -> "the terminal never showed what was waited for, but " + output.length() + " characters");
            return matcher[0].group();
        }

        void type(String text) throws IOException {
            input.write(text.getBytes(StandardCharsets.US_ASCII));
            input.flush();
        }

        /** Types Enter again until it works: within 100 ms of pasted text the CLI takes it for a part of the paste. */
        void typeUntil(String key, java.util.function.BooleanSupplier worked) throws IOException {
            for (int tries = 0; tries < 20; tries++) {
                type(key);
                if (Eventually.holds(Duration.ofMillis(1500), worked)) {
                    return;
                }
            }
            assertTrue(worked.getAsBoolean(), "the key had no effect");
        }

        @Override
        public void close() throws IOException {
            script.descendants().forEach(ProcessHandle::destroyForcibly);
            script.destroyForcibly().onExit().join();
            Eventually.waitUntil(PATIENCE, () -> !reader.isAlive(), () -> "the terminal's reader goes on");
            input.close();
        }
    }
}
