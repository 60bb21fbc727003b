package dev.authbridge.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.support.Leaks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole logins over a real WebSocket, one after the other, with a scripted CLI: they leave nothing behind. */
class ManyLoginsTest {
    /** Until everything that is loaded and made once is there. */
    private static final int WARM_UP = 50;

    /** What the heap may hold more afterwards, in bytes; what a login needs is more than a hundredth of it. */
    private static final long MORE_HEAP = 3_000_000;

    private static final Logger LOG = Logger.getLogger("dev.authbridge");

    @TempDir
    private Path folder;

    @BeforeAll
    static void keepTheLogShort() {
        LOG.setLevel(Level.WARNING);
    }

    @AfterAll
    static void logAgain() {
        LOG.setLevel(null);
    }

    @Test
    void aHundredLoginsLeaveNothingBehind() throws Exception {
        signIn(100);
    }

    @Test
    @Tag("thorough")
    void tenThousandLoginsLeaveNothingBehind() throws Exception {
        signIn(10_000);
    }

    private void signIn(int times) throws Exception {
        try (RunningServer server = new RunningServer(folder)) {
            repeat(server, WARM_UP);
            Leaks leaks = Leaks.before();
            long before = heap();
            repeat(server, times);
            leaks.assertNothingLeft();
            long more = heap() - before;
            assertTrue(more < MORE_HEAP, () -> times + " logins left " + more + " bytes in the heap");
            assertEquals(0, server.onLoop(server.logins::running));
        }
    }

    private static void repeat(RunningServer server, int times) throws Exception {
        for (int time = 0; time < times; time++) {
            try (SocketClient page = server.connectAs(RunningServer.KEY)) {
                server.startToPrompt(page);
                page.submit(RunningServer.CODE);
                page.next("status");
                server.setupToken.last().showsToken(RunningServer.TOKEN);
                JsonNode complete = page.until("complete");
                assertTrue(complete.path("success").asBoolean());
            }
            server.setupToken.forget();
            // Until the owner may start the next one.
            server.timers.turn(Duration.ofSeconds(20));
        }
    }

    /** Bytes of the heap that are in use, after a collection. */
    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
