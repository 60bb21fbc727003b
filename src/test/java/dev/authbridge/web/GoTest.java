package dev.authbridge.web;

import static dev.authbridge.support.Stages.now;
import static dev.authbridge.web.RunningServer.ANNA;
import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.OTHER_KEY;
import static dev.authbridge.web.RunningServer.STATE;
import static dev.authbridge.web.RunningServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.authbridge.core.Reason;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class GoTest extends ServerTest {
    private static final Pattern WAIT = Pattern.compile("data-wait=\"([A-Za-z0-9_-]{32})\"");

    private String link() throws Exception {
        return json(server.get("/api/claude/auth", "Authorization", "Bearer " + KEY))
                .path("link")
                .asText();
    }

    private static String waitOf(HttpResponse<String> page) {
        Matcher wait = WAIT.matcher(page.body());
        assertTrue(wait.find(), page.body());
        return "/go/" + wait.group(1);
    }

    @Test
    void oneClickStartsTheLoginAndLeadsToItsUrl() throws Exception {
        HttpResponse<String> page = server.get(link(), "User-Agent", "Mozilla/5.0 (iPhone) Safari/604.1");
        assertEquals(200, page.statusCode());
        assertTrue(page.body().contains("This sign-in is for “anna”."), page.body());
        assertEquals("no-store", page.headers().firstValue("Cache-Control").orElse(""));
        assertEquals("no-referrer", page.headers().firstValue("Referrer-Policy").orElse(""));
        assertEquals(1, server.setupToken.started(1).size());
        assertEquals("Safari on iPhone", server.onLoop(() -> now(server.logins.snapshot(ANNA))
                .startedBy()
                .orElseThrow()
                .device()));

        CompletableFuture<HttpResponse<String>> waiting = server.sendAsync("POST", waitOf(page));
        String url = server.setupToken.last().showsUrl(STATE).value();
        HttpResponse<String> answer = waiting.get(10, TimeUnit.SECONDS);
        assertEquals(url, json(answer).path("url").asText());
        assertEquals("no-store", answer.headers().firstValue("Cache-Control").orElse(""));
        assertEquals(410, server.send("POST", waitOf(page), null).statusCode());
    }

    @Test
    void aLinkWorksOnce() throws Exception {
        String link = link();
        assertEquals(200, server.get(link).statusCode());
        HttpResponse<String> again = server.get(link);
        assertEquals(410, again.statusCode());
        assertTrue(again.body().contains("Go back to the first tab"), again.body());
        assertEquals(410, server.get("/go/nobody-knows-this-ticket-at-all-00").statusCode());
        assertEquals(1, server.setupToken.started(1).size());
    }

    @Test
    void aLinkExpiresAfterTenMinutes() throws Exception {
        String link = link();
        server.timers.turn(Duration.ofMinutes(10));
        assertEquals(410, server.get(link).statusCode());
        assertTrue(server.setupToken.programs().isEmpty());
    }

    @Test
    void prefetchingDoesNotUseUpTheLink() throws Exception {
        String link = link();
        assertEquals(405, server.send("HEAD", link, null).statusCode());
        assertEquals(503, server.get(link, "Sec-Purpose", "prefetch;prerender").statusCode());
        assertTrue(server.setupToken.programs().isEmpty());
        assertEquals(200, server.get(link).statusCode());
    }

    @Test
    void aSecondLinkJoinsTheSameLogin() throws Exception {
        String one = link();
        String two = link();
        server.get(one);
        String url = server.setupToken.last().showsUrl(STATE).value();
        HttpResponse<String> page = server.get(two);
        assertEquals(
                url, json(server.send("POST", waitOf(page), null)).path("url").asText());
        assertEquals(1, server.setupToken.started(1).size());
    }

    @Test
    void withoutJavaScriptThePageReloadsUntilTheUrlIsThere() throws Exception {
        HttpResponse<String> page = server.get(link());
        String wait = waitOf(page);
        assertTrue(page.body().contains("<noscript><meta http-equiv=\"refresh\" content=\"2;url=.." + wait + "\">"));
        assertEquals(wait, waitOf(server.get(wait)));
        String url = server.setupToken.last().showsUrl(STATE).value();
        server.onLoop(() -> null);
        HttpResponse<String> there = server.get(wait);
        assertEquals(303, there.statusCode());
        assertEquals(url, there.headers().firstValue("Location").orElse(""));
        assertEquals(410, server.get(wait).statusCode());
    }

    @Test
    void aFailureIsShownWithWhatToDo() throws Exception {
        HttpResponse<String> page = server.get(link());
        CompletableFuture<HttpResponse<String>> waiting = server.sendAsync("POST", waitOf(page));
        server.setupToken.last().fails(Reason.CLI_FAILED);
        HttpResponse<String> answer = waiting.get(10, TimeUnit.SECONDS);
        assertEquals("cli_failed", json(answer).path("reason").asText());
        assertFalse(json(answer).path("error").asText().isEmpty());
    }

    @Test
    void aLongWaitIsAnsweredAndMayGoOn() throws Exception {
        HttpResponse<String> page = server.get(link());
        CompletableFuture<HttpResponse<String>> waiting = server.sendAsync("POST", waitOf(page));
        while (!waiting.isDone()) {
            server.timers.turn(Duration.ofSeconds(1));
            server.get("/healthz");
        }
        assertTrue(json(waiting.get()).path("waiting").asBoolean());
        String url = server.setupToken.last().showsUrl(STATE).value();
        assertEquals(
                url, json(server.send("POST", waitOf(page), null)).path("url").asText());
    }

    @Test
    void whileTheCliIsBeingInstalledThePageSaysSoAndWaitsForAsLongAsThatTakes() throws Exception {
        server.setupToken.installing(true);
        String wait = waitOf(server.get(link()));
        for (int minutes = 0; minutes < 24; minutes += 8) {
            HttpResponse<String> page = server.get(wait);
            assertEquals(wait, waitOf(page));
            assertTrue(page.body().contains("The Claude CLI is being installed on this server"), page.body());
            server.timers.turn(Duration.ofMinutes(8));
        }
        server.setupToken.installing(false);
        HttpResponse<String> installed = server.get(wait);
        assertTrue(installed.body().contains("Claude is preparing your sign-in."), installed.body());
        String url = server.setupToken.last().showsUrl(STATE).value();
        assertEquals(url, json(server.send("POST", wait, null)).path("url").asText());
    }

    @Test
    void thereIsNoLinkIfSigningInIsSwitchedOff() throws Exception {
        startAnew(RunningServer.Setting.USUAL.withLogins(false, 2, 0));
        JsonNode status = json(server.get("/api/claude/auth", "Authorization", "Bearer " + KEY));
        assertEquals("signed_out", status.path("state").asText());
        assertTrue(status.path("link").isMissingNode());
    }

    @Test
    void thePageHasAStrictPolicyAndNoInlineCode() throws Exception {
        HttpResponse<String> page = server.get(link());
        String policy = page.headers().firstValue("Content-Security-Policy").orElse("");
        assertTrue(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), policy);
        assertFalse(policy.contains("unsafe"), policy);
        assertFalse(page.body().matches("(?s).*<script[^>]*>[^<].*"), page.body());
        assertFalse(page.body().contains("<style"), page.body());
        assertEquals(200, server.get("/claude-login/go.js").statusCode());
        assertEquals(200, server.get("/claude-login/go.css").statusCode());
    }

    @Test
    void oneOwnersFloodOfStatusesLeavesTheLinksOfOthersAndItsOwnOtherTabsAlone() throws Exception {
        startAnew(RunningServer.Setting.USUAL.withMostMessages(Integer.MAX_VALUE - 1_000));
        try (SocketClient ben = server.connectAs(OTHER_KEY);
                SocketClient tab = server.connectAs(KEY);
                SocketClient flood = server.connectAs(KEY)) {
            String link = ben.status().path("link").asText();
            String ofTab = tab.status().path("link").asText();
            String first = flood.status().path("link").asText();
            for (int turn = 0; turn < 1_100; turn++) {
                flood.say("status", "{}");
                flood.next("status");
            }
            server.timers.turn(Duration.ofSeconds(10));
            assertEquals(200, server.get(link).statusCode());
            assertEquals(200, server.get(ofTab).statusCode());
            assertEquals(410, server.get(first).statusCode());
        }
    }

    @Test
    void aTabThatIsSentANewStatusHasOneLinkAndRequestsHaveAFew() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            String first = page.status().path("link").asText();
            String second = page.status().path("link").asText();
            List<String> ofRequests = new ArrayList<>();
            for (int turn = 0; turn < 9; turn++) {
                ofRequests.add(json(server.get("/api/claude/auth", "Authorization", "Bearer " + KEY))
                        .path("link")
                        .asText());
            }
            server.timers.turn(Duration.ofSeconds(10));
            assertEquals(410, server.get(first).statusCode());
            assertEquals(410, server.get(ofRequests.get(0)).statusCode());
            assertEquals(200, server.get(ofRequests.get(1)).statusCode());
            assertEquals(200, server.get(second).statusCode());
        }
    }
}
