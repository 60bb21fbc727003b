package dev.authbridge.store;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.support.Secrets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process that stores credentials until it is killed. It prints {@code keeping N} before it stores credential N and
 * {@code kept N} afterwards, and replaces the master key in between.
 */
final class VaultVictim {
    private VaultVictim() {}

    public static void main(String[] arguments) throws Exception {
        Owner owner = new Owner("alice");
        warmUp(Path.of(arguments[0]).resolve("warm-up"), owner);
        FileVault vault = FileVault.open(Path.of(arguments[0]), Optional.empty(), ClaudeCredential.KINDS);
        for (int number = Integer.parseInt(arguments[1]); ; number++) {
            say("keeping " + number);
            vault.keep(owner, Secrets.credential(number));
            say("kept " + number);
            say("rotating");
            vault.rotateKey();
            say("rotated");
        }
    }

    /** The first use of the ciphers takes longer than all that follows, so most kills would hit it. */
    private static void warmUp(Path folder, Owner owner) throws Exception {
        FileVault vault = FileVault.open(folder, Optional.empty(), ClaudeCredential.KINDS);
        vault.keep(owner, Secrets.credential(0));
        vault.rotateKey();
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
