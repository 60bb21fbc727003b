package dev.authbridge.store;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.support.Secrets;
import java.nio.file.Path;
import java.util.Optional;

/** A process that writes to a vault, for tests that need several of them or kill them. */
final class VaultWriter {
    private VaultWriter() {}

    public static void main(String[] arguments) throws Exception {
        FileVault vault = FileVault.open(Path.of(arguments[0]), Optional.empty(), ClaudeCredential.KINDS);
        int count = Integer.parseInt(arguments[1]);
        Owner owner = new Owner(arguments.length > 2 ? arguments[2] : "alice");
        for (int i = 0; i < count; i++) {
            vault.keep(owner, Secrets.credential(i));
            vault.read(owner).orElseThrow();
        }
    }
}
