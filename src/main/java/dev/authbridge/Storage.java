package dev.authbridge;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Refusal;
import dev.authbridge.store.FileVault;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;

/**
 * What the server keeps on disk, opened as far as that can be: with a folder or key that cannot be used it comes up all
 * the same, says on its page what is to be mended, and goes on once it is. Blocks.
 */
final class Storage {
    private static final Logger LOG = System.getLogger(Storage.class.getName());
    private static final int SESSION_KEY_BYTES = 32;

    private final FileVault vault;

    private Storage(FileVault vault) {
        this.vault = vault;
    }

    static Storage open(Config config) {
        try {
            return new Storage(FileVault.open(config.folder(), config.masterKeys(), ClaudeCredential.KINDS));
        } catch (Refusal e) {
            LOG.log(Level.ERROR, "{0}", e.getMessage());
            return new Storage(FileVault.readOnly(config.folder(), config.masterKeys(), ClaudeCredential.KINDS));
        }
    }

    FileVault vault() {
        return vault;
    }

    /** Signs the session cookies; without a master key it is good for this run only. */
    byte[] sessionKey() {
        try {
            return vault.keys().derive("session");
        } catch (Refusal e) {
            LOG.log(Level.WARNING, "browsers have to sign in to this server again after a restart: no master key");
            byte[] forThisRun = new byte[SESSION_KEY_BYTES];
            new SecureRandom().nextBytes(forThisRun);
            return forThisRun;
        }
    }
}
