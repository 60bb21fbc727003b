package dev.authbridge.store;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Refusal;
import dev.authbridge.support.Secrets;
import java.nio.file.Path;
import java.util.Optional;

/** A process that tries every operation that writes, and prints the results. */
final class DiskFullWriter {
    private DiskFullWriter() {}

    private interface Attempt {
        void run() throws Refusal;
    }

    public static void main(String[] arguments) throws Refusal {
        FileVault vault = FileVault.open(Path.of(arguments[0]), Optional.empty(), ClaudeCredential.KINDS);
        Owner alice = new Owner("alice");
        attempt(() -> vault.keep(alice, Secrets.credential(2)));
        attempt(() -> vault.update(alice, Secrets.credential(1), stored -> stored.withLabel("new")));
        attempt(vault::rotateKey);
        attempt(vault::check);
    }

    private static void attempt(Attempt attempt) {
        try {
            attempt.run();
            System.out.println("done");
        } catch (Refusal e) {
            System.out.println(e.problem().reason().wireName() + " " + e.getMessage());
        }
    }
}
