package dev.authbridge.command;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Replaces this process by another program, through {@code execve}. So no JVM stays behind that would take 40 MB for each
 * sandbox, would receive Ctrl-C as well as the program, or could be killed instead of the program.
 */
final class ProcessImage {
    private static final int NO_SUCH_FILE = 2;
    private static final int NOT_PERMITTED = 13;
    private static final int NOT_A_FOLDER = 20;
    private static final int SET_FILE_FLAGS = 2;
    private static final int CLOSE_ON_EXEC = 1;
    /** Large enough for the set of signals of any system. All zero means that no signal is blocked. */
    private static final int SIGNAL_SET_BYTES = 128;

    private static final int SET_MASK_LINUX = 2;
    private static final int SET_MASK_MAC = 3;

    private ProcessImage() {}

    /** The C library, in a separate class so that it is loaded only when needed: loading is slow. */
    private static final class LibC {
        static {
            // Otherwise JNA runs ldconfig to find a library that is loaded already.
            if (System.getProperty("jna.platform.library.path") == null) {
                System.setProperty("jna.platform.library.path", "/lib");
            }
            Native.register(LibC.class, NativeLibrary.getProcess());
        }

        private LibC() {}

        static native int execve(Pointer path, Pointer arguments, Pointer environment);

        static native int fcntl(int file, int command, int argument);

        static native int pthread_sigmask(int how, Pointer set, Pointer before);
    }

    /**
     * Does not return on success. The program gets no open files but the inherited ones and the standard streams. It is looked
     * up in the {@code PATH} of the given environment.
     *
     * @throws CommandFailure with exit code 127 if there is no such program, 126 if it cannot be run, 125 if this JVM cannot
     *     call the C library
     */
    static void replace(ProcessText command, ProcessText environment, OpenFiles inherited) throws CommandFailure {
        String program = command.entries().get(0);
        try (Strings arguments = new Strings(command.entries());
                Strings variables = new Strings(environment.entries())) {
            unblockSignals();
            for (int file : inherited.others()) {
                LibC.fcntl(file, SET_FILE_FLAGS, CLOSE_ON_EXEC);
            }
            int worst = NO_SUCH_FILE;
            for (String candidate : candidates(program, environment.value("PATH"))) {
                try (Strings path = new Strings(List.of(candidate))) {
                    LibC.execve(path.first(), arguments.array(), variables.array());
                }
                int error = Native.getLastError();
                if (error != NO_SUCH_FILE && error != NOT_A_FOLDER) {
                    worst = error;
                }
                if (error != NO_SUCH_FILE && error != NOT_A_FOLDER && error != NOT_PERMITTED) {
                    break;
                }
            }
            throw worst == NO_SUCH_FILE
                    ? new CommandFailure(ExitCode.NOT_FOUND, program + ": there is no such program")
                    : new CommandFailure(ExitCode.CANNOT_RUN, program + ": cannot be run (error " + worst + ")");
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            throw new CommandFailure(
                    ExitCode.EXEC_FAILED,
                    "JNA cannot be loaded; it needs glibc and a temporary folder that programs may run from"
                            + " (-Djna.tmpdir): " + e.getMessage());
        }
    }

    private static List<String> candidates(String program, String searchPath) {
        if (program.isEmpty() || program.contains("/")) {
            return List.of(program);
        }
        List<String> candidates = new ArrayList<>();
        for (String folder : searchPath.split(":", -1)) {
            candidates.add((folder.isEmpty() ? "." : folder) + "/" + program);
        }
        return candidates;
    }

    /** The JVM blocks some signals in its threads, and a new program would inherit that. */
    private static void unblockSignals() {
        try (Memory none = new Memory(SIGNAL_SET_BYTES)) {
            none.clear();
            boolean mac = System.getProperty("os.name").startsWith("Mac");
            LibC.pthread_sigmask(mac ? SET_MASK_MAC : SET_MASK_LINUX, none, Pointer.NULL);
        }
    }

    /** Strings as the C library takes them: an array of pointers that ends with a null pointer. */
    private static final class Strings implements AutoCloseable {
        private final List<Memory> texts = new ArrayList<>();
        private final Memory array;

        Strings(List<String> strings) {
            array = new Memory((strings.size() + 1L) * Native.POINTER_SIZE);
            array.clear();
            for (String string : strings) {
                byte[] bytes = ProcessText.bytes(string);
                Memory text = new Memory(bytes.length + 1L);
                text.clear();
                text.write(0, bytes, 0, bytes.length);
                array.setPointer((long) texts.size() * Native.POINTER_SIZE, text);
                texts.add(text);
            }
        }

        Pointer array() {
            return array;
        }

        Pointer first() {
            return texts.get(0);
        }

        @Override
        public void close() {
            array.close();
            texts.forEach(Memory::close);
        }
    }

    /**
     * The open files that this process inherited, as opposed to those that the JVM opened. Inherited files are passed on to the
     * new program, for example that of a shell's {@code <(…)}. The JVM's own files have to be told apart because it does not
     * mark all of them as close-on-exec.
     */
    static final class OpenFiles {
        private static final File FOLDER = new File("/proc/self/fd");
        private static final int STANDARD_ERROR = 2;

        private final Set<String> inherited = new HashSet<>();

        private OpenFiles() {}

        /** To be called before anything else opens files. Empty on a system without {@code /proc}. */
        static OpenFiles inherited() {
            OpenFiles files = new OpenFiles();
            List<String> ours = new ArrayList<>(List.of("/dev/random", "/dev/urandom"));
            for (String file : System.getProperty("java.class.path").split(File.pathSeparator)) {
                ours.add(real(Path.of(file)));
            }
            String java = real(Path.of(System.getProperty("java.home"))) + "/";
            for (String number : numbers()) {
                try {
                    String target = Files.readSymbolicLink(FOLDER.toPath().resolve(number))
                            .toString();
                    if (!ours.contains(target) && !target.startsWith(java)) {
                        files.inherited.add(number);
                    }
                } catch (IOException e) {
                    // This number was the listed folder itself, which was open only during the listing.
                    continue;
                }
            }
            return files;
        }

        /** The numbers of the files that are open now and were not inherited, except the standard streams. */
        List<Integer> others() {
            List<Integer> others = new ArrayList<>();
            for (String number : numbers()) {
                if (!inherited.contains(number) && Integer.parseInt(number) > STANDARD_ERROR) {
                    others.add(Integer.valueOf(number));
                }
            }
            return others;
        }

        private static String[] numbers() {
            String[] numbers = FOLDER.list();
            return numbers == null ? new String[0] : numbers;
        }

        private static String real(Path file) {
            try {
                return file.toRealPath().toString();
            } catch (IOException e) {
                // A class path may name a file that does not exist.
                return file.toString();
            }
        }
    }
}
