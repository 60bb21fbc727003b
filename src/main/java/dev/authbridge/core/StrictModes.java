package dev.authbridge.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Whether other users of this machine could change a file that the bridge relies on, or read one that has to stay secret,
 * judged as sshd does with {@code StrictModes}: the file, each folder that leads to it and each symbolic link on the way must
 * belong to the user of this process or to root, and nobody else may be able to write to them.
 *
 * <p>These are allowed:
 *
 * <ul>
 *   <li>a folder on the way that everybody may write to, if it has the sticky bit like {@code /tmp}: nobody can replace what
 *       belongs to others in it
 *   <li>any permission for a group that nobody else is in; see {@link GroupMembers}
 *   <li>any permission for root's group if this process is in it and otherwise only root, as with the arbitrary uids that
 *       OpenShift gives to containers
 *   <li>a secret that belongs to root and that its group may read, since root chose that group; mounted secrets are like this
 * </ul>
 *
 * <p>Access control lists are not examined. May be used from any thread; blocks on the disk.
 */
public final class StrictModes {
    private static final long ROOT = 0;

    private static final int STICKY = 01000;
    /** Files in a folder with it get its group; Kubernetes sets it on the folders of a volume with fsGroup. */
    private static final int SET_GROUP = 02000;
    /** The permissions of the group. */
    private static final int GROUP = 070;
    /** Permissions of group and others. */
    private static final int READ = 044;

    private static final int WRITE = 022;
    private static final int SEARCH = 011;

    private static final int LONGEST_PATH = 1_000;

    /** As many as Linux follows. */
    private static final int MOST_LINKS = 40;

    private final long self;
    private final long ownGroup;
    private final Supplier<GroupMembers> members;

    /**
     * @param self the user of this process
     * @param ownGroup the group of this process
     * @param members asked only where it matters who is in a group
     */
    StrictModes(long self, long ownGroup, Supplier<GroupMembers> members) {
        this.self = self;
        this.ownGroup = ownGroup;
        this.members = members;
    }

    /** For the user of this process. */
    public static StrictModes ofThisProcess() {
        UnixSystem process = new UnixSystem();
        // Java says 0, which is root, for a user who is not in /etc/passwd.
        return new StrictModes(
                idOfThisProcess("Uid:", process.getUid()),
                idOfThisProcess("Gid:", process.getGid()),
                GroupMembers::ofThisMachine);
    }

    /** The effective user or group of this process, as Linux has it: {@code Uid: real effective saved file-system} (proc(5)). */
    private static long idOfThisProcess(String line, long otherwise) {
        try {
            return Files.readAllLines(Path.of("/proc/self/status"), ISO_8859_1).stream()
                    .filter(text -> text.startsWith(line))
                    .map(text -> Long.parseLong(text.split("\\s+")[2]))
                    .findFirst()
                    .orElse(otherwise);
        } catch (IOException e) {
            return otherwise;
        }
    }

    /**
     * What lets others change the file or folder: a sentence for each fault, with the command that mends it. What
     * does not exist has no fault, but the folders that exist on the way may have some.
     */
    public List<String> faults(Path file) {
        return new Walk(false).to(file);
    }

    /** Like {@link #faults}, and what lets others read the file or look into the folder. */
    public List<String> faultsOfSecret(Path file) {
        return new Walk(true).to(file);
    }

    /** Like {@link #faults}, but the folders that lead to {@code top} do not count. */
    public List<String> faultsBelow(Path top, Path file) {
        return new Walk(false).startingAt(top).to(file);
    }

    /**
     * Why nothing in this folder can be kept from other users: its file system has no permissions, as vfat, or ignores them.
     * Tries it with a folder that is removed at once; where that cannot be made, nothing is known.
     *
     * @param folder need not exist: it is tried in the folder above, where it would be made
     */
    public Optional<String> faultOfFileSystem(Path folder) {
        return faultOfFileSystem(folder, "rwx------");
    }

