package dev.authbridge.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Who is in a group, according to {@code /etc/passwd} and {@code /etc/group}. Accounts from a directory service are not in
 * these files, so they are consulted only if they know the user who asks.
 *
 * @param users the lines of {@code /etc/passwd}
 * @param groups the lines of {@code /etc/group}
 */
record GroupMembers(List<String> users, List<String> groups) {
    private static final long ROOT = 0;

    /** Reads the files; blocks on the disk. A file that cannot be read counts as empty. */
    static GroupMembers ofThisMachine() {
        return new GroupMembers(lines(Path.of("/etc/passwd")), lines(Path.of("/etc/group")));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, ISO_8859_1);
        } catch (IOException e) {
            return List.of();
        }
    }

    /**
     * Whether nobody but this user and root is in the group. That is so for the private group that many distributions make for
     * each user. If the files do not know the user, as in a container with an arbitrary uid, then the group with
     * the same number as the user counts as private.
     */
    boolean onlyOf(long uid, long gid) {
        List<String[]> accounts = fields(users, 4);
        if (accounts.stream().noneMatch(account -> account[2].equals(Long.toString(uid)))) {
            return uid == gid;
        }
        List<String[]> known = fields(groups, 3).stream()
                .filter(group -> group[2].equals(Long.toString(gid)))
                .toList();
        List<String> members = known.stream()
                .filter(group -> group.length > 3)
                .flatMap(group -> Arrays.stream(group[3].split(",")))
                .filter(member -> !member.isBlank())
                .toList();
        return !known.isEmpty()
                && members.stream().allMatch(member -> accounts.stream()
                        .anyMatch(account -> account[0].equals(member.strip()) && isTrusted(account, uid)))
                && accounts.stream()
                        .filter(account -> account[3].equals(Long.toString(gid)))
                        .allMatch(account -> isTrusted(account, uid));
    }

    private static boolean isTrusted(String[] account, long uid) {
        return account[2].equals(Long.toString(uid)) || account[2].equals(Long.toString(ROOT));
    }

    private static List<String[]> fields(List<String> lines, int least) {
        return lines.stream()
                .map(line -> line.split(":"))
                .filter(fields -> fields.length >= least)
                .toList();
    }
}
