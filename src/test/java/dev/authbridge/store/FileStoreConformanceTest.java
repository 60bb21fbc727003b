package dev.authbridge.store;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.CredentialStore;
import dev.authbridge.credential.CredentialStoreConformance;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class FileStoreConformanceTest extends CredentialStoreConformance {
    @TempDir
    private Path data;

    @Override
    protected CredentialStore store() throws Refusal {
        FileVault vault = FileVault.open(data, Optional.empty(), ClaudeCredential.KINDS);
        return new FileStore(vault, Runnable::run, Runnable::run);
    }
}
