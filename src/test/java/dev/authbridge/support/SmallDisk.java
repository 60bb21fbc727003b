package dev.authbridge.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A file system of 256 KiB in memory, mounted on a folder, which a test fills up or makes read-only; see {@link Tool#MOUNT}. */
public final class SmallDisk implements AutoCloseable {
    private final Path folder;
    private final Path filling;

    private SmallDisk(Path folder) {
        this.folder = folder;
        this.filling = folder.resolve("filling");
    }

    /** Mounts it on an empty folder. */
    public static SmallDisk on(Path folder) throws IOException {
        run("mount", "-t", "tmpfs", "-o", "size=256k,mode=0700", "tmpfs", folder.toString());
        return new SmallDisk(folder);
    }

    public Path folder() {
        return folder;
    }

    /** Fills it up to the last byte. */
    public void fill() throws IOException {
        try (FileChannel file = FileChannel.open(filling, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (true) {
                file.write(ByteBuffer.allocate(1024));
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw e;
            }
        }
    }

    /** Makes room again. */
    public void free() throws IOException {
        Files.delete(filling);
    }

    public void readOnly() throws IOException {
        run("mount", "-o", "remount,ro", folder.toString());
    }

    public void writable() throws IOException {
        run("mount", "-o", "remount,rw", folder.toString());
    }

    @Override
    public void close() throws IOException {
        // Lazily, since a thread may still be ending that has a file open.
        run("umount", "--lazy", folder.toString());
    }

    private static void run(String... command) throws IOException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            process.destroyForcibly();
        }
    }
}