    /** @param wanted the permissions that are asked for; a test asks for those that such a file system would give */
    Optional<String> faultOfFileSystem(Path folder, String wanted) {
        Path present = folder.toAbsolutePath();
        while (!Files.isDirectory(present)) {
            if (present.getParent() == null) {
                return Optional.empty();
            }
            present = present.getParent();
        }
        try {
            Path tried = Files.createTempDirectory(
                    present, ".modes-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(wanted)));
            try {
                if ((Entry.of(tried).mode() & (READ | WRITE | SEARCH)) == 0) {
                    return Optional.empty();
                }
            } finally {
                Files.delete(tried);
            }
            return Optional.of(shown(present) + " is on a file system ("
                    + Files.getFileStore(present).type()
                    + ") that does not keep permissions, so every file in it is open to others. Mount it with uid="
                    + self
                    + ",umask=077 (for drvfs and 9p of WSL: with the option metadata), or name a folder on another file"
                    + " system");
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Goes to a file as the operating system does, and judges everything on the way. */
    private final class Walk {
        private final boolean toSecret;
        private final Set<String> faults = new LinkedHashSet<>();
        private Optional<Path> top = Optional.empty();

        Walk(boolean toSecret) {
            this.toSecret = toSecret;
        }

        Walk startingAt(Path folder) {
            try {
                top = Optional.of(folder.toRealPath());
            } catch (IOException e) {
                // What does not exist leads nowhere.
                top = Optional.of(folder.toAbsolutePath().normalize());
            }
            return this;
        }

        List<String> to(Path file) {
            try {
                go(file.toAbsolutePath());
            } catch (IOException e) {
                // What does not exist or cannot be reached is reported by whoever uses it.
                return List.copyOf(faults);
            }
            return List.copyOf(faults);
        }

        private void go(Path file) throws IOException {
            Path at = file.getRoot();
            Deque<Path> left = new ArrayDeque<>();
            file.forEach(left::add);
            judge(at, left.isEmpty());
            int links = 0;
            while (!left.isEmpty()) {
                // What has been reached contains no link, so ".." can be taken out of the path.
                Path next = at.resolve(left.pop()).normalize();
                if (Files.isSymbolicLink(next)) {
                    if (++links > MOST_LINKS) {
                        throw new FileSystemLoopException(file.toString());
                    }
                    judgeLink(next);
                    List<Path> target = new ArrayList<>();
                    at.resolve(Files.readSymbolicLink(next)).forEach(target::add);
                    Collections.reverse(target);
                    target.forEach(left::push);
                    at = file.getRoot();
                } else {
                    at = next;
                    judge(at, left.isEmpty());
                }
            }
        }

        private void judge(Path path, boolean last) throws IOException {
            boolean above = top.filter(folder -> !folder.equals(path) && folder.startsWith(path))
                    .isPresent();
            if (above) {
                return;
            }
            Entry entry = Entry.of(path);
            boolean secret = last && toSecret;
            requireOwner(path, entry, "chown ");
            int others = entry.mode() & (secret ? READ | WRITE | SEARCH : WRITE);
            if (!last && (entry.mode() & STICKY) != 0) {
                others = 0;
            }
            if (secret && entry.owner() == ROOT) {
                others &= ~(READ & GROUP);
            }
            if ((others & GROUP) != 0 && isPrivate(entry.group())) {
                others &= ~GROUP;
            }
            if (others != 0) {
                faults.add(shown(path) + " can be " + ((others & WRITE) != 0 ? "changed" : "read") + " by "
                        + ((others & ~GROUP) != 0 ? "every user" : "its group " + groupName(path)) + ": chmod "
                        + ((others & GROUP) != 0 ? "g" : "") + ((others & ~GROUP) != 0 ? "o" : "") + "-"
                        + ((others & READ) != 0 ? "r" : "") + ((others & WRITE) != 0 ? "w" : "")
                        + ((others & SEARCH) != 0 ? "x" : "") + " " + shown(path)
                        + ((others & GROUP) != 0 && (entry.mode() & SET_GROUP) != 0
                                ? " (if Kubernetes mounts this volume: set its fsGroup to " + self + ")"
                                : ""));
            }
        }

        private boolean isPrivate(long group) {
            GroupMembers known = members.get();
            return known.onlyOf(self, group) || group == ROOT && ownGroup == ROOT && known.onlyOf(ROOT, group);
        }

        /** A link's own permissions mean nothing, but in a folder like {@code /tmp} its owner can replace it. */
        private void judgeLink(Path link) throws IOException {
            requireOwner(link, Entry.of(link), "chown -h ");
        }

        private void requireOwner(Path path, Entry entry, String chown) throws IOException {
            if (entry.owner() != self && entry.owner() != ROOT) {
                faults.add(shown(path) + " belongs to " + Files.getOwner(path, LinkOption.NOFOLLOW_LINKS) + ": " + chown
                        + self + " " + shown(path));
            }
        }
    }

    private static String groupName(Path path) throws IOException {
        return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .group()
                .getName();
    }

    /** The path as one word for a shell, on one line. */
    private static String shown(Path path) {
        String text = OneLine.of(path.toString(), LONGEST_PATH);
        return text.matches("[A-Za-z0-9_./:=+@%,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /** Owner, group and permissions of a file, of a folder, or of a link itself. */
    private record Entry(long owner, long group, int mode) {
        static Entry of(Path path) throws IOException {
            Map<String, Object> attributes = Files.readAttributes(path, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS);
            return new Entry(
                    ((Number) attributes.get("uid")).longValue() & 0xFFFF_FFFFL,
                    ((Number) attributes.get("gid")).longValue() & 0xFFFF_FFFFL,
                    ((Number) attributes.get("mode")).intValue());
        }
    }
}
