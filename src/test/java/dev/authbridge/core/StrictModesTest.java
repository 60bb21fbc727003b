package dev.authbridge.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a real file system; who is in which group is made up, so that it does not depend on the machine. */
class StrictModesTest {
    private static final long SELF = new UnixSystem().getUid();
    private static final boolean ROOT = SELF == 0;

    /** Everybody may be in each group. */
    private static final GroupMembers SHARED = new GroupMembers(List.of("me:x:" + SELF + ":1:::"), List.of());

    @TempDir
    private Path temporary;

    private Path top;
    private Path folder;
    private Path file;
    private final StrictModes modes = new StrictModes(SELF, SELF, () -> SHARED);

    @BeforeEach
    void makeFiles() throws IOException {
        top = temporary.toRealPath();
        folder = Files.createDirectory(top.resolve("folder"));
        file = Files.createFile(folder.resolve("file"));
        mode(folder, "755");
        mode(file, "600");
    }

    private static void mode(Path path, String octal) throws IOException {
        Files.setAttribute(path, "unix:mode", Integer.parseInt(octal, 8));
    }

    private List<String> faults(Path path) {
        return modes.faultsBelow(top, path);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "600 | ",
                "444 | ",
                "755 | ",
                "620 | can be changed by its group GROUP: chmod g-w",
                "602 | can be changed by every user: chmod o-w",
                "666 | can be changed by every user: chmod go-w",
                // The sticky bit of a file means nothing.
                "1606 | can be changed by every user: chmod o-w"
            })
    void aFileMayBeWritableByItsOwnerOnly(String octal, String fault) throws IOException {
        mode(file, octal);
        assertEquals(expected(fault, file), faults(file));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "600 | ",
                "700 | ",
                "604 | can be read by every user: chmod o-r",
                "644 | can be read by every user: chmod ROOTS-r",
                "666 | can be changed by every user: chmod ROOTS-rw",
                "601 | can be read by every user: chmod o-x"
            })
    void aSecretMayBeReadableByItsOwnerOnly(String octal, String fault) throws IOException {
        mode(file, octal);
        List<String> faults = modes.faultsOfSecret(file);
        String mended = octal.equals("666") && ROOT ? "go-rw" : ROOT ? "o-r" : "go-r";
        assertEquals(
                fault == null ? List.of() : expected(fault.replaceFirst("ROOTS-rw?", mended), file),
                faults.stream().filter(it -> it.startsWith(file.toString())).toList());
    }

    @Test
    void aSecretOfRootsMayBeReadByItsGroup() throws IOException {
        mode(file, "640");
        boolean fine = modes.faultsOfSecret(file).stream().noneMatch(fault -> fault.startsWith(file.toString()));
        assertEquals(ROOT, fine);
    }

    private static List<String> expected(String fault, Path path) throws IOException {
        return fault == null ? List.of() : List.of(path + " " + fault.replace("GROUP", group(path)) + " " + path);
    }

    private static String group(Path path) throws IOException {
        return Files.getAttribute(path, "posix:group", LinkOption.NOFOLLOW_LINKS)
                .toString();
    }

    @Test
    void aFolderThatLeadsThereMayBeWritableByOthersOnlyWithTheStickyBit() throws IOException {
        mode(folder, "777");
        assertEquals(expected("can be changed by every user: chmod go-w", folder), faults(file));
        mode(folder, "1777");
        assertEquals(List.of(), faults(file));
        // In the last folder others could make what is not there yet.
        assertEquals(expected("can be changed by every user: chmod go-w", folder), faults(folder));
    }

    @Test
    void theFoldersAboveTheTopDoNotCount() throws IOException {
        mode(top, "777");
        assertTrue(faults(file).contains(top + " can be changed by every user: chmod go-w " + top));
        assertEquals(List.of(), modes.faultsBelow(folder, file));
        assertTrue(modes.faults(file).contains(top + " can be changed by every user: chmod go-w " + top));
    }

    @Test
    void whatDoesNotExistHasNoFaultButTheFolderForItHas() throws IOException {
        assertEquals(List.of(), faults(folder.resolve("missing/file")));
        mode(folder, "757");
        assertEquals(
                expected("can be changed by every user: chmod o-w", folder), faults(folder.resolve("missing/file")));
    }

    @Test
    void linksAreFollowedAndWhatTheyLeadThroughCounts() throws IOException {
        Path elsewhere = Files.createDirectory(top.resolve("elsewhere"));
        Path target = Files.createFile(elsewhere.resolve("target"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("../elsewhere/./target"));
        assertEquals(List.of(), faults(link));
        mode(elsewhere, "757");
        mode(target, "606");
        assertEquals(
                List.of(
                        elsewhere + " can be changed by every user: chmod o-w " + elsewhere,
                        target + " can be changed by every user: chmod o-w " + target),
                faults(link));
        Path toFolder = Files.createSymbolicLink(top.resolve("to-folder"), elsewhere);
        assertEquals(2, faults(toFolder.resolve("target")).size());
    }

    @Test
    void aLinkToItselfIsLeftToWhoeverOpensIt() throws IOException {
        Path link = folder.resolve("link");
        Files.createSymbolicLink(link, link);
        assertEquals(List.of(), faults(link));
    }

    @Test
    void whatBelongsToAnotherUserIsAFaultAndSoIsALinkOfTheirs() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        StrictModes judge = modes;
        long self = SELF;
        if (ROOT) {
            Files.setAttribute(file, "unix:uid", 4_711);
            Files.setAttribute(link, "unix:uid", 4_711, LinkOption.NOFOLLOW_LINKS);
        } else {
            self = SELF + 1;
            judge = new StrictModes(self, self, () -> SHARED);
        }
        String owner = Files.getOwner(file).getName();
        List<String> faults = judge.faults(link);
        assertTrue(faults.contains(link + " belongs to " + owner + ": chown -h " + self + " " + link), "" + faults);
        assertTrue(faults.contains(file + " belongs to " + owner + ": chown " + self + " " + file), "" + faults);
    }

    @Test
    void whatBelongsToRootIsTrusted() {
        assertEquals(List.of(), new StrictModes(4_711, 4_711, () -> SHARED).faults(Path.of("/etc/passwd")));
    }

    @Test
    void aGroupThatNobodyElseIsInMayDoAnything() throws IOException {
        mode(folder, "770");
        mode(file, "660");
        assertEquals(2, faults(file).size());
        Number group = (Number) Files.getAttribute(file, "unix:gid");
        GroupMembers mine =
                new GroupMembers(List.of("me:x:" + SELF + ":" + group + ":::"), List.of("mine:x:" + group + ":"));
        StrictModes judge = new StrictModes(SELF, SELF, () -> mine);
        assertEquals(List.of(), judge.faultsBelow(top, file));
        assertEquals(
                List.of(),
                judge.faultsOfSecret(file).stream()
                        .filter(fault -> fault.startsWith(file.toString()))
                        .toList());
    }

    @Test
    void aStrangeNameStaysOneWordOnOneLine() throws IOException {
        Path strange = Files.createFile(folder.resolve("it's\u001b[31m a\nname"));
        mode(strange, "606");
        assertEquals(
                List.of("'" + folder + "/it'\\''s [31m a name' can be changed by every user: chmod o-w '" + folder
                        + "/it'\\''s [31m a name'"),
                faults(strange));
    }

    @Test
    void filesAsKubernetesMountsThemArePassed() throws IOException {
        // A secret volume of a pod with an fsGroup; only root can make files that belong to root.
        Path volume = Files.createDirectory(top.resolve("volume"));
        mode(volume, "3777");
        Path dated = Files.createDirectory(volume.resolve("..2026_11_26"));
        mode(dated, "2755");
        Files.createSymbolicLink(volume.resolve("..data"), Path.of("..2026_11_26"));
        Path key = Files.createFile(dated.resolve("key"));
        mode(key, "440");
        Path link = Files.createSymbolicLink(volume.resolve("key"), Path.of("..data/key"));
        assertEquals(List.of(), faults(link));
        if (ROOT) {
            StrictModes bridge = new StrictModes(10_001, 10_001, () -> SHARED);
            assertEquals(
                    List.of(),
                    bridge.faultsOfSecret(link).stream()
                            .filter(fault -> fault.startsWith(volume.toString()))
                            .toList());
        }
    }

    @Test
    void theGroupOfRootIsPrivateToAProcessWithAnArbitraryUidInIt() throws IOException {
        // OpenShift: the uid is unknown to the container, the group is 0, and the data folder belongs to root and its
        // group.
        if (!ROOT) {
            return;
        }
        GroupMembers container = new GroupMembers(
                List.of("root:x:0:0:root:/root:/bin/bash", "bridge:x:10001:10001::/data:"), List.of("root:x:0:"));
        mode(folder, "770");
        assertEquals(List.of(), new StrictModes(54_321, 0, () -> container).faultsBelow(top, folder));
        assertEquals(List.of(), new StrictModes(10_001, 0, () -> container).faultsBelow(top, folder));
        assertEquals(
                1,
                new StrictModes(54_321, 54_321, () -> container)
                        .faultsBelow(top, folder)
                        .size());
        GroupMembers withAnother = new GroupMembers(container.users(), List.of("root:x:0:bridge"));
        assertEquals(
                1,
                new StrictModes(54_321, 0, () -> withAnother)
                        .faultsBelow(top, folder)
                        .size());
    }

    @Test
    void aVolumeOfAnotherFsGroupIsNamedAsSuch() throws IOException {
        mode(folder, "2770");
        List<String> faults = faults(folder);
        assertEquals(1, faults.size());
        assertTrue(
                faults.get(0)
                        .endsWith("chmod g-w " + folder + " (if Kubernetes mounts this volume: set its fsGroup to "
                                + SELF + ")"),
                faults.get(0));
    }

    @Test
    void aFileSystemThatKeepsNoPermissionsIsRecognized() throws IOException {
        Path later = folder.resolve("is/made/later");
        assertEquals(Optional.empty(), modes.faultOfFileSystem(later));
        String fault = modes.faultOfFileSystem(later, "rwxr-xr-x").orElseThrow();
        assertTrue(fault.startsWith(folder + " is on a file system ("), fault);
        assertTrue(fault.contains("Mount it with uid=" + SELF + ",umask=077"), fault);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }
}
