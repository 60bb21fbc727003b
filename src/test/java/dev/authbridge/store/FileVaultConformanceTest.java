package dev.authbridge.store;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Refusal;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class FileVaultConformanceTest extends CredentialVaultConformance {
    @TempDir
    private Path data;

    @Override
    FileVault vault() throws Refusal {
        return FileVault.open(data, Optional.empty(), ClaudeCredential.KINDS);
    }
}
