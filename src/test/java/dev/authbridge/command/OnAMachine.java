package dev.authbridge.command;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Secret;
import dev.authbridge.store.FileVault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Base of the tests of a command: a machine with its own data folder and no network. */
abstract class OnAMachine {
    static final String TOKEN = "sk-ant-oat01-" + "t".repeat(95);
    static final String API_KEY = "sk-ant-api03-" + "k".repeat(95);

    @TempDir
    Path folder;

    Path data;
    final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void nameTheFolders() {
        data = folder.resolve("data");
        environment.put("CLAUDE_CREDENTIALS_PATH", data.toString());
        environment.put("HOME", folder.resolve("home").toString());
        environment.put("HTTPS_PROXY", "http://127.0.0.1:9");
    }

    FileVault vault() throws Exception {
        return FileVault.open(data, Optional.empty(), ClaudeCredential.KINDS);
    }

    void keepToken(String owner) throws Exception {
        vault().keep(
                        new Owner(owner),
                        ClaudeCredential.token(new Secret(TOKEN), CommandRun.NOW.minus(Duration.ofDays(1))));
    }

    void keepApiKey(String owner) throws Exception {
        vault().keep(new Owner(owner), ClaudeCredential.apiKey(API_KEY, CommandRun.NOW));
    }

    /** Writes Claude's settings file of this machine's user. */
    Path writeSettings(String content) throws IOException {
        Path file = folder.resolve("home/.claude/settings.json");
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    CommandRun run(String... arguments) {
        return CommandRun.of(environment, arguments);
    }
}
