package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clock of the machine is set while the server runs: what lasts a certain time lasts neither longer nor shorter. */
class ClockSetTest extends ServerTest {
    private JsonNode status() throws Exception {
        return json(server.get("/api/claude/auth", "Authorization", "Bearer " + KEY));
    }

    private String link() throws Exception {
        return status().path("link").asText();
    }

    @ParameterizedTest(name = "by {0} hours")
    @ValueSource(ints = {-24, 24})
    void aLinkLastsTenMinutes(int hours) throws Exception {
        String used = link();
        String unused = link();
        server.timers.set(Duration.ofHours(hours));
        assertEquals(200, server.get(used).statusCode());
        server.timers.turn(Duration.ofMinutes(10));
        assertEquals(410, server.get(unused).statusCode());
    }

    @ParameterizedTest(name = "by {0} hours")
    @ValueSource(ints = {-24, 24})
    void aLoginWaitsTenMinutesForItsCode(int hours) throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            server.startToPrompt(page);
        }
        server.timers.set(Duration.ofHours(hours));
        server.timers.turn(Duration.ofMinutes(9));
        assertEquals("awaiting_code", status().path("state").asText());
        server.timers.turn(Duration.ofMinutes(1));
        assertEquals("signed_out", status().path("state").asText());
        assertTrue(server.setupToken.last().ended());
    }

    @ParameterizedTest(name = "by {0} hours")
    @ValueSource(ints = {-24, 24})
    void aSilentSocketIsClosedAfterItsTimeAndNoOther(int hours) throws Exception {
        try (RawSocket silent = RawSocket.open(server.port, KEY);
                SocketClient page = server.connectAs(KEY)) {
            page.status();
            server.timers.set(Duration.ofHours(hours));
            server.timers.turn(Duration.ofSeconds(20));
            assertEquals(2, server.openSockets());
            page.status();
            server.timers.turn(Duration.ofSeconds(40));
            RawSocket.Frame frame = silent.next();
            while (frame.opcode() == RawSocket.PING) {
                frame = silent.next();
            }
            assertEquals(RawSocket.CLOSE, frame.opcode());
            page.status();
        }
    }

    @ParameterizedTest(name = "by {0} hours")
    @ValueSource(ints = {-24, 24})
    void aLimitEndsAfterItsTime(int hours) throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            for (int tries = 0; tries < 10; tries++) {
                page.start();
                page.until("status");
                page.cancel();
                page.until("error");
            }
            server.timers.set(Duration.ofHours(hours));
            page.start();
            assertEquals("rate_limited", page.until("error").path("reason").asText());
            server.timers.turn(Duration.ofSeconds(20));
            page.start();
            assertEquals("starting", page.until("status").path("state").asText());
        }
    }
}
