package dev.authbridge;

import dev.authbridge.access.AccessKey;
import dev.authbridge.access.AccessKeys;
import dev.authbridge.core.Secret;
import dev.authbridge.store.MasterKeys;
import dev.authbridge.web.Origins;
import dev.authbridge.web.tls.TlsFiles;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration, read once from the environment. The names and defaults are the contract's.
 *
 * @param enabled {@code CLAUDE_AUTH_ENABLED}
 * @param folder {@code CLAUDE_CREDENTIALS_PATH}, absolute
 * @param codeWithin {@code CLAUDE_AUTH_TIMEOUT}
 * @param host {@code CLAUDE_AUTH_HOST}
 * @param port {@code CLAUDE_AUTH_PORT}; 0 takes a free one
 * @param madeKey the access key that was made because {@code CLAUDE_AUTH_KEY} gives none
 * @param keys {@code CLAUDE_AUTH_KEY} and {@code CLAUDE_AUTH_KEYS_FILE}
 * @param origins {@code CLAUDE_AUTH_ORIGINS}
 * @param masterKeys {@code CLAUDE_AUTH_MASTER_KEY}
 * @param tls {@code CLAUDE_AUTH_TLS_CERT} and {@code CLAUDE_AUTH_TLS_KEY}
 * @param behindProxy {@code CLAUDE_AUTH_BEHIND_PROXY}
 * @param maxLogins {@code CLAUDE_AUTH_MAX_LOGINS}
 * @param warm {@code CLAUDE_AUTH_WARM}
 * @param command {@code CLAUDE_COMMAND}
 * @param apiUrl {@code CLAUDE_AUTH_API_URL}
 * @param contact {@code CLAUDE_AUTH_CONTACT}
 * @param chat {@code CLAUDE_AUTH_CHAT}; unset means yes, as long as all who sign in here are one owner
 */
record Config(
        boolean enabled,
        Path folder,
        Duration codeWithin,
        String host,
        int port,
        Optional<Secret> madeKey,
        AccessKeys keys,
        Origins origins,
        Optional<MasterKeys> masterKeys,
        Optional<TlsFiles> tls,
        boolean behindProxy,
        int maxLogins,
        int warm,
        Optional<String> command,
        URI apiUrl,
        Optional<String> contact,
        Optional<Boolean> chat) {
    private static final int LONGEST_CONTACT = 200;

    /** Values that cannot be used: a line each, that names the variable and what is accepted, never the value. */
    static final class Invalid extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient List<String> faults;

        Invalid(List<String> faults) {
            super(String.join("\n", faults));
            this.faults = List.copyOf(faults);
        }

        List<String> faults() {
            return faults;
        }
    }

    /** Whether there is a chat; changes with the keys file. */
    boolean chatEnabled() {
        return chat.orElseGet(keys::ofOneOwner);
    }

    /**
     * Reads everything and looks at the files that are named. Blocks on the disk.
     *
     * @throws Invalid with all that is wrong, not only the first
     */
    static Config read(Map<String, String> environment) throws Invalid {
        Variables variables = new Variables(environment);
        ServerVariables server = new ServerVariables(environment, variables);
        boolean enabled = variables.flag("CLAUDE_AUTH_ENABLED", true);
        Path folder = server.folder();
        Duration codeWithin = Duration.ofMillis(variables.number("CLAUDE_AUTH_TIMEOUT", 600_000, 1_000, 86_400_000));
        String host = variables.text("CLAUDE_AUTH_HOST").orElse("127.0.0.1");
        int port = variables.number("CLAUDE_AUTH_PORT", 8_765, 0, 65_535);
        Optional<Secret> givenKey = server.accessKey("CLAUDE_AUTH_KEY").map(Secret::new);
        Optional<Secret> madeKey =
                givenKey.isPresent() ? Optional.empty() : Optional.of(new Secret(AccessKey.random()));
        AccessKeys keys = server.keys(
                "CLAUDE_AUTH_KEYS_FILE",
                givenKey.or(() -> madeKey).orElseThrow().reveal());
        Origins origins = server.origins("CLAUDE_AUTH_ORIGINS");
        Optional<MasterKeys> masterKeys = server.masterKeys("CLAUDE_AUTH_MASTER_KEY");
        Optional<TlsFiles> tls = server.tls("CLAUDE_AUTH_TLS_CERT", "CLAUDE_AUTH_TLS_KEY");
        boolean behindProxy = variables.flag("CLAUDE_AUTH_BEHIND_PROXY", false);
        int maxLogins = variables.number("CLAUDE_AUTH_MAX_LOGINS", 8, 1, 1_000);
        int warm = variables.number("CLAUDE_AUTH_WARM", 1, 0, 100);
        Optional<String> command = server.command("CLAUDE_COMMAND", folder);
        URI apiUrl = server.apiUrl("CLAUDE_AUTH_API_URL");
        Optional<String> contact = variables.line("CLAUDE_AUTH_CONTACT", LONGEST_CONTACT);
        Optional<Boolean> chat = variables.choice("CLAUDE_AUTH_CHAT");
        server.requireLoopback("CLAUDE_AUTH_HOST", host, tls.isPresent() || behindProxy);
        if (warm > maxLogins) {
            variables.fault("CLAUDE_AUTH_WARM", "must not be larger than CLAUDE_AUTH_MAX_LOGINS");
        }
        variables.throwFaults();
        return new Config(
                enabled,
                folder,
                codeWithin,
                host,
                port,
                madeKey,
                keys,
                origins,
                masterKeys,
                tls,
                behindProxy,
                maxLogins,
                warm,
                command,
                apiUrl,
                contact,
                chat);
    }
}
