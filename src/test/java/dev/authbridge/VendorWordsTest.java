package dev.authbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Enforces that what is particular to the vendor stays in the package {@code claude}: no other package names the vendor or its
 * product, in code, texts or comments, except for names of the contract and those listed below.
 */
class VendorWordsTest {
    private static final Pattern WORDS = Pattern.compile("claude|anthropic|sk-ant-", Pattern.CASE_INSENSITIVE);

    /** Names of the contract, which other programs rely on; see the tables in README.md. */
    private static final Pattern CONTRACT = Pattern.compile(String.join(
            "|",
            // The product, its folders and the names of its secrets' purposes.
            "\\bclaude-auth-bridge\\b",
            "\\bClaudeAuthBridge\\b",
            // WebSocket events.
            "\\bclaude\\.(auth|chat)\\.[a-z]+\\b",
            // Environment variables of the bridge itself.
            "\\bCLAUDE_(AUTH_[A-Z_]+|COMMAND|CREDENTIALS_PATH)\\b",
            // Paths, cookies and metrics.
            "/api/claude/auth\\b",
            "/claude-login/",
            "\"(__Host-)?claude-(auth|device)-?\"",
            "\\bclaude_auth_[a-z_]+\\b",
            // The package itself, in imports, links and pictures.
            "\\b(dev\\.authbridge\\.claude|claude\\.print)\\b"));

    /** File → the parts of sentences for users that name the product. */
    private static final Map<String, List<String>> SENTENCES = Map.ofEntries(
            // Words of which people make keys.
            Map.entry(
                    "command/Bundle.java",
                    List.of(
                            "a fresh Claude starts without its onboarding wizard",
                            "A folder that Claude need not ask about",
                            "Claude runs what its settings name.",
                            "in that mode Claude runs commands",
                            "Note: Claude still asks about the folder",
                            "Start Claude in it with:")),
            Map.entry("command/ClaudeAuthBridge.java", List.of("Signs a headless machine in to Claude")),
            Map.entry("command/Doctor.java", List.of("\"Claude CLI\"")),
            Map.entry("command/Env.java", List.of("Prints the variables that let a Claude use the credential")),
            Map.entry("command/KeyHelper.java", List.of("for the apiKeyHelper setting of Claude Code.")),
            Map.entry("command/Login.java", List.of("Interrupted while the Claude CLI was installed.")),
            Map.entry(
                    "command/LoginDialog.java",
                    List.of("The Claude CLI did not end in time.", "Starting the Claude CLI")),
            Map.entry(
                    "command/MisspeltVariables.java",
                    List.of("CLAUDE_(AUTH_|CREDENTIALS?_)", "CLAUDE_(AUTH_)?(BRIDGE_)?")),
            Map.entry("command/Status.java", List.of("a Claude started by hand uses")),
            Map.entry("notify/CommandReceiver.java", List.of("\"CLAUDE_AUTH_\"")),
            Map.entry("gateway/LoginMessages.java", List.of("sign in to Claude, copy the code")),
            Map.entry(
                    "web/GoPage.java",
                    List.of("Claude is preparing your sign-in.", "The Claude CLI is being installed on this server")));

    @Test
    void noOtherPackageNamesTheVendor() throws IOException {
        assertEquals(Map.of(), found(), "what is particular to the vendor belongs into the package claude");
    }

    @Test
    void theListHasNoUnusedEntries() throws IOException {
        Set<String> needless = new TreeSet<>();
        for (Map.Entry<String, List<String>> file : SENTENCES.entrySet()) {
            Path path = ImportsTest.MAIN.resolve(file.getKey());
            String text = Files.exists(path) ? Files.readString(path) : "";
            file.getValue().stream()
                    .filter(sentence -> !text.contains(sentence))
                    .forEach(sentence -> needless.add(file.getKey() + ": " + sentence));
        }
        assertEquals(Set.of(), needless, "to be removed from the list of this test");
    }

    /** File → the lines that name the vendor. */
    private static Map<String, List<String>> found() throws IOException {
        Pattern allowed = Pattern.compile(CONTRACT.pattern() + "|\\b(" + String.join("|", typesOfClaude()) + ")\\b");
        Map<String, List<String>> found = new TreeMap<>();
        for (Path file : ImportsTest.sources()) {
            String name = ImportsTest.MAIN.relativize(file).toString();
            if (name.startsWith("claude/")) {
                continue;
            }
            for (String line : Files.readAllLines(file)) {
                String rest = allowed.matcher(line).replaceAll("");
                for (String sentence : SENTENCES.getOrDefault(name, List.of())) {
                    rest = rest.replace(sentence, "");
                }
                Matcher word = WORDS.matcher(rest);
                if (word.find()) {
                    found.computeIfAbsent(name, unseen -> new ArrayList<>()).add(line.strip());
                }
            }
        }
        return found;
    }

    /** {@link ImportsTest} says who may use them. */
    private static Set<String> typesOfClaude() throws IOException {
        return ImportsTest.sources().stream()
                .filter(file -> file.startsWith(ImportsTest.MAIN.resolve("claude")))
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());
    }
}
