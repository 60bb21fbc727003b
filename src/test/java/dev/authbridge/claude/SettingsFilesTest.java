package dev.authbridge.claude;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.credential.SeenCredentials.Ambient;
import dev.authbridge.credential.SeenCredentials.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings files that Claude obeys before its environment, as the table of what was measured with the real CLI has them. */
class SettingsFilesTest {
    private static final String USER = "home/.claude/settings.json";
    private static final String PROJECT = "work/.claude/settings.json";
    private static final String LOCAL = "work/.claude/settings.local.json";
    private static final String MANAGED = "etc/managed-settings.json";
    private static final String SECRET = "sk-ant-api03-in-a-file";

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();

    @ParameterizedTest
    @ValueSource(strings = {USER, PROJECT, LOCAL, MANAGED, "etc/managed-settings.d/10-more.json"})
    void aHelperIsFoundInEachFile(String file) throws Exception {
        write(file, "{\"apiKeyHelper\": \"echo " + SECRET + "\"}");
        assertEquals("apiKeyHelper in " + folder.resolve(file) + ": api_key", all());
        String advice = found().get(0).setting().map(Setting::advice).orElseThrow();
        assertTrue(advice.startsWith("apiKeyHelper in " + folder.resolve(file) + " wins over"), advice);
        assertEquals(file.startsWith("etc"), advice.contains("Only the administrator"), advice);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ANTHROPIC_API_KEY | sk-ant-api03-x | api_key | [api_key, oauth_token]",
                "ANTHROPIC_API_KEY | '' | none | [api_key]",
                "ANTHROPIC_AUTH_TOKEN | x | api_key | [api_key, oauth_token]",
                "ANTHROPIC_AUTH_TOKEN | '' | |",
                "CLAUDE_CODE_OAUTH_TOKEN | sk-ant-oat01-x | oauth_token | [oauth_token]",
                "CLAUDE_CODE_OAUTH_TOKEN | '' | none | [oauth_token]",
                "ANTHROPIC_BASE_URL | http://127.0.0.1:1 | none | [api_key, oauth_token]",
                "ANTHROPIC_BASE_URL | '' | |",
                "ANTHROPIC_CUSTOM_HEADERS | Authorization: Bearer x | other | [api_key, oauth_token]",
                "ANTHROPIC_CUSTOM_HEADERS | X-Api-Key: x | other | [api_key, oauth_token]",
                "ANTHROPIC_CUSTOM_HEADERS | X-Team: a | |",
                "CLAUDE_CODE_USE_BEDROCK | 1 | other | [api_key, oauth_token]",
                "CLAUDE_CODE_USE_VERTEX | true | other | [api_key, oauth_token]",
                "CLAUDE_CODE_USE_FOUNDRY | 1 | other | [api_key, oauth_token]",
                "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD | 1 | other | [api_key, oauth_token]",
                "CLAUDE_CODE_CUSTOM_OAUTH_URL | https://oauth.example | none | [oauth_token]",
                "CLAUDE_CODE_USE_BEDROCK | 0 | |",
                "CLAUDE_CODE_SIMPLE | 1 | none | [oauth_token]",
                "NODE_TLS_REJECT_UNAUTHORIZED | 0 | none | [api_key, oauth_token]",
                "NODE_TLS_REJECT_UNAUTHORIZED | 1 | |",
                "HTTPS_PROXY | http://127.0.0.1:1 | |",
                "ANTHROPIC_MODEL | opus | |",
            })
    void aVariableOfAFileIsFoundIfItMatters(String name, String value, String method, String outranks)
            throws Exception {
        write(USER, "{\"env\": {\"" + name + "\": \"" + value + "\"}}");
        String expected = method == null ? "" : "env." + name + " in " + folder.resolve(USER) + ": " + method;
        assertEquals(expected, all());
        for (Ambient each : found()) {
            assertEquals(
                    outranks,
                    each.setting().orElseThrow().outranks().stream()
                            .sorted()
                            .toList()
                            .toString());
            assertFalse(value.length() > 1 && each.toString().contains(value), each.toString());
        }
    }

    @Test
    void theFileThatWinsIsNamed() throws Exception {
        for (String file : List.of(
                USER, PROJECT, LOCAL, MANAGED, "etc/managed-settings.d/1.json", "etc/managed-settings.d/2.json")) {
            write(file, "{\"env\": {\"ANTHROPIC_API_KEY\": \"" + SECRET + "\"}}");
            assertEquals("env.ANTHROPIC_API_KEY in " + folder.resolve(file) + ": api_key", all());
        }
    }

    @Test
    void whatClaudeUsesIsFirstWhereverItIs() throws Exception {
        environment.put("ANTHROPIC_API_KEY", SECRET);
        environment.put("CLAUDE_CODE_OAUTH_TOKEN", "sk-ant-oat01-x");
        write(
                USER,
                "{\"apiKeyHelper\": \"x\", \"env\": {\"ANTHROPIC_BASE_URL\": \"https://gw.example\", \"ANTHROPIC_AUTH_TOKEN\": 7}}");
        write(
                "home/.claude.json",
                "{\"projects\": {\"/\": {\"primaryApiKey\": 1}}, \"primaryApiKey\": \"" + SECRET + "\"}");
        assertEquals(
                "env.ANTHROPIC_AUTH_TOKEN in USER: api_key, apiKeyHelper in USER: api_key, anthropic_api_key: api_key,"
                        + " claude_code_oauth_token: oauth_token, env.ANTHROPIC_BASE_URL in USER: none, cli_key: api_key",
                all().replace(folder.resolve(USER).toString(), "USER"));
        assertFalse(found().toString().contains("sk-ant"), found().toString());
    }

    @Test
    void anEmptyVariableOfAFileHidesThatOfTheEnvironment() throws Exception {
        environment.put("ANTHROPIC_API_KEY", SECRET);
        write(USER, "{\"env\": {\"ANTHROPIC_API_KEY\": \"\"}}");
        assertEquals("env.ANTHROPIC_API_KEY in " + folder.resolve(USER) + ": none", all());
    }

    @Test
    void aTokenOfTheWorkingFolderCountsInOlderVersionsOnly() throws Exception {
        write(PROJECT, "{\"env\": {\"CLAUDE_CODE_OAUTH_TOKEN\": \"sk-ant-oat01-x\"}}");
        assertEquals("env.CLAUDE_CODE_OAUTH_TOKEN in " + folder.resolve(PROJECT) + ": none", all());
        assertTrue(found().get(0).setting().orElseThrow().advice().contains("before 2.1.315"));
    }

    @Test
    void theLocalSettingsOfARepositoryCountInItsSubfolders() throws Exception {
        write(".git/HEAD", "ref: refs/heads/main");
        write(".claude/settings.json", "{\"apiKeyHelper\": \"x\"}");
        assertEquals(List.of(), found());
        write(".claude/settings.local.json", "{\"apiKeyHelper\": \"x\"}");
        assertEquals("apiKeyHelper in " + folder.resolve(".claude/settings.local.json") + ": api_key", all());
        write("work/.git", "gitdir: elsewhere");
        assertEquals(List.of(), found());
    }

    @Test
    void anAuthorityOfTheWorkingFoldersChoiceIsNamed() throws Exception {
        String content = "{\"env\": {\"HTTPS_PROXY\": \"http://127.0.0.1:1\", \"NODE_EXTRA_CA_CERTS\": \"ca.pem\"}}";
        for (String usual : List.of(USER, MANAGED)) {
            write(usual, content);
        }
        assertEquals(List.of(), found());
        Files.delete(folder.resolve(MANAGED));
        write(PROJECT, content);
        assertEquals("env.NODE_EXTRA_CA_CERTS in " + folder.resolve(PROJECT) + ": none", all());
        assertTrue(found().get(0).outranks(ClaudeCredential.OAUTH_TOKEN.wireName()));
    }

    @Test
    void whatTheWorkingFolderCannotSetIsNotNamed() throws Exception {
        write(PROJECT, "{\"env\": {\"CLAUDE_CODE_SIMPLE\": \"1\", \"NODE_TLS_REJECT_UNAUTHORIZED\": \"0\"}}");
        assertEquals(List.of(), found());
    }

    @Test
    void whatTheAdministratorMakesClaudeRefuseIsNamed() throws Exception {
        write(USER, "{\"forceLoginMethod\": \"console\"}");
        assertEquals(List.of(), found());
        write(MANAGED, "{\"forceLoginMethod\": \"claudeai\"}");
        assertEquals("forceLoginMethod in " + folder.resolve(MANAGED) + ": none", all());
        assertFalse(found().get(0).outranks(ClaudeCredential.OAUTH_TOKEN.wireName()));
        write(MANAGED, "{\"forceLoginMethod\": \"console\"}");
        assertTrue(found().get(0).outranks(ClaudeCredential.OAUTH_TOKEN.wireName()));
        assertTrue(found().get(0).outranks(ClaudeCredential.API_KEY.wireName()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "true", "null", "{}", "[1]"})
    void aVariableThatIsNoTextCountsAsOne(String value) throws Exception {
        write(USER, "{\"env\": {\"ANTHROPIC_API_KEY\": " + value + "}}");
        assertEquals("env.ANTHROPIC_API_KEY in " + folder.resolve(USER) + ": api_key", all());
    }

    @Test
    void anEmptyHelperOfTheWorkingFolderUndoesThatOfTheUser() throws Exception {
        write(USER, "{\"apiKeyHelper\": \"x\"}");
        write(PROJECT, "{\"apiKeyHelper\": \"\"}");
        assertEquals(List.of(), found());
    }

    @Test
    void theBridgesOwnHelperIsInTheWayOfATokenOnly() throws Exception {
        write(USER, "{\"apiKeyHelper\": \"java -jar /opt/claude-auth-bridge.jar key-helper\"}");
        Ambient helper = found().get(0);
        assertTrue(helper.outranks(ClaudeCredential.OAUTH_TOKEN.wireName()));
        assertFalse(helper.outranks(ClaudeCredential.API_KEY.wireName()));
    }

    @Test
    void theUsersFolderMayBeElsewhereOrTheWorkingFoldersOwn() throws Exception {
        write("elsewhere/settings.json", "{\"apiKeyHelper\": \"x\"}");
        environment.put("CLAUDE_CONFIG_DIR", folder.resolve("elsewhere").toString());
        assertEquals("apiKeyHelper in " + folder.resolve("elsewhere/settings.json") + ": api_key", all());

        environment.put("CLAUDE_CONFIG_DIR", folder.resolve("work/.claude").toString());
        write(PROJECT, "nonsense");
        assertEquals(1, found().size(), "one file was read twice");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"env\": {\"ANTHROPIC_API_KEY\": \"" + SECRET + "\"}",
                "{ // a comment\n \"apiKeyHelper\": \"" + SECRET + "\"}",
                "{\"apiKeyHelper\": \"" + SECRET + "\"} x",
                "{\"apiKeyHelper\": 7, \"env\": {\"ANTHROPIC_API_KEY\": \"" + SECRET + "\"}}",
                "{\"apiKeyHelper\": \"" + SECRET + "\", \"env\": 7}",
                "{\"apiKeyHelper\": \"" + SECRET + "\", \"env\": []}",
                "{\"apiKeyHelper\": \"" + SECRET + "\", \"env\": {\"ANTHROPIC_API_KEY\":",
                "[\"" + SECRET + "\"]",
                "\u0000\u0001\u0002" + SECRET,
                SECRET
            })
    void aFileThatClaudeIgnoresIsNamedAndNothingOfItIsTold(String content) throws Exception {
        write(USER, content);
        assertIsNamed(folder.resolve(USER), "so Claude ignores ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "{}", "{\"env\": {}}", "{\"env\": null}", "{\"apiKeyHelper\": \"\"}"})
    void aFileWithoutSuchAnEntryIsNotNamed(String content) throws Exception {
        write(USER, content);
        assertEquals(List.of(), found());
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whatIsNoOrdinaryFileDoesNoHarm() throws Exception {
        Path file = folder.resolve(USER);
        write(USER, "{\"apiKeyHelper\": \"" + SECRET + "\", \"x\": \"" + "x".repeat(2_000_000) + "\"}");
        assertIsNamed(file, "is larger than");

        String deep = "[".repeat(5_000) + "]".repeat(5_000);
        for (String evasion : List.of("[".repeat(500_000), deep, "1".repeat(5_000))) {
            Files.writeString(file, "{\"a\": " + evasion + ", \"apiKeyHelper\": \"" + SECRET + "\"}");
            assertIsNamed(file, "so it is not known what is in it");
            assertTrue(found().get(0).setting().orElseThrow().unknown(), "Claude may obey it");
        }

        Files.delete(file);
        Files.createDirectory(file);
        assertIsNamed(file, "is not an ordinary file");

        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("/dev/zero"));
        assertIsNamed(file, "is not an ordinary file");

        Files.delete(file);
        Files.createSymbolicLink(file, file);
        assertIsNamed(file, "cannot be read");

        Files.delete(file);
        assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
        assertIsNamed(file, "is not an ordinary file");

        Files.delete(file);
        Files.createSymbolicLink(file, folder.resolve("nowhere"));
        assertEquals(List.of(), found());

        Files.delete(file);
        write("dotfiles/claude.json", "{\"apiKeyHelper\": \"x\"}");
        Files.createSymbolicLink(file, folder.resolve("dotfiles/claude.json"));
        assertEquals("apiKeyHelper in " + file + ": api_key", all());
    }

    @Test
    void theOtherFilesOfTheCliDoNoHarmEither() throws Exception {
        Files.createDirectories(folder.resolve("home/.claude/.credentials.json"));
        Files.createSymbolicLink(folder.resolve("home/.claude.json"), Path.of("/dev/zero"));
        write("etc/managed-settings.d", "not a folder");
        assertEquals(List.of(), found());
    }

    /** HOME is /dev/null in some containers. */
    @Test
    void whereAFileIsInPlaceOfAFolderThereAreNoSettings() throws Exception {
        write("home", "");
        write("work/.claude", "");
        write("etc", "");
        assertEquals(List.of(), found());
    }

    @Test
    void theNameOfAWorkingFolderCannotForgeALine() throws Exception {
        Path named = folder.resolve("w\u001b[31m\nforged: line");
        Files.createDirectories(named);
        write("w\u001b[31m\nforged: line/.claude/settings.json", "{\"apiKeyHelper\": \"x\"}");
        Setting setting = new SettingsFiles(folder.resolve("home"), named, folder.resolve("etc"))
                .entry("apiKeyHelper")
                .flatMap(Ambient::setting)
                .orElseThrow();
        for (String text : List.of(setting.file(), setting.advice())) {
            assertTrue(text.contains("/w [31m forged: line/"), text);
            assertTrue(text.chars().noneMatch(Character::isISOControl), text);
        }
    }

    private void assertIsNamed(Path file, String why) {
        assertEquals(1, found().size(), found().toString());
        Ambient named = found().get(0);
        assertEquals(Ambient.NONE, named.method());
        Setting setting = named.setting().orElseThrow();
        assertEquals(file.toString(), setting.file());
        assertTrue(setting.advice().startsWith(file + " ") && setting.advice().contains(why), setting.advice());
        assertFalse(named.toString().contains("sk-ant"), named.toString());
    }

    private void write(String file, String content) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private List<Ambient> found() {
        environment.put("HOME", folder.resolve("home").toString());
        return new AmbientCredentials(environment, folder.resolve("work"), folder.resolve("etc")).found();
    }

    private String all() {
        return found().stream()
                .map(each ->
                        each.setting()
                                        .map(setting -> setting.entry() + " in " + setting.file())
                                        .orElse(each.source()) + ": " + each.method())
                .collect(joining(", "));
    }
}
