package dev.authbridge.claude.install;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * A program file that could not be run, and what can be seen of the reason in the file and its file system: that it was built
 * for another machine, needs something that is missing here, or lies where nothing may be run. Blocks on the disk.
 *
 * <p>It only explains a failure: the kernel may be able to run more than is known here, such as programs of other processors
 * through an emulator.
 *
 * @param path of the file
 * @param searchPath the {@code PATH} with which it was run
 */
record ProgramFile(Path path, String searchPath) {
    /** Enough for the headers of a program, and for the first line of a script. */
    private static final int BEGINNING = 8_192;

    private static final int ELF = 0x7F454C46;
    private static final int SHORTEST_ELF = 64;
    private static final int INTERPRETER = 3;

    /** The values of {@code e_machine} in the header of an ELF file (System V ABI), as {@code os.arch} has them. */
    private static final Map<Integer, String> PROCESSORS =
            Map.of(3, "i386", 40, "arm", 62, "amd64", 183, "aarch64", 243, "riscv64", 21, "ppc64", 22, "s390x");

    private static final Map<Integer, String> OF_OTHER_SYSTEMS = Map.of(
            0xCFFAEDFE,
            "macOS",
            0xCEFAEDFE,
            "macOS",
            0xCAFEBABE,
            "macOS",
            0x4D5A9000,
            "Windows",
            0x4D5A7800,
            "Windows");

    /** Why it cannot be run, as the beginning of a sentence that is ended by a full stop; empty if nothing is seen. */
    Optional<String> fault() {
        try {
            if (isOnNoexec(path)) {
                return Optional.of("it lies on a file system that is mounted with noexec");
            }
            byte[] beginning = beginning();
            if (beginning.length == 0) {
                return Optional.of("the file is empty");
            }
            if (beginning.length > 2 && beginning[0] == '#' && beginning[1] == '!') {
                return script(new String(beginning, ISO_8859_1).split("\n", 2)[0]);
            }
            return beginning.length < Integer.BYTES ? Optional.empty() : binary(ByteBuffer.wrap(beginning));
        } catch (IOException | RuntimeException e) {
            // A file that cannot be read, or whose headers make no sense, explains nothing.
            return Optional.empty();
        }
    }

    private byte[] beginning() throws IOException {
        try (InputStream file = Files.newInputStream(path)) {
            return file.readNBytes(BEGINNING);
        }
    }

    private Optional<String> script(String firstLine) {
        if (firstLine.endsWith("\r")) {
            return Optional.of("its lines end as on Windows (CRLF), so its first line does not name a program here");
        }
        String[] words = firstLine.substring(2).strip().split("[ \t]+");
        if (!Files.isExecutable(Path.of(words[0]))) {
            return Optional.of("its first line names " + words[0] + ", which "
                    + (Files.exists(Path.of(words[0])) ? "cannot be executed" : "is not there"));
        }
        boolean searched = words[0].endsWith("/env") && words.length > 1 && !words[1].startsWith("-");
        return searched && !isOnSearchPath(words[1])
                ? Optional.of("it needs " + words[1] + ", which is not on the PATH of the server (" + searchPath + ")")
                : Optional.empty();
    }

    private boolean isOnSearchPath(String name) {
        return Arrays.stream(searchPath.split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }

    private Optional<String> binary(ByteBuffer header) throws IOException {
        int magic = header.getInt(0);
        if (OF_OTHER_SYSTEMS.containsKey(magic)) {
            return Optional.of("it is a program for " + OF_OTHER_SYSTEMS.get(magic));
        }
        if (magic != ELF || header.limit() < SHORTEST_ELF) {
            return Optional.empty();
        }
        header.order(header.get(5) == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        String processor = PROCESSORS.get((int) header.getShort(18));
        String here = System.getProperty("os.arch");
        if (processor != null && PROCESSORS.containsValue(here) && !processor.equals(here)) {
            return Optional.of("it was built for another processor (" + processor + "; this machine has " + here + ")");
        }
        if (header.get(4) != 2) {
            return Optional.empty();
        }
        long sectionsEnd = header.getLong(40) + (long) header.getShort(58) * header.getShort(60);
        if (sectionsEnd > Files.size(path)) {
            return Optional.of("the file is incomplete, it was cut off at " + Files.size(path) + " bytes");
        }
        return loader(header)
                .filter(loader -> !Files.exists(Path.of(loader)))
                .map(loader -> "it needs the program loader " + loader
                        + ", which is not there: it was built for another C library ("
                        + (loader.contains("musl") ? "musl" : "glibc") + ")");
    }

    /** The name of the program that loads this one and the libraries that it needs; empty if it needs none. */
    private static Optional<String> loader(ByteBuffer header) {
        int at = (int) header.getLong(32);
        int size = header.getShort(54);
        for (int number = 0; number < header.getShort(56); number++, at += size) {
            if (header.getInt(at) == INTERPRETER) {
                byte[] name = new byte[(int) header.getLong(at + 32) - 1];
                header.position((int) header.getLong(at + 8));
                header.get(name);
                return Optional.of(new String(name, ISO_8859_1).split("\0", 2)[0]);
            }
        }
        return Optional.empty();
    }

    /** Whether nothing may be run from the file system of this file; Java does not tell. Elsewhere than on Linux, false. */
    static boolean isOnNoexec(Path file) {
        try {
            return isMountedNoexec(file);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isMountedNoexec(Path file) throws IOException {
        Path mounts = Path.of("/proc/self/mounts");
        if (!Files.exists(mounts)) {
            return false;
        }
        Path real = file.toRealPath();
        int longest = -1;
        boolean noexec = false;
        for (String line : Files.readAllLines(mounts, ISO_8859_1)) {
            String[] words = line.split(" ");
            Path mounted = Path.of(words[1].replace("\\040", " "));
            // The later one is on top.
            if (real.startsWith(mounted) && mounted.getNameCount() >= longest) {
                longest = mounted.getNameCount();
                noexec = Arrays.asList(words[3].split(",")).contains("noexec");
            }
        }
        return noexec;
    }
}
