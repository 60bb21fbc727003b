package dev.authbridge.command;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The files that were open when this process started, without the JVM's own: they are meant for the program that takes its
 * place, as the file of a shell's {@code <(…)} is. The JVM does not mark all of its files to be closed with it.
 */
final class OpenFiles {
    private static final File FOLDER = new File("/proc/self/fd");
    private static final int STANDARD_ERROR = 2;

    private final Set<String> inherited = new HashSet<>();

    private OpenFiles() {}

    /** To be asked for before anything else opens files. Knows nothing where there is no {@code /proc}. */
    static OpenFiles inherited() {
        OpenFiles files = new OpenFiles();
        List<String> ours = new ArrayList<>(List.of("/dev/random", "/dev/urandom"));
        for (String file : System.getProperty("java.class.path").split(File.pathSeparator)) {
            ours.add(real(Path.of(file)));
        }
        String java = real(Path.of(System.getProperty("java.home"))) + "/";
        for (String number : numbers()) {
            try {
                String target =
                        Files.readSymbolicLink(FOLDER.toPath().resolve(number)).toString();
                if (!ours.contains(target) && !target.startsWith(java)) {
                    files.inherited.add(number);
                }
            } catch (IOException e) {
                // gone already: it was the folder, open while it was listed
                continue;
            }
        }
        return files;
    }

    /** The files that are open now and were not inherited. */
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
            // a class path may name what is not there
            return file.toString();
        }
    }
}
