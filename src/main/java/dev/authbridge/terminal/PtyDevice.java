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
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The two ends of one pseudo-terminal and its window size.
 *
 * <p>Problem: pty4j's builder sets the window size only once the program runs, so that a quick one sees 0 columns; and it
 * knows no way to get a write back that nobody reads, without which nothing can be closed. Why the program's
 * end is open here at all: only then does {@code read} end no sooner than pty4j's reaper has said that the program is
 * gone, and nothing is lost (JetBrains/pty4j#181). Solution: pty4j's own {@link Pty}, its window size set and the
 * program's end opened here, before the program starts.
 */
final class PtyDevice {
    private static final int O_NOCTTY = Platform.isLinux() ? 0x100 : 0x20000;
    private static final int O_WRONLY = 1;
    private static final int TCIFLUSH = Platform.isLinux() ? 0 : 1;

    /** The calls of the C library that pty4j keeps to itself. */
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
                throw new IOException("no pseudo-terminal is to be had (" + pty.getMasterFD() + ")");
            }
            programEnd = Loaded.LIBRARY.open(pty.getSlaveName(), O_WRONLY | O_NOCTTY);
            pty.setWindowSize(new WinSize(columns, rows), null);
        } catch (LastErrorException e) {
            close();
            throw new IOException("cannot open " + pty.getSlaveName() + ": " + e.getMessage(), e);
        } catch (IOException | RuntimeException | LinkageError e) {
            close();
            throw e;
        }
    }

    /** Starts the program with this as its controlling terminal, leading a session and process group of its own. */
    @SuppressWarnings("deprecation") // The one constructor that takes a terminal made before; see above.
    PtyProcess start(List<String> command, Map<String, String> environment, Path directory) throws IOException {
        String[] variables = environment.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toArray(String[]::new);
        PtyProcess process =
                new UnixPtyProcess(command.toArray(String[]::new), variables, directory.toString(), pty, null, false);
        // What pty4j is never asked for, it closes behind our back.
        process.getInputStream();
        process.getOutputStream();
        renameReapers();
        return process;
    }

    /** pty4j puts all arguments into the name of the thread that waits for the program; names end up in dumps. */
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

    /** What the program writes; only to be read into arrays (single bytes come out negative). */
    InputStream output() {
        return pty.getInputStream();
    }

    /** What the program reads. A write may block without end, and says nothing where it fails. */
    OutputStream input() {
        return pty.getOutputStream();
    }

    /** Throws away what the program has not read, which lets a write go on that waits for room. */
    void discardInput() {
        Loaded.LIBRARY.tcflush(programEnd, TCIFLUSH);
    }

    /** Closes what is open. Only after {@code read} returned −1 and with no write on its way. */
    void close() throws IOException {
        if (programEnd >= 0) {
            Loaded.LIBRARY.close(programEnd);
            programEnd = -1;
        }
        pty.close();
    }
}
