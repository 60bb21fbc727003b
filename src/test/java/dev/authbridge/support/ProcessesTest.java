package dev.authbridge.support;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ProcessesTest {
    @Test
    void theArgumentsOfAGrandchildAreSeen() throws IOException {
        String word = UUID.randomUUID().toString();
        Process child = new ProcessBuilder("sh", "-c", "sh -c 'sleep 60; true' " + word + " & wait").start();
        try {
            assertTrue(Eventually.holds(
                    Duration.ofSeconds(10), () -> Processes.arguments().contains("sleep 60; true " + word)));
        } finally {
            child.descendants().forEach(ProcessHandle::destroyForcibly);
            child.destroyForcibly();
        }
    }
}
