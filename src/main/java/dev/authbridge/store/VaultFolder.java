package dev.authbridge.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A folder of small private files (0600 in 0700) that are only ever replaced as a whole: written beside, forced, renamed,
 * folder forced. A reader sees the old content or the new one, also after a power cut.
 *
 * <p>Names are the caller's, and must be safe as file names. Every method blocks; writing needs {@link FolderLock}.
 */
final class VaultFolder {
    private static final FileAttribute<?> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    /** A credential needs less than 2 KiB; what is larger is not ours. */
    private static final int LARGEST_FILE = 64 * 1024;

    private final Path path;

    VaultFolder(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    Path path() {
        return path;
    }

    boolean exists() {
        return Files.isDirectory(path);
    }

    /** Makes the folder where there is none, and private where it is not. */
    void prepare() throws IOException {
        Files.createDirectories(path.getParent());
        try {
            Files.createDirectory(path, PRIVATE_FOLDER);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(path + " is no folder", e);
            }
            Set<?> permissions = Files.getPosixFilePermissions(path);
            if (!permissions.equals(PosixFilePermissions.fromString("rwx------"))) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            }
        }
    }

    Optional<byte[]> read(String name) throws IOException {
        try (InputStream file =
                Files.newInputStream(path.resolve(name), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            byte[] content = file.readNBytes(LARGEST_FILE + 1);
            if (content.length > LARGEST_FILE) {
                throw new IOException(path.resolve(name) + " is too large");
            }
            return Optional.of(content);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Safe on disk when it returns; when it fails, the earlier content is still there. */
    void write(String name, byte[] content) throws IOException {
        Path beside = path.resolve(temporaryName(name));
        try {
            try (FileChannel file = FileChannel.open(
                    beside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PRIVATE_FILE)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    file.write(buffer);
                }
                file.force(true);
            }
            Files.move(beside, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            try {
                Files.deleteIfExists(beside);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
        force();
    }

    boolean delete(String name) throws IOException {
        boolean deleted = Files.deleteIfExists(path.resolve(name));
        if (deleted) {
            force();
        }
        return deleted;
    }

    /** Gives the file, which is made empty where there is none, the time of now. Needs no lock and forces nothing. */
    void touch(String name) throws IOException {
        Path file = path.resolve(name);
        try {
            Files.createFile(file, PRIVATE_FILE);
        } catch (FileAlreadyExistsException e) {
            // Only its time matters.
        }
        // A file that was just made has the kernel's coarse time, up to a tick before this clock's.
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    }

    Optional<Instant> touched(String name) throws IOException {
        try {
            return Optional.of(Files.getLastModifiedTime(path.resolve(name), LinkOption.NOFOLLOW_LINKS)
                    .toInstant());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Differs from an earlier one where the file was replaced, changed or removed meanwhile. */
    String stamp(String name) throws IOException {
        try {
            BasicFileAttributes file =
                    Files.readAttributes(path.resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return file.fileKey() + "," + file.lastModifiedTime().to(TimeUnit.NANOSECONDS) + "," + file.size();
        } catch (NoSuchFileException e) {
            return "none";
        }
    }

    void requireWritable() throws IOException {
        if (!Files.isWritable(path)) {
            throw new IOException(path + " cannot be written in");
        }
    }

    /** Removes what writers left that were killed. Only for who holds the lock, since then nobody writes. */
    void removeLeftovers() throws IOException {
        for (String name : names(".*.tmp")) {
            Files.deleteIfExists(path.resolve(name));
        }
    }

    /** The names that fit the pattern, sorted; none where there is no folder. */
    List<String> names(String glob) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path, glob)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        names.sort(null);
        return names;
    }

    private static String temporaryName(String name) {
        return "." + name + "."
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()) + ".tmp";
    }

    /** A rename is only safe from a power cut once the folder itself is on disk. */
    private void force() throws IOException {
        try (FileChannel folder = FileChannel.open(path, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
