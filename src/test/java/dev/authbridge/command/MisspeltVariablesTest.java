package dev.authbridge.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MisspeltVariablesTest {
    private static final String CANARY = "canary-4711";

    @ParameterizedTest
    @CsvSource({
        "CLAUDE_AUTH_KYE, CLAUDE_AUTH_KEY",
        "CLAUDE_AUTH_KEY_FIEL, CLAUDE_AUTH_KEY_FILE",
        "CLAUDE_AUTH_KEYFILE, CLAUDE_AUTH_KEY_FILE",
        "CLAUDE_AUTH_KEYS, CLAUDE_AUTH_KEY",
        "CLAUDE_AUTH_MASTERKEY, CLAUDE_AUTH_MASTER_KEY",
        "CLAUDE_AUTH_MASTER_KEYS_FILE, CLAUDE_AUTH_MASTER_KEY_FILE",
        "CLAUDE_AUTH_ORIGIN, CLAUDE_AUTH_ORIGINS",
        "CLAUDE_AUTH_PROXY, CLAUDE_AUTH_BEHIND_PROXY",
        "CLAUDE_AUTH_TRUSTED_PROXY, CLAUDE_AUTH_TRUSTED_PROXIES",
        "CLAUDE_AUTH_TLS_CERTIFICATE, CLAUDE_AUTH_TLS_CERT",
        "CLAUDE_AUTH_IDLE, CLAUDE_AUTH_SESSION_IDLE",
        "CLAUDE_AUTH_CREDENTIALS_PATH, CLAUDE_CREDENTIALS_PATH",
        "CLAUDE_AUTH_COMMAND, CLAUDE_COMMAND",
        "CLAUDE_AUTH_BRIDGE_PORT, CLAUDE_AUTH_PORT",
        "CLAUDE_CREDENTIAL_PATH, CLAUDE_CREDENTIALS_PATH",
        "CLAUDE_CREDENTIALS_DIR, CLAUDE_CREDENTIALS_PATH",
        "CLAUDE_COMAND, CLAUDE_COMMAND",
        "CLAUD_AUTH_KEY, CLAUDE_AUTH_KEY",
        "CLAUDE_AUHT_KEY, CLAUDE_AUTH_KEY",
        "CLAUDEAUTH_KEY, CLAUDE_AUTH_KEY",
        "claude_auth_key, CLAUDE_AUTH_KEY",
        "Claude_Auth_Port, CLAUDE_AUTH_PORT",
        "CLAUDE-AUTH-HOST, CLAUDE_AUTH_HOST",
        "claude.auth.host, CLAUDE_AUTH_HOST",
    })
    void theNameThatWasMeantIsNamed(String name, String meant) {
        assertEquals(
                List.of(name + " is ignored: the bridge has no variable of this name; did you mean " + meant + "?"),
                MisspeltVariables.in(Map.of(name, CANARY)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CLAUDE_AUTH_FROBNICATE", "CLAUDE_AUTH_", "CLAUDE_AUTH_CLUSTER"})
    void aNameThatResemblesNoneIsNamedAlone(String name) {
        assertEquals(
                List.of(name + " is ignored: the bridge has no variable of this name"),
                MisspeltVariables.in(Map.of(name, CANARY)));
    }

    @Test
    void onlySecretsHaveAFile() {
        assertEquals(
                List.of("CLAUDE_AUTH_PORT_FILE is ignored: only secrets can be given in a file"),
                MisspeltVariables.in(Map.of("CLAUDE_AUTH_PORT_FILE", "/run/secrets/port")));
    }

    @Test
    void variablesOfTheVendorAndOfKubernetesAreNotMeant() {
        Map<String, String> environment = new HashMap<>();
        for (String name : List.of(
                "CLAUDE_CODE_OAUTH_TOKEN",
                "CLAUDE_CONFIG_DIR",
                "CLAUDE_ENV_FILE",
                "CLAUDE_PROJECT_DIR",
                "CLAUDE_CODE_REMOTE",
                "CLAUDECODE",
                "CLASSPATH",
                "CLUTTER_IM_MODULE",
                "CLAUDE_AUTH_SERVICE_HOST",
                "CLAUDE_AUTH_SERVICE_PORT",
                "CLAUDE_AUTH_SERVICE_PORT_HTTP",
                "CLAUDE_AUTH_PORT_8765_TCP",
                "CLAUDE_AUTH_PORT_8765_TCP_ADDR",
                "CLAUDE_AUTH_BRIDGE_SERVICE_HOST",
                "CLAUDE_AUTH_BRIDGE_PORT_8765_TCP_PROTO")) {
            environment.put(name, "1");
        }
        environment.put("CLAUDE_AUTH_BRIDGE_PORT", "tcp://10.96.0.17:8765");
        environment.put("CLAUDE_AUTH_KYE", " ");
        MisspeltVariables.NAMES.forEach(name -> environment.put(name, CANARY));
        assertEquals(List.of(), MisspeltVariables.in(environment));
    }

    @Test
    void manyAndHostileNamesStayFewShortLines() {
        Map<String, String> environment = new HashMap<>();
        for (int at = 10; at < 40; at++) {
            environment.put("CLAUDE_AUTH_\u001b[31m\n" + at + "x".repeat(100_000), CANARY);
        }
        List<String> sentences = MisspeltVariables.in(environment);
        assertEquals(11, sentences.size());
        assertEquals("and 20 more such variables are ignored", sentences.get(10));
        for (String sentence : sentences) {
            assertTrue(sentence.length() < 200 && sentence.chars().allMatch(character -> character >= ' '), sentence);
            assertFalse(sentence.contains(CANARY), sentence);
        }
    }

    @Test
    void theNamesAreThoseOfTheDocumentation() throws Exception {
        // The table before the first section; others are about the CLI's variables.
        String table = Files.readString(Path.of("docs/configuration.md")).split("\n## ")[0];
        Matcher row = Pattern.compile("(?m)^\\| (`CLAUDE_[^|]*) \\|").matcher(table);
        TreeSet<String> documented = new TreeSet<>();
        while (row.find()) {
            for (String name : row.group(1).split("[`, ]+")) {
                if (!name.isEmpty()) {
                    documented.add(name);
                }
            }
        }
        assertEquals(documented, new TreeSet<>(MisspeltVariables.NAMES));
    }
}
