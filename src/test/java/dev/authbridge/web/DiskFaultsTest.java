package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.ANNA;
import static dev.authbridge.web.RunningServer.CODE;
import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.TOKEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.credential.Credential;
import dev.authbridge.support.Needs;
import dev.authbridge.support.SecretsGrep;
import dev.authbridge.support.SmallDisk;
import dev.authbridge.support.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins while the file system with the credentials is full or read-only. */
@Needs(Tool.MOUNT)
class DiskFaultsTest {
    private static final String NEW_TOKEN = "sk-ant-oat01-" + "N".repeat(95);

    @TempDir
    private Path folder;

    private SmallDisk disk;
    private RunningServer server;

    @BeforeEach
    void start() throws Exception {
        disk = SmallDisk.on(folder);
        server = new RunningServer(folder);
        server.signIn();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        disk.close();
    }

    private String handedOut() throws Exception {
        return server.credentials
                .use(ANNA)
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .map(Credential::reveal)
                .orElse("none");
    }

    @Test
    void aTokenThatIsWonWhileTheDiskIsFullIsStoredOnceThereIsRoom() throws Exception {
        try (SocketClient page = server.connectAs(KEY);
                SecretsGrep log = SecretsGrep.open()) {
            server.startToPrompt(page);
            page.submit(CODE);
            page.until("status");
            disk.fill();
            server.setupToken.last().showsToken(NEW_TOKEN);
            JsonNode error = page.until("error");
            assertEquals("storage_failed", error.path("reason").asText());
            String why = error.path("error").asText();
            assertTrue(why.contains("No space left on device") && why.contains("memory"), why);
            assertTrue(log.log().stream().anyMatch(line -> line.contains("No space left on device")), "" + log.log());
            assertEquals(TOKEN, handedOut());

            disk.free();
            server.timers.turn(Duration.ofSeconds(5));
            assertTrue(page.until("complete").path("success").asBoolean());
            assertEquals("signed_in", page.state());
            assertEquals(NEW_TOKEN, handedOut());
            assertFalse(String.join("", log.log()).contains("sk-ant-"), "a secret in the log");
        }
    }

    @Test
    void nobodySignsInForNothingWhileTheDiskIsReadOnly() throws Exception {
        disk.readOnly();
        try (SocketClient page = server.connectAs(KEY)) {
            page.start();
            JsonNode error = page.until("error");
            assertEquals("storage_failed", error.path("reason").asText());
            assertTrue(error.path("error").asText().contains("is not writable"), error.toString());
            assertTrue(server.setupToken.programs().isEmpty());
            assertEquals(TOKEN, handedOut());

            disk.writable();
            server.startToPrompt(page);
            page.submit(CODE);
            page.until("status");
            server.setupToken.last().showsToken(NEW_TOKEN);
            page.until("complete");
            assertEquals(NEW_TOKEN, handedOut());
        }
    }
}
