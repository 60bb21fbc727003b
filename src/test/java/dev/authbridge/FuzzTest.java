package dev.authbridge;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.authbridge.web.HttpFuzz;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gives each {@link FuzzTarget} the inputs that are kept in {@code src/test/resources/fuzz}. */
@Timeout(60)
class FuzzTest {
    @ParameterizedTest
    @EnumSource
    void everyInputThatIsKeptIsHandled(FuzzTarget target) throws Exception {
        List<Path> inputs;
        try (Stream<Path> files = Files.list(target.kept())) {
            inputs = files.sorted().toList();
        }
        assertFalse(inputs.isEmpty());
        if (target == FuzzTarget.HTTP) {
            HttpFuzz.fuzzerInitialize();
        }
        try {
            for (Path input : inputs) {
                assertDoesNotThrow(() -> target.take(Files.readAllBytes(input)), input::toString);
            }
        } finally {
            if (target == FuzzTarget.HTTP) {
                HttpFuzz.fuzzerTearDown();
            }
        }
    }
}
