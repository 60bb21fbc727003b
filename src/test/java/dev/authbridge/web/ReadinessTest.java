package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.web.ops.Readiness;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReadinessTest extends ServerTest {
    @Test
    void readinessNamesEachFaultAndRecovers() throws Exception {
        assertEquals(200, server.get("/readyz").statusCode());
        server.fault = Optional.of("Mend this.");
        server.timers.turn(Readiness.GOOD_FOR);
        HttpResponse<String> no = server.get("/readyz");
        assertEquals(503, no.statusCode());
        assertFalse(json(no).path("ready").asBoolean(true));
        assertEquals("Mend this.", json(no).path("checks").path(0).path("error").asText());
        assertEquals(200, server.get("/healthz").statusCode());
        assertEquals(200, server.send("HEAD", "/healthz", null).statusCode());
        server.fault = Optional.empty();
        server.timers.turn(Readiness.BAD_FOR);
        assertEquals(200, server.get("/readyz").statusCode());
    }

    @Test
    void aGoodAnswerIsKeptForFiveSecondsAndABadOneForOne() throws Exception {
        for (int turn = 0; turn < 50; turn++) {
            assertEquals(200, server.get("/readyz").statusCode());
        }
        assertEquals(1, server.looks.get());
        server.fault = Optional.of("Mend this.");
        server.timers.turn(Duration.ofMillis(4_999));
        assertEquals(200, server.get("/readyz").statusCode());
        server.timers.turn(Duration.ofMillis(1));
        for (int turn = 0; turn < 50; turn++) {
            assertEquals(503, server.get("/readyz").statusCode());
        }
        assertEquals(2, server.looks.get());
        server.timers.turn(Duration.ofMillis(999));
        assertEquals(503, server.get("/readyz").statusCode());
        assertEquals(2, server.looks.get());
        server.fault = Optional.empty();
        server.timers.turn(Duration.ofMillis(1));
        assertEquals(200, server.get("/readyz").statusCode());
        assertEquals(3, server.looks.get());
    }

    @Test
    void questionsAtTheSameTimeShareOneLook() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        server.whenLooked = () -> {
            begun.countDown();
            return mayEnd.await(10, TimeUnit.SECONDS);
        };
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        answers.add(server.sendAsync("GET", "/readyz"));
        assertTrue(begun.await(10, TimeUnit.SECONDS));
        for (int turn = 0; turn < 20; turn++) {
            answers.add(server.sendAsync("GET", "/readyz"));
        }
        assertEquals(200, server.get("/healthz").statusCode());
        mayEnd.countDown();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertEquals(200, answer.get(10, TimeUnit.SECONDS).statusCode());
        }
        assertEquals(1, server.looks.get());
    }

    @Test
    void readinessDistinguishesPendingChecksFromFaults() throws Exception {
        server.notYet = Optional.of("Wait.");
        JsonNode waiting = json(server.get("/readyz"));
        assertFalse(waiting.path("ready").asBoolean(true));
        assertFalse(waiting.path("checks").path(0).has("pending"));
        assertEquals("Wait.", waiting.path("checks").path(1).path("error").asText());
        assertTrue(waiting.path("checks").path(1).path("pending").asBoolean());
        server.fault = Optional.of("Mend this.");
        HttpResponse<String> broken = server.get("/readyz");
        assertEquals(503, broken.statusCode());
        assertFalse(json(broken).path("checks").path(0).path("pending").asBoolean(true));
    }

    @Test
    void readinessNamesWhoAdministersTheServer() throws Exception {
        assertFalse(json(server.get("/readyz")).has("contact"));
        startAnew(RunningServer.Setting.USUAL.withContact("Ops, ops@example.org"));
        assertEquals(
                "Ops, ops@example.org",
                json(server.get("/readyz")).path("contact").asText());
    }

    @Test
    void pagesOfConfiguredOriginsMayReadTheFaults() throws Exception {
        startAnew(RunningServer.Setting.USUAL.withOrigins("https://app.example"));
        server.fault = Optional.of("Mend this.");
        HttpResponse<String> further = server.get("/readyz", "Origin", "https://app.example");
        assertEquals(503, further.statusCode());
        assertEquals(Optional.of("https://app.example"), further.headers().firstValue("Access-Control-Allow-Origin"));
        assertEquals(Optional.of("Origin"), further.headers().firstValue("Vary"));
        assertEquals(
                Optional.empty(),
                server.get("/readyz", "Origin", "https://other.example")
                        .headers()
                        .firstValue("Access-Control-Allow-Origin"));
    }
}
