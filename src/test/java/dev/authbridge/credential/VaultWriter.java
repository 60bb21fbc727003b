package dev.authbridge.credential;

import dev.authbridge.login.Owner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A process of its own that writes in a vault, for tests that need several of them or kill them. */
final class VaultWriter {
    private VaultWriter() {}

    /** Starts it on this test's own classes, as quickly as a JVM starts. Its error output goes to its output. */
    static Process start(Path data, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                VaultWriter.class.getName(),
                data.toString()));
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    public static void main(String[] arguments) throws Exception {
        FileVault vault = FileVault.open(Path.of(arguments[0]), Optional.empty());
        int count = Integer.parseInt(arguments[2]);
        Owner owner = new Owner("alice");
        for (int i = 0; i < count; i++) {
            vault.keep(owner, Secrets.credential(i));
            vault.read(owner).orElseThrow();
        }
    }
}
