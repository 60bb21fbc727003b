package dev.authbridge.claude;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BareModeTest {
    /** The arguments are separated by bars. */
    private static List<String> arguments(String command) {
        return Arrays.asList(command.replace("\\n", "\n").split("[|]", -1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "claude|--bare",
                "claude|--bare|-p|x",
                "claude|-p|x|--bare",
                "claude|-c|-p|--bare",
                "claude|-c|go on|--bare",
                "/path/claude|--bare|-p|x",
                "./claude-2.1.332|--bare",
                "claude.exe|--bare",
                "npx|-y|@anthropic-ai/claude-code|--bare",
                "npx|@anthropic-ai/claude-code@2.1.332|--bare",
                "npx|-p|@anthropic-ai/claude-code|-c|claude --bare",
                "npm|exec|--|@anthropic-ai/claude-code|--bare",
                "node|/opt/node_modules/@anthropic-ai/claude-code/cli.js|--bare",
                "env|-u|CLAUDE_CONFIG_DIR|HOME=/home/x|claude|--bare",
                "env|-S|claude --bare",
                "timeout|60|nice|claude|-p|x|--bare",
                "sh|-c|claude --bare",
                "sh|-c|exec '/opt/my tools/claude' \"--bare\" -p 'say hello'",
                "bash|-lc|cd /work && FOO=1 claude --bare -p x; echo done",
                "bash|-c|echo a;claude --bare",
                "bash|-c|x=$(claude -p y --bare)",
                "bash|-c|claude \\\\n --bare",
                "sh|-c|bash -c 'claude --bare'",
                "sh|-c|exec claude \"$@\"|sh|--bare",
                "script|-qc|claude --bare|/dev/null",
                "fish|-c|claude --bare"
            })
    void aCommandThatStartsTheCliWithItIsRecognized(String command) {
        assertTrue(BareMode.isStartedBy(arguments(command)), command);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "claude",
                "claude|-p|--|--bare",
                "claude|-p|what does --bare do?",
                "claude|-c|what does --bare do?",
                "sh|-c|claude -p 'what does --bare do?'",
                "git|clone|--bare|https://example.com/claude",
                "git|init|--bare",
                "sh|-c|git clone --bare x; claude -p hi",
                "sh|-c|claude -p hi && git clone --bare x",
                "sh|-c|cd /home/claude\\ngit clone --bare x",
                "my-claude|--bare",
                "claude|--bare-words",
                "sh|-c",
                "sh|-c|"
            })
    void anyOtherCommandIsNot(String command) {
        assertFalse(BareMode.isStartedBy(arguments(command)), command);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$ claude --bare -p hi Not logged in",
                "+ /usr/bin/claude -p hi --bare Not logged in",
                "sh -c 'claude --bare' Not logged in",
                "npx @anthropic-ai/claude-code --bare",
                "export CLAUDE_CODE_SIMPLE=1"
            })
    void itIsRecognizedInWhatATerminalShowed(String text) {
        assertTrue(BareMode.isNamedIn(text), text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--bare",
                "git clone --bare x; claude -p hi Not logged in",
                "claude -p hi; git clone --bare x",
                "claude -p hi & git clone --bare x",
                "claude --barely",
                "run my-claude --bare"
            })
    void otherTextsDoNotNameIt(String text) {
        assertFalse(BareMode.isNamedIn(text), text);
        assertFalse(BareMode.isNamedIn("claude " + "x ".repeat(200) + "--bare"));
    }

    /** Each of these scripts repeats all that follows it, so without a limit their words double with each level. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void scriptsInScriptsAreLookedIntoUpToALimit() {
        List<String> command = new ArrayList<>();
        for (int level = 0; level < 40; level++) {
            command.addAll(List.of("sh", "-c", "\"$@\"", "_"));
        }
        command.addAll(List.of("claude", "--bare"));
        assertTrue(BareMode.isStartedBy(command));
    }

    @Test
    void theVariableSwitchesItOn() {
        for (String value : List.of("1", "true", "TRUE", "yes", "on")) {
            assertTrue(BareMode.isOn(Map.of("CLAUDE_CODE_SIMPLE", value)), value);
        }
        for (String value : List.of("", "0", "false", "no", "off")) {
            assertFalse(BareMode.isOn(Map.of("CLAUDE_CODE_SIMPLE", value)), value);
        }
        assertFalse(BareMode.isOn(Map.of()));
    }
}
