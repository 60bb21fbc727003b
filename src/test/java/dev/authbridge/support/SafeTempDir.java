package dev.authbridge.support;

import dev.authbridge.core.StrictModes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Creates the tests' folders in the temporary folder of the build, or in {@code /tmp} if other users could change that one: the
 * bridge would not start with its data there. A checkout that is mounted into a container often belongs to another user.
 */
public final class SafeTempDir implements TempDirFactory {
    private static final Path OF_THE_BUILD = Path.of(System.getProperty("java.io.tmpdir"));

    private static final boolean SAFE =
            StrictModes.ofThisProcess().faults(OF_THE_BUILD).isEmpty();

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
        return Files.createTempDirectory(SAFE ? OF_THE_BUILD : Path.of("/tmp"), "junit-");
    }
}
