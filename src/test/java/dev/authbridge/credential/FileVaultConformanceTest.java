package dev.authbridge.credential;

import dev.authbridge.login.LoginException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class FileVaultConformanceTest extends CredentialVaultConformance {
    @TempDir
    private Path data;

    @Override
    FileVault vault() throws LoginException {
        return FileVault.open(data, Optional.empty());
    }
}
