package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The file to which the commands append who used the credential on this machine. Only its user can read it. Whoever may use
 * the credential may also change this file: it is for one's own overview, and no proof.
 */
final class AuditFile {
    private static final Set<OpenOption> APPEND = Set.of(
            StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);

    /** Some 6,000 lines. Then the file becomes {@code audit.log.1}, in place of the one before. */
    private static final long MOST_BYTES = 1_048_576;

    private final Path file;

    /** @param folder not created if it does not exist */
    AuditFile(Path folder) {
        this.file = folder.resolve("audit.log");
    }

    /** Does nothing if the file cannot be written: a sandbox may have the folder mounted read-only. */
    void append(String line) {
        try (SeekableByteChannel channel = Files.newByteChannel(
                file, APPEND, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            // In one write, so that lines of commands that run at the same time do not mix.
            channel.write(ByteBuffer.wrap((line + "\n").getBytes(UTF_8)));
            if (channel.size() > MOST_BYTES) {
                Files.move(file, file.resolveSibling("audit.log.1"), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            return;
        }
    }
}
