package dev.authbridge;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.claude.signin.ClaudeSetupToken;
import dev.authbridge.core.Owner;
import dev.authbridge.credential.Credential;
import dev.authbridge.store.FileVault;
import dev.authbridge.support.AuthSocketClient;
import dev.authbridge.support.ClaudeCli;
import dev.authbridge.support.DeadProxy;
import dev.authbridge.support.LoopbackVendor;
import dev.authbridge.support.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The whole server as {@link Main} starts it, but in this JVM, on a free port, with an environment of its own.
 *
 * <p>Its clients are closed with it, and keep their frames for the search for secrets.
 */
final class RunningBridge implements AutoCloseable {
    static final String KEY = "key-of-the-test-0123456789abcdef";

    /** Empty once it is closed, because JUnit keeps the instance of a class's first parameterized test, and all that it refers to. */
    private Optional<Bridge> bridge;

    private final Config config;
    private final String proxyUrl;
    private final String address;
    private final List<AuthSocketClient> clients = new ArrayList<>();

    /** The settings in which tests differ. */
    static final class Setup {
        private final Map<String, String> environment = new HashMap<>();
        private int columns = ClaudeSetupToken.COLUMNS;

        private Setup(Path folder, Map<String, String> network) {
            environment.put("CLAUDE_CREDENTIALS_PATH", folder.toString());
            environment.put("CLAUDE_AUTH_PORT", "0");
            environment.put("CLAUDE_AUTH_KEY", KEY);
            environment.put("CLAUDE_AUTH_WARM", "0");
            environment.put("PATH", System.getenv("PATH"));
            environment.putAll(network);
        }

        Setup cli(Path program) {
            return with("CLAUDE_COMMAND", program.toString());
        }

        Setup with(String name, String value) {
            environment.put(name, value);
            return this;
        }

        Setup columns(int count) {
            columns = count;
            return this;
        }

        RunningBridge start() throws IOException, Config.Invalid {
            return new RunningBridge(this);
        }
    }

    private RunningBridge(Setup setup) throws IOException, Config.Invalid {
        config = Config.read(setup.environment);
        proxyUrl = setup.environment.get("HTTPS_PROXY");
        Bridge started = new Bridge(config, setup.environment, setup.columns);
        bridge = Optional.of(started);
        address = started.start();
        if (config.command().isPresent()) {
            started.warmUp();
        }
    }

    /** Runs a server once, so that what a JVM opens once and keeps is not mistaken for a leak of a test. */
    static void openOnce(Path folder) throws Exception {
        try (LoopbackVendor vendor = LoopbackVendor.open();
                RunningBridge first = on(vendor, folder)
                        .cli(ClaudeCli.of(ClaudeCli.DEFAULT).program())
                        .start()) {
            first.connect().send("claude.auth.status");
        }
    }

    /** A server that reaches nothing but the vendor on loopback. */
    static Setup on(LoopbackVendor vendor, Path folder) {
        return new Setup(folder, vendor.environment());
    }

    /** A server without a network. */
    static Setup on(DeadProxy proxy, Path folder) {
        return new Setup(folder, proxy.environment());
    }

    String address() {
        return address;
    }

    /** Opens a socket of the owner {@code default}. */
    AuthSocketClient connect() {
        AuthSocketClient client = AuthSocketClient.connect(address, KEY);
        clients.add(client);
        return client;
    }

    /** Every frame that any client has received. */
    List<String> frames() {
        return clients.stream().flatMap(client -> client.frames().stream()).toList();
    }

    /** The CLIs of this server, found by the proxy in their environment. */
    List<ProcessHandle> cliProcesses() {
        return Processes.withEnvironment("HTTPS_PROXY=" + proxyUrl + "\0");
    }

    /** The credential of the owner {@code default}, read from disk and decrypted. */
    Optional<Credential> stored() throws Exception {
        return FileVault.readOnly(config.folder(), config.masterKeys(), ClaudeCredential.KINDS)
                .read(Owner.DEFAULT);
    }

    @Override
    public void close() {
        clients.forEach(AuthSocketClient::close);
        bridge.ifPresent(running -> running.stop(Duration.ZERO));
        bridge = Optional.empty();
    }
}
