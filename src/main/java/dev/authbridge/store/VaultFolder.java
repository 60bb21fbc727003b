package dev.authbridge.store;

import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import dev.authbridge.core.PrivateFile;
import dev.authbridge.core.StrictModes;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A folder of small private files (0600 in 0700) that are only replaced as a whole: the new content is written to a temporary
 * file and synchronised to disk, the file is renamed, and the folder is synchronised. A reader sees the old content or the
 * new one, even after a power failure.
 *
 * <p>Callers pass names that are safe as file names. Every method blocks; writing needs {@link FolderLock}.
 */
final class VaultFolder {
    private static final System.Logger LOG = System.getLogger(VaultFolder.class.getName());

    private static final FileAttribute<?> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    /** A credential needs less than 2 KiB; a larger file was not written by the bridge. */
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

    /**
     * Creates the folder if it does not exist, and makes it private if it is not.
     *
     * @throws IOException also if its file system does not keep permissions
     */
    void prepare() throws IOException {
        Files.createDirectories(path.getParent());
        boolean made = false;
        try {
            Files.createDirectory(path, PRIVATE_FOLDER);
            made = true;
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(path + " is not a folder", e);
            }
        }
        if (isPrivate(path)) {
            return;
        }
        StrictModes modes = StrictModes.ofThisProcess();
        Optional<String> openToAll = modes.faultOfFileSystem(path.getParent());
        if (openToAll.isPresent()) {
            if (made) {
                Files.delete(path);
            }
            throw new IOException(openToAll.get());
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    }

    /**
     * Takes the permissions of others from the files, which a volume's mount may have given to them: fsGroup of Kubernetes does.
     * Where that cannot be done, the folder itself still keeps others out.
     */
    void closeFiles() throws IOException {
        for (String name : names("*")) {
            Path file = path.resolve(name);
            try {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && !isPrivate(file)) {
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
                }
            } catch (FileSystemException e) {
                LOG.log(Level.DEBUG, "{0} stays open to others", file);
            }
        }
    }

    private static boolean isPrivate(Path path) throws IOException {
        return EnumSet.of(OWNER_READ, OWNER_WRITE, OWNER_EXECUTE)
                .containsAll(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    }

    Optional<byte[]> read(String name) throws IOException {
        return PrivateFile.read(path.resolve(name), LARGEST_FILE);
    }

    /** Replaces the file. The new content is safely on disk when this returns; on failure, the earlier content is still there. */
    void write(String name, byte[] content) throws IOException {
        PrivateFile.replace(path.resolve(name), path.resolve(temporaryName(name)), content);
        force();
    }

    boolean delete(String name) throws IOException {
        boolean deleted = Files.deleteIfExists(path.resolve(name));
        if (deleted) {
            force();
        }
        return deleted;
    }

    /** Sets the modification time of the file to now, and creates it empty if it does not exist. Needs no lock, and a crash may lose it. */
    void touch(String name) throws IOException {
        Path file = path.resolve(name);
        try {
            Files.createFile(file, PrivateFile.PERMISSIONS);
        } catch (FileAlreadyExistsException e) {
            // The file's content does not matter, only its time.
        }
        // A new file gets the kernel's coarse time, which may be a tick behind this clock.
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

    /** A value that changes when the file is replaced, changed or removed. */
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
            throw new IOException(path + " is not writable");
        }
    }

    /** Removes the temporary files of writers that were killed. The caller must hold the lock, so that nobody is writing. */
    void removeLeftovers() throws IOException {
        for (String name : names(".*.tmp")) {
            Files.deleteIfExists(path.resolve(name));
        }
    }

    /** The names that match the pattern, sorted; empty if there is no folder. */
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

    /** A rename only survives a power failure once the folder itself is synchronised to disk. */
    private void force() throws IOException {
        try (FileChannel folder = FileChannel.open(path, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
