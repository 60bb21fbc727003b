package dev.authbridge.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.authbridge.credential.SandboxVariables;
import dev.authbridge.support.Needs;
import dev.authbridge.support.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real fish makes of {@code env --format fish}. */
@Needs(Tool.FISH)
class FishIT {
    @TempDir
    private Path folder;

    private List<String> printed(String script) throws Exception {
        // Without its configuration, fish has no universal variables; this HOME has none of anybody's.
        ProcessBuilder fish = new ProcessBuilder("fish", "-c", script).directory(folder.toFile());
        fish.environment().clear();
        fish.environment()
                .putAll(Map.of(
                        "PATH", System.getenv("PATH"), "HOME", folder.toString(), "LC_ALL", "C.UTF-8", "GONE", "old"));
        return EnvFormatTest.printed(fish);
    }

    @Test
    void everyValueIsSetAsItIs() throws Exception {
        StringBuilder script = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < EnvFormatTest.HOSTILE.size(); i++) {
            String value = EnvFormatTest.HOSTILE.get(i);
            Path written = Files.writeString(
                    folder.resolve("written-" + i), EnvFormat.fish.write(EnvFormatTest.variables(value)));
            for (String way : List.of("cat " + written + " | source", "eval (cat " + written + ")")) {
                // As a program sees it that fish starts, and not only fish itself.
                script.append("set -e VALUE; " + way + "; sh -c 'printf \"%s\\\\0\" \"$VALUE\"'\n");
                expected.add(value);
            }
        }
        expected.add("");
        assertEquals(expected, printed(script.toString()));
    }

    @Test
    void whatIsToBeUnsetIsGoneEvenIfTheUserSetItForAllSessions() throws Exception {
        SandboxVariables variables =
                new SandboxVariables(Map.of(), List.of("GONE", "NEVER_SET", "UNIVERSAL"), List.of());
        Path written = Files.writeString(folder.resolve("written"), EnvFormat.fish.write(variables));
        String seen = "sh -c 'printf \"%s|%s|%s\\\\0\" \"${GONE-none}\" \"${NEVER_SET-none}\" \"${UNIVERSAL-none}\"'";
        assertEquals(
                List.of("old|none|for all", "none|none|", "none|none|", ""),
                printed("set -U -x UNIVERSAL 'for all'; " + seen + "; function f; cat " + written + " | source; " + seen
                        + "; end; f; " + seen));
        // The setting for all sessions is the user's own and stays.
        assertEquals(List.of("for all", ""), printed("printf '%s\\0' $UNIVERSAL"));
    }
}
