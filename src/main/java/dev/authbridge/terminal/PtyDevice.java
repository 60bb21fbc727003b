package dev.authbridge.terminal;

import com.pty4j.PtyProcess;
import com.pty4j.WinSize;
import com.pty4j.unix.Pty;
import com.pty4j.unix.UnixPtyProcess;
import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The two ends of one pseudo-terminal and its window size.
 *
 * <p>Problem: pty4j's builder sets the window size only after the program has started, so a quick program sees 0 columns. And it
 * has no way to abort a write that no program reads, while a terminal cannot be closed with a write in progress.
 * Solution: pty4j's own {@link Pty}, with the window size set and the program's end opened here before the program starts.
 * Keeping that end open has a second purpose: {@code read} then reports the end only after pty4j's reaper has seen
 * the program exit, so that no output is lost (JetBrains/pty4j#181).
 */
final class PtyDevice {
    private static final int O_NOCTTY = Platform.isLinux() ? 0x100 : 0x20000;
    private static final int O_WRONLY = 1;
    private static final int O_RDWR = 2;
    private static final int TCIFLUSH = Platform.isLinux() ? 0 : 1;

    /** Opening it makes a pseudo-terminal: its other end is then in {@code /dev/pts}. */
    private static final Path MULTIPLEXER = Path.of("/dev/ptmx");

    /** On Linux, as {@code stat} shows it: major number 5, minor number 2. */
    private static final int MULTIPLEXER_NUMBER = 5 << 8 | 2;

    /** Functions of the C library that pty4j does not make public. */
    private interface C extends Library {
        int open(String path, int flags) throws LastErrorException;

        int close(int descriptor) throws LastErrorException;

        int tcflush(int descriptor, int queue) throws LastErrorException;
    }

    private static final class Loaded {
        private static final C LIBRARY = Native.load(Platform.C_LIBRARY_NAME, C.class);
    }

    private final Pty pty;
    private int programEnd = -1;

    private PtyDevice(Pty pty) {
        this.pty = pty;
    }

    /** Opens a terminal of that size. Whatever fails leaves no descriptor behind. */
    static PtyDevice open(int columns, int rows) throws IOException {
        try {
            PtyDevice device = new PtyDevice(new Pty());
            device.prepare(columns, rows);
            return device;
        } catch (LinkageError | RuntimeException e) {
            throw new IOException(
                    "no native code for pseudo-terminals: needs glibc and a temporary folder that programs may run from"
                            + " (-Djna.tmpdir, -Dpty4j.tmpdir)",
                    e);
        }
    }

    private void prepare(int columns, int rows) throws IOException {
        try {
            if (pty.getMasterFD() < 0) {
                throw new IOException("no pseudo-terminal is available: " + whyNone());
            }
            programEnd = Loaded.LIBRARY.open(pty.getSlaveName(), O_WRONLY | O_NOCTTY);
            pty.setWindowSize(new WinSize(columns, rows), null);
        } catch (LastErrorException e) {
            closeAfter(e);
            throw new IOException("cannot open " + pty.getSlaveName() + ": " + e.getMessage(), e);
        } catch (IOException | RuntimeException | LinkageError e) {
            closeAfter(e);
            throw e;
        }
    }

    /** pty4j fails to close what it could not open. */
    private void closeAfter(Throwable failure) {
        try {
            close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Why no terminal could be made, as far as can be seen from outside; containers and sandboxes may lack any of it. */
    private static String whyNone() throws IOException {
        if (!Files.exists(MULTIPLEXER)) {
            return "there is no " + MULTIPLEXER;
        }
        try {
            Loaded.LIBRARY.close(Loaded.LIBRARY.open(MULTIPLEXER.toString(), O_RDWR | O_NOCTTY));
        } catch (LastErrorException e) {
            return MULTIPLEXER + " cannot be opened (" + e.getMessage() + ")" + withoutDevpts();
        }
        if (Platform.isLinux()
                && ((Number) Files.getAttribute(MULTIPLEXER, "unix:rdev")).longValue() != MULTIPLEXER_NUMBER) {
            return MULTIPLEXER + " is another file than the device of that name";
        }
        return MULTIPLEXER + " makes none" + withoutDevpts();
    }

    private static String withoutDevpts() {
        return Platform.isLinux() && !Files.exists(Path.of("/dev/pts/ptmx"))
                ? ", and no devpts file system is mounted at /dev/pts"
                : "";
    }

    /** Starts the program with this as its controlling terminal, leading a session and process group of its own. */
    @SuppressWarnings("deprecation") // The one constructor that takes a terminal made before; see above.
    PtyProcess start(List<String> command, Map<String, String> environment, Path directory) throws IOException {
        String[] variables = environment.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toArray(String[]::new);
        try {
            PtyProcess process = new UnixPtyProcess(
                    command.toArray(String[]::new), variables, directory.toString(), pty, null, false);
            // pty4j closes the streams that nobody has asked for, so ask for all of them.
            process.getInputStream();
            process.getOutputStream();
            return process;
        } finally {
            renameReapers();
        }
    }

    /** pty4j names the thread that waits for the program after the whole command line, which would show in thread dumps. */
    private static void renameReapers() {
        Thread[] threads = new Thread[Thread.activeCount() + 16];
        int count = Thread.enumerate(threads);
        for (Thread thread : Arrays.asList(threads).subList(0, count)) {
            if (thread.getName().startsWith("PtyProcess Reaper for ")) {
                thread.setName("pty-reaper");
            }
        }
    }

    /** The name of the program's end, as {@code /dev/pts/5}. */
    String name() {
        return pty.getSlaveName();
    }

    /** What the program writes. Read it into arrays only: pty4j returns single bytes as negative numbers. */
    InputStream output() {
        return pty.getInputStream();
    }

    /** What the program reads. A write may block for ever, and does not report failure. */
    OutputStream input() {
        return pty.getOutputStream();
    }

    /** Throws away what the program has not read yet, so that a write that waits for room can finish. */
    void discardInput() {
        Loaded.LIBRARY.tcflush(programEnd, TCIFLUSH);
    }

    /** Closes both ends. Call it only after {@code read} has returned −1, and with no write in progress. */
    void close() throws IOException {
        if (programEnd >= 0) {
            Loaded.LIBRARY.close(programEnd);
            programEnd = -1;
        }
        pty.close();
    }
}
