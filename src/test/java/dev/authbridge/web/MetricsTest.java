package dev.authbridge.web;

import static dev.authbridge.web.RunningServer.KEY;
import static dev.authbridge.web.RunningServer.STATE;
import static dev.authbridge.web.RunningServer.TOKEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Secret;
import dev.authbridge.store.FileVault;
import dev.authbridge.support.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetricsTest extends ServerTest {
    @Test
    void theMetricsCountWhatHappens() throws Exception {
        try (SocketClient page = server.connectAs(KEY)) {
            page.start();
            page.next("status");
            server.timers.turn(Duration.ofMillis(700));
            server.setupToken.last().showsUrl(STATE);
            page.next("url");
            page.submit(RunningServer.CODE);
            page.next("status");
            server.setupToken.last().refuses(Reason.CODE_REJECTED);
            page.next("error");
            server.setupToken.last().showsUrl(STATE);
            page.next("url");
            page.submit(RunningServer.CODE);
            page.next("status");
            server.setupToken.last().showsToken(TOKEN);
            page.until("complete");
            page.start();
            server.setupToken.started(2).get(1).fails(Reason.NETWORK);
            page.until("error");
            page.say("status", "{\"key\":\"wrong-wrong-wrong-wrong\"}");
            page.until("error");
            Eventually.waitUntil(
                    Duration.ofSeconds(20),
                    () -> server.metrics().contains("claude_auth_credential_valid{owner=\"anna\"} 1.0"),
                    server::metrics);
            String metrics = server.metrics();
            for (String line : List.of(
                    "claude_auth_logins_ended_total{outcome=\"complete\"} 1.0",
                    "claude_auth_logins_ended_total{outcome=\"network\"} 1.0",
                    "claude_auth_codes_refused_total{reason=\"code_rejected\"} 1.0",
                    "claude_auth_keys_rejected_total 1.0",
                    "claude_auth_open_sockets 1.0",
                    "claude_auth_time_to_url_seconds_bucket{le=\"0.5\"} 0",
                    "claude_auth_time_to_url_seconds_bucket{le=\"1.0\"} 1",
                    "claude_auth_credential_expires_timestamp_seconds{owner=\"anna\"} ")) {
                assertTrue(metrics.contains("\n" + line), line + " is missing in " + metrics);
            }
            assertFalse(metrics.contains(KEY) || metrics.contains(TOKEN));
        }
    }

    @Test
    void aCredentialThatEndsSoonIsInTheMetrics() throws Exception {
        Instant longAgo = Instant.now()
                .minus(ClaudeCredential.OAUTH_TOKEN.lifetime().orElseThrow())
                .plus(Duration.ofDays(5));
        FileVault.open(folder, Optional.empty(), ClaudeCredential.KINDS)
                .keep(new Owner("anna"), ClaudeCredential.token(new Secret(TOKEN), longAgo));
        assertEquals(
                200,
                server.send("POST", "/api/claude/auth/validate", null, "Authorization", "Bearer " + KEY)
                        .statusCode());
        Eventually.waitUntil(
                Duration.ofSeconds(20),
                () -> server.metrics().contains("claude_auth_credential_warning_days{owner=\"anna\"} 7.0"),
                server::metrics);
    }
}
