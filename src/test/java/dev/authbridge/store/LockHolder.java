package dev.authbridge.store;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Another process that holds a vault's lock until its standard input ends. */
public final class LockHolder {
    private LockHolder() {}

    public static void main(String[] arguments) throws Exception {
        Path lock = Path.of(arguments[0]).resolve("vault/.lock");
        try (FileChannel file = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            file.lock();
            System.out.println("held");
            System.in.readAllBytes();
        }
    }
}
