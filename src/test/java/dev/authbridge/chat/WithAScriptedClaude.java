package dev.authbridge.chat;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.CredentialCheck;
import dev.authbridge.credential.CredentialCheck.Validity;
import dev.authbridge.credential.CredentialKind;
import dev.authbridge.credential.Credentials;
import dev.authbridge.store.FileStore;
import dev.authbridge.store.FileVault;
import dev.authbridge.support.HandTurnedLoop;
import dev.authbridge.support.Leaks;
import dev.authbridge.support.SecretsGrep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The chat with a shell script in Claude's place, which prints what the real versions have printed. */
abstract class WithAScriptedClaude {
    static final Owner ANNA = new Owner("anna");
    static final Owner BEN = new Owner("ben");
    static final String TOKEN = "sk-ant-oat01-" + "T".repeat(95);
    static final String PROMPT = "what is a zebra";
    static final Path PRINTED = Path.of("src/test/resources/printed").toAbsolutePath();
    static final String PIECE =
            "echo '{\"type\":\"stream_event\",\"event\":{\"type\":\"content_block_delta\",\"delta\":"
                    + "{\"type\":\"text_delta\",\"text\":\"Well\"}},\"parent_tool_use_id\":null}'";
    static final String FOREVER = "sleep 600 & cat > /dev/null; " + PIECE + "; wait";

    @TempDir
    Path folder;

    final HandTurnedLoop loop = new HandTurnedLoop();
    final Leaks leaks = Leaks.before();
    final SecretsGrep grep = SecretsGrep.open().secret(PROMPT).secret("Hello from the");
    final ExecutorService worker = Executors.newCachedThreadPool();
    volatile Validity validity = Validity.VALID;
    boolean enabled = true;
    volatile Optional<ClaudeCommand> command = Optional.empty();
    Credentials credentials;
    Chats chats;

    @BeforeEach
    void signIn() throws Exception {
        credentials = new Credentials(
                new FileStore(FileVault.open(folder, Optional.empty(), ClaudeCredential.KINDS), worker, worker),
                asked -> CompletableFuture.completedFuture(new CredentialCheck.Result(validity, "told", loop.now())),
                ClaudeCredential.KINDS,
                Clock.systemUTC());
        credentials
                .keep(ANNA, CredentialKind.SIGN_IN_TOKEN, new Secret(TOKEN))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        chats = chats(Chats.Limits.USUAL);
    }

    @AfterEach
    void nothingIsLeftNorTold() throws Exception {
        CompletableFuture<Void> closed = chats.close().toCompletableFuture();
        loop.until(closed::isDone);
        worker.shutdown();
        assertTrue(worker.awaitTermination(10, TimeUnit.SECONDS));
        grep.searchFiles(folder.resolve("chat")).searchProcessArguments().assertNothingFound();
        grep.close();
        leaks.assertNothingLeft();
    }

    Chats chats(Chats.Limits limits) throws IOException {
        Files.createDirectories(folder.resolve("chat"));
        Map<String, String> server = Map.of(
                "PATH",
                System.getenv("PATH"),
                "ANTHROPIC_API_KEY",
                "of-the-server",
                "CLAUDE_AUTH_KEY",
                "of-the-server");
        return new Chats(() -> enabled, () -> command, server, folder, credentials, loop, worker, limits);
    }

    /** Puts a script in Claude's place. */
    void claudeIs(String script) throws IOException {
        Path program = Files.createTempFile(folder, "program", ".sh");
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        command = Optional.of(new ClaudeCommand(List.of(program.toString())));
    }

    void claudePrints(String recording) throws IOException {
        claudeIs("cat > /dev/null; cat '" + PRINTED.resolve(recording) + "'");
    }

    Heard ask(String id) throws Refusal {
        return ask(ANNA, id, PROMPT);
    }

    Heard ask(Owner owner, String id, String prompt) throws Refusal {
        Heard heard = new Heard();
        chats.ask(owner, id, prompt, heard);
        return heard;
    }

    Reason refused(Owner owner, String id, String prompt) {
        return assertThrows(Refusal.class, () -> ask(owner, id, prompt))
                .problem()
                .reason();
    }
}
