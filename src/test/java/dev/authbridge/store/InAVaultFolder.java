package dev.authbridge.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Base of the tests with a vault in a folder of its own; says what is in its files. */
abstract class InAVaultFolder {
    static final Owner ALICE = new Owner("alice");
    static final Owner BOB = new Owner("bob");

    @TempDir
    Path data;

    Path folder;
    /** The file of Alice's credential. */
    Path file;

    @BeforeEach
    void nameTheFiles() {
        folder = data.resolve("vault");
        file = folder.resolve("alice.credential");
    }

    FileVault vault() throws Refusal {
        return FileVault.open(data, Optional.empty(), ClaudeCredential.KINDS);
    }

    List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    /** Runs an action that must fail, and checks that neither its message nor those of its causes contain a secret. */
    static String storageFailed(Executable work) {
        Refusal failure = assertThrows(Refusal.class, work);
        assertEquals(Reason.STORAGE_FAILED, failure.problem().reason(), failure.getMessage());
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        assertFalse(trace.toString().contains("sk-ant"), "a secret in the exception");
        return failure.problem().message();
    }
}
