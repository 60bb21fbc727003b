package dev.authbridge.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.core.Owner;
import dev.authbridge.support.ApiStandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusTest extends OnAMachine {
    @Test
    void theStatusTellsEverythingButTheSecret() throws Exception {
        keepToken("default");
        vault().update(Owner.DEFAULT, vault().read(Owner.DEFAULT).orElseThrow(), it -> it.withLabel("build server"));
        environment.put("ANTHROPIC_API_KEY", API_KEY);
        CommandRun text = run("status");
        assertEquals(0, text.exitCode());
        String fingerprint = vault().read(Owner.DEFAULT).orElseThrow().fingerprint();
        for (String part : List.of(
                "with a sign-in token, " + fingerprint,
                "build server",
                "2027-11-21 12:00 UTC (estimated), 364 days left",
                "not asked yet",
                "never",
                "Also here:  ANTHROPIC_API_KEY of the environment",
                "a Claude started by hand uses ANTHROPIC_API_KEY of the environment",
                "one started through exec uses the bridge's")) {
            assertTrue(text.out().contains(part), part + " is not in\n" + text.out());
        }
        assertFalse(text.out().contains("sk-ant"), text.out());

        JsonNode json = new ObjectMapper().readTree(run("status", "--json").out());
        assertEquals("signed_in", json.path("state").asText());
        assertEquals(fingerprint, json.path("credential").path("fingerprint").asText());
        assertEquals(
                "anthropic_api_key", json.path("found").get(0).path("source").asText());
        assertTrue(json.path("conflict").asBoolean());
        assertFalse(json.toString().contains("sk-ant"), json.toString());
    }

    @Test
    void theStatusNamesTheSettingThatWinsAndItsFile() throws Exception {
        keepToken("default");
        Path settings = writeSettings("{\"apiKeyHelper\": \"echo " + API_KEY + "\"}");
        CommandRun text = run("status");
        for (String part : List.of(
                "Also here:  apiKeyHelper in " + settings,
                "a Claude started by hand uses apiKeyHelper in " + settings,
                "one started through exec uses apiKeyHelper in " + settings,
                "In the way: apiKeyHelper in " + settings
                        + " wins over the credential of the bridge. Unless you mean that,"
                        + " remove it from the file.")) {
            assertTrue(text.out().contains(part), part + " is not in\n" + text.out());
        }
        assertFalse(text.out().contains("sk-ant"), text.out());

        JsonNode json = new ObjectMapper().readTree(run("status", "--json").out());
        JsonNode found = json.path("found").get(0);
        assertEquals("settings_file", found.path("source").asText());
        assertEquals("api_key", found.path("method").asText());
        assertEquals(settings.toString(), found.path("file").asText());
        assertEquals("apiKeyHelper", found.path("entry").asText());
        assertTrue(found.path("advice").asText().contains("remove it"), json.toString());
        assertEquals("settings_file", json.path("usedByHand").asText());
        assertEquals("settings_file", json.path("usedThroughBridge").asText());
        assertFalse(json.toString().contains("sk-ant"), json.toString());
    }

    @Test
    void aSettingThatDoesNotMatterToTheCredentialIsNotInTheWay() throws Exception {
        keepApiKey("default");
        Path settings = writeSettings("{\"apiKeyHelper\": \"java -jar claude-auth-bridge.jar key-helper\"}");
        CommandRun text = run("status");
        assertTrue(text.out().contains("Also here:  apiKeyHelper in " + settings), text.out());
        assertTrue(text.out().contains("one started through exec uses the bridge's"), text.out());
        assertFalse(text.out().contains("In the way"), text.out());
    }

    @Test
    void theStatusCanAskTheService() throws Exception {
        keepToken("default");
        try (ApiStandIn service = ApiStandIn.open()) {
            environment.putAll(service.vendor().environment());
            assertTrue(run("status", "--check").out().contains("Service:    valid: 200 (2026-11-22 12:00 UTC)"));
        }
        assertTrue(run("status").out().contains("Service:    valid: 200"));
    }

    @Test
    void whatIsLoggedAtATerminalHasNeitherTimeNorClass() throws Exception {
        keepToken("default");
        Files.writeString(data.resolve("vault").resolve("default.credential"), "damaged");
        CommandRun told = BridgeProcess.run(BridgeProcess.of(environment, List.of("status")));
        assertTrue(told.err().startsWith("WARNING: default: "), told.err());
        assertTrue(
                told.err().lines().allMatch(line -> line.matches("(WARNING|claude-auth-bridge status): .*")),
                told.err());
    }
}
