package dev.authbridge.claude;

import dev.authbridge.process.TemporaryHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The whole environment of a run of the CLI. It is built from a short list of variables, so that no credential, no setting of
 * the server and no browser reaches the CLI.
 */
public final class CliEnvironment {
    /** The variables of the server that the CLI needs: for finding programs, for the language, and for the network. */
    private static final List<String> PASSED_ON = List.of(
            "PATH",
            "LANG",
            "LC_ALL",
            "LC_CTYPE",
            "TZ",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY",
            "http_proxy",
            "https_proxy",
            "no_proxy");

    private CliEnvironment() {}

    /** For a run in a temporary HOME, in which the folder of the CLI's configuration is made. Blocks. */
    public static Map<String, String> of(Map<String, String> server, TemporaryHome home) throws IOException {
        Path configuration = Files.createDirectories(home.folder().resolve(".claude"));
        return of(server, home.folder(), configuration, home.temporary());
    }

    /**
     * For a run in these folders, which exist.
     *
     * @param server the server's own environment
     */
    public static Map<String, String> of(Map<String, String> server, Path home, Path configuration, Path temporary) {
        Map<String, String> environment = new HashMap<>();
        for (String name : PASSED_ON) {
            if (server.containsKey(name)) {
                environment.put(name, server.get(name));
            }
        }
        environment.putAll(CertificateVariables.passedOn(server));
        environment.put("HOME", home.toString());
        environment.put("CLAUDE_CONFIG_DIR", configuration.toString());
        environment.put("TMPDIR", temporary.toString());
        // In spite of TMPDIR 2.1.332 puts some of its files into /tmp/claude, unless this is set, too.
        environment.put("CLAUDE_CODE_TMPDIR", temporary.toString());
        environment.put("TERM", "xterm-256color");
        // Documented switches of the CLI: a run here updates nothing and reports nothing.
        environment.put("DISABLE_AUTOUPDATER", "1");
        environment.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
        return environment;
    }
}
