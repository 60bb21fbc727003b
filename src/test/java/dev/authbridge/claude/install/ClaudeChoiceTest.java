package dev.authbridge.claude.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.support.Eventually;
import dev.authbridge.support.HandTurnedLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of several CLIs is run, and the shims of version managers among them. */
class ClaudeChoiceTest {
    private static final String SYSTEM = "/usr/bin:/bin";

    private final Map<String, String> environment = new HashMap<>();
    private final HandTurnedLoop clock = new HandTurnedLoop();

    @TempDir
    Path temporary;

    private Path home;
    private Path working;
    private Path data;
    private Path bin;
    private Path laterBin;

    @BeforeEach
    void makeFolders() throws IOException {
        temporary = temporary.toRealPath();
        home = Files.createDirectory(temporary.resolve("home"));
        working = Files.createDirectory(temporary.resolve("working"));
        data = Files.createDirectory(temporary.resolve("data"));
        bin = Files.createDirectory(temporary.resolve("bin"));
        laterBin = Files.createDirectory(temporary.resolve("later-bin"));
        environment.put("HOME", home.toString());
        environment.put("PATH", bin + ":" + laterBin + ":" + SYSTEM);
    }

    private ClaudeLookup lookup(String configured) {
        return new ClaudeLookup(
                Optional.ofNullable(configured), working, data, environment, new ClaudeTrial(environment, clock::now));
    }

    private ClaudeLookup lookup() {
        return lookup(null);
    }

    private static Path write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path cli(Path file, String version) throws IOException {
        return write(file, "#!/bin/sh\necho '" + version + " (Claude Code)'\n");
    }

    private Path own(String version) throws IOException {
        return cli(ClaudeInstallation.folder(data).resolve("node_modules/.bin/claude"), version);
    }

    private Optional<Path> found(ClaudeLookup lookup) {
        return lookup.find().map(ClaudeCommand::program);
    }

    private String version(ClaudeLookup lookup) throws IOException {
        return lookup.find()
                .orElseThrow()
                .ask("--version", environment)
                .flatMap(ClaudeCommand.Answer::version)
                .orElse("none");
    }

    @Test
    void theNewestOneWins() throws IOException {
        Path own = own("2.1.330");
        assertEquals(Optional.of(own), found(lookup()));
        Path onPath = cli(bin.resolve("claude"), "2.1.1000");
        assertEquals(Optional.of(onPath), found(lookup()));
        Path later = cli(laterBin.resolve("claude"), "10.0.0");
        assertEquals(Optional.of(later), found(lookup()));
        Path inWorking = cli(working.resolve("node_modules/.bin/claude"), "10.0.0");
        assertEquals(Optional.of(inWorking), found(lookup()), "the first of two equal ones");
        assertEquals(
                List.of(inWorking, later, onPath, own),
                lookup().considered().stream().map(it -> it.command().program()).toList());
    }

    @Test
    void oneThatOthersCouldReplaceIsNotEvenAskedForItsVersion() throws IOException {
        Path own = cli(bin.resolve("claude"), "2.1.330");
        Path asked = temporary.resolve("asked");
        Path others =
                write(laterBin.resolve("claude"), "#!/bin/sh\ntouch " + asked + "\necho '999.0.0 (Claude Code)'\n");
        environment.put("PATH", bin + ":" + laterBin + ":.:" + SYSTEM);
        Path here = Files.copy(others, working.resolve("claude"));
        for (Path open : List.of(laterBin, working)) {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        assertEquals(Optional.of(own), found(lookup()));
        assertEquals(1, lookup().considered().size());
        assertFalse(Files.exists(asked));
        assertEquals(
                List.of(
                        laterBin + " can be changed by every user: chmod o-w " + laterBin,
                        working + " can be changed by every user: chmod o-w " + working),
                lookup().passedOver());
        Files.delete(own);
        assertEquals(Optional.of(others), found(lookup()), "without any other, the one that a shell would run");
        assertEquals(List.of(working + " can be changed by every user: chmod o-w " + working), lookup().passedOver());
        Files.delete(others);
        assertEquals(Optional.of(here), found(lookup()));
        assertEquals(List.of(), lookup().passedOver());
    }

    @Test
    void aNewerOneThatDoesNotWorkIsPassedOverUntilItDoes() throws IOException {
        Path own = own("2.1.330");
        Path interpreter = temporary.resolve("interpreter");
        Path onPath = write(bin.resolve("claude"), "#!" + interpreter + "\necho '2.1.332 (Claude Code)'\n");
        write(laterBin.resolve("claude"), "#!/bin/sh\necho 2026.9.15 linux-x64\n");
        ClaudeLookup lookup = lookup();
        assertEquals(Optional.of(own), found(lookup));
        String fault = lookup.considered().get(2).fault().orElse("none");
        assertTrue(fault.contains(onPath + " cannot be run"), fault);
        Files.createSymbolicLink(interpreter, Path.of("/bin/sh"));
        assertEquals(Optional.of(own), found(lookup), "the file is the same, so it is not tried at each login");
        clock.turn(ClaudeTrial.BAD_FOR);
        assertEquals(onPath, lookup.considered().get(0).command().program());
    }

    @Test
    void anotherOneTakesOverOnceTheChosenOneIsFoundBroken() throws IOException {
        Path own = own("2.1.330");
        Path interpreter = Files.createSymbolicLink(temporary.resolve("interpreter"), Path.of("/bin/sh"));
        Path onPath = write(bin.resolve("claude"), "#!" + interpreter + "\necho '2.1.332 (Claude Code)'\n");
        ClaudeTrial trial = new ClaudeTrial(environment, clock::now);
        ClaudeLookup lookup = new ClaudeLookup(Optional.empty(), working, data, environment, trial);
        assertEquals(Optional.of(onPath), found(lookup));
        Files.delete(interpreter);
        clock.turn(ClaudeTrial.GOOD_FOR);
        assertTrue(trial.fault(lookup.find().orElseThrow()).isPresent(), "as readiness finds out");
        assertEquals(Optional.of(own), found(lookup));
    }

    @Test
    void aProgramThatAppearsIsReplacedOrDisappearsIsNoticedAtOnce() throws IOException {
        Path own = own("2.1.330");
        ClaudeLookup lookup = lookup();
        assertEquals(Optional.of(own), found(lookup));
        Path onPath = cli(bin.resolve("claude"), "2.1.340");
        assertEquals(Optional.of(onPath), found(lookup));
        cli(own, "2.1.350-with-a-longer-text");
        assertEquals(Optional.of(own), found(lookup));
        Files.delete(own);
        assertEquals(Optional.of(onPath), found(lookup));
    }

    @Test
    void theOnlyOneIsNotTriedOut() throws IOException {
        Path ran = temporary.resolve("ran");
        Path onPath = write(bin.resolve("claude"), "#!/bin/sh\ntouch " + ran + "\n");
        Files.createSymbolicLink(laterBin.resolve("claude"), onPath);
        assertEquals(Optional.of(onPath), found(lookup()), "two links to one program are one");
        assertEquals(Optional.of(onPath), found(lookup("claude")));
        assertFalse(Files.exists(ran));
    }

    /** A program that, like mise, runs what its configuration selects if it is called by another name. */
    private Path mise(String version) throws IOException {
        Path selected = cli(home.resolve(".local/share/mise/installs/claude/bin/claude"), version);
        write(home.resolve(".config/mise/config.toml"), selected.toString());
        return write(
                home.resolve("tools/mise"),
                """
                #!/bin/sh
                selected=$(cat "${MISE_CONFIG_DIR:-$HOME/.config/mise}/config.toml" 2>/dev/null) ||
                    { echo 'mise ERROR No version is set for shim: claude' >&2; exit 1; }
                case $(basename "$0") in
                    mise) case $1 in
                        which) [ "$2" = claude ] && echo "$selected" ;;
                        exec) shift 3; exec "$selected" "$@" ;;
                        *) echo '2026.9.15 linux-x64 (2026-09-27)' ;;
                    esac ;;
                    *) exec "$selected" "$@" ;;
                esac
                """);
    }

    @Test
    void aShimIsRunByItsNameWithTheConfigurationOfTheServersUser() throws IOException {
        Path shim = Files.createSymbolicLink(bin.resolve("claude"), mise("2.1.299"));
        environment.put("MISE_ENV", "work");
        environment.put("MISE_GITHUB_TOKEN", "secret");
        for (String configured : new String[] {null, "claude", shim.toString()}) {
            ClaudeLookup lookup = lookup(configured);
            assertEquals(Optional.of(shim), found(lookup));
            assertEquals("2.1.299", version(lookup));
            assertEquals(
                    shim + " (a shim of mise for " + home + "/.local/share/mise/installs/claude/bin/claude)",
                    lookup.considered().get(0).name());
            Map<String, String> variables = lookup.find().orElseThrow().variables();
            assertEquals(home + "/.local/share/mise", variables.get("MISE_DATA_DIR"));
            assertEquals("work", variables.get("MISE_ENV"));
            assertFalse(variables.containsKey("MISE_GITHUB_TOKEN"));
            assertFalse(variables.containsKey("HOME"));
        }
        own("2.1.298");
        assertEquals(Optional.of(shim), found(lookup()));
        own("2.1.300");
        assertEquals("2.1.300", version(lookup()));
    }

    @Test
    void aManagerThatIsConfiguredToRunTheCliFindsItsConfigurationToo() throws IOException {
        Path mise = mise("2.1.299");
        ClaudeLookup lookup = lookup(mise + " exec -- claude");
        assertEquals(
                Optional.of(List.of(mise.toString(), "exec", "--", "claude")),
                lookup.find().map(ClaudeCommand::words));
        assertEquals("2.1.299", version(lookup));
        assertEquals(
                mise + " exec -- claude (run by mise for " + home + "/.local/share/mise/installs/claude/bin/claude)",
                lookup.considered().get(0).name());
    }

    @Test
    void aShimBehindWhichThereIsNothingIsNoCliAndSaysSo() throws IOException {
        Path shim = Files.createSymbolicLink(bin.resolve("claude"), mise("2.1.299"));
        Files.delete(home.resolve(".config/mise/config.toml"));
        ClaudeLookup lookup = lookup();
        assertEquals(Optional.empty(), lookup.find());
        assertFalse(lookup.hasProgram());
        String fault = lookup.considered().get(0).fault().orElse("none");
        assertTrue(fault.contains("mise ERROR No version is set for shim: claude"), fault);
        assertTrue(fault.contains("CLAUDE_COMMAND"), fault);
        assertEquals(Optional.of(shim), found(lookup("claude")), "what is configured is run in any case");
        Path own = own("2.1.200");
        assertEquals(Optional.of(own), found(lookup));
    }

    @Test
    void aConfiguredShimThatLeadsNowhereIsTriedAgainUntilItLeadsToACli() throws IOException {
        Path mise = mise("2.1.299");
        Path configuration = home.resolve(".config/mise/config.toml");
        Path elsewhere = Files.move(configuration, home.resolve("elsewhere"));
        ClaudeLookup lookup = lookup(mise + " exec -- claude");
        ClaudeCommand command = lookup.find().orElseThrow();
        String fault = lookup.faultOfShim(command).orElse("none");
        assertTrue(fault.contains("No version is set"), fault);
        Files.move(elsewhere, configuration);
        assertTrue(lookup.find().isPresent() && lookup.faultOfShim(command).isPresent(), "not tried at each login");
        clock.turn(ClaudeTrial.BAD_FOR);
        Eventually.waitUntil(
                Duration.ofSeconds(20),
                () -> lookup.find().isPresent() && lookup.faultOfShim(command).isEmpty(),
                () -> "it is not tried again: " + lookup.considered());
    }

    /** A program like asdf, and the script that it makes for each program. */
    private Path asdf(String howItSelects) throws IOException {
        Path selected = cli(home.resolve(".asdf/installs/nodejs/22.1.0/bin/claude"), "2.1.310");
        Path asdf = write(
                home.resolve(".asdf/bin/asdf"),
                "#!/bin/sh\n" + howItSelects + "\nversion=${version#nodejs }\n"
                        + """
                        [ -n "$version" ] || { echo "No version is set for command $2" >&2; exit 126; }
                        file=${ASDF_DATA_DIR:-$HOME/.asdf}/installs/nodejs/$version/bin/$2
                        if [ "$1" = which ]; then echo "$file"; else shift 2; exec "$file" "$@"; fi
                        """);
        Files.writeString(home.resolve(".tool-versions"), "# comment\npython 3.12\nnodejs 22.1.0 # why\n\n../x 1\n");
        write(
                bin.resolve("claude"),
                "#!/usr/bin/env bash\n# asdf-plugin: nodejs 22.1.0\nexec " + asdf + " exec \"claude\" \"$@\"\n");
        return selected;
    }

    @Test
    void asdfsVersionsAreReadInTheHomeOfTheServersUser() throws IOException {
        Path selected = asdf("version=$ASDF_NODEJS_VERSION");
        ClaudeLookup lookup = lookup();
        assertEquals(Optional.of(bin.resolve("claude")), found(lookup));
        assertEquals("2.1.310", version(lookup));
        assertEquals(
                bin.resolve("claude") + " (a shim of asdf for " + selected + ")",
                lookup.considered().get(0).name());
        environment.put("ASDF_NODEJS_VERSION", "no-such-version");
        assertEquals(Optional.empty(), found(lookup()), "the server's own variable comes first");
    }

    @Test
    void theProgramBehindAShimIsRunIfTheShimItselfDoesNotWork() throws IOException {
        Path selected =
                asdf("version=$(grep nodejs \"$HOME/.tool-versions\" 2>/dev/null | cut -d '#' -f 1 | sed 's/ *$//')");
        ClaudeLookup lookup = lookup();
        assertEquals(Optional.of(selected), found(lookup));
        assertEquals("2.1.310", version(lookup));
        String name = lookup.considered().get(0).name();
        assertTrue(name.startsWith(selected + " (behind a shim of asdf, " + bin.resolve("claude")), name);
    }

    @Test
    void voltasShimFindsItsFolder() throws IOException {
        cli(home.resolve(".volta/tools/claude"), "2.1.311");
        Path volta = write(
                home.resolve(".volta/bin/volta-shim"),
                "#!/bin/sh\nexec \"${VOLTA_HOME:-$HOME/.volta}/tools/$(basename \"$0\")\" \"$@\"\n");
        Path shim = Files.createSymbolicLink(bin.resolve("claude"), volta);
        assertEquals(Optional.of(shim), found(lookup()));
        assertEquals("2.1.311", version(lookup()));
        assertEquals(shim + " (a shim of Volta)", lookup().considered().get(0).name());
    }

    @Test
    void nodeIsFoundBesideTheScriptThatNeedsIt() throws IOException {
        Path folder = home.resolve(".nvm/versions/node/v22.1.0");
        write(folder.resolve("bin/node"), "#!/bin/sh\nexec sh \"$@\"\n");
        Path script = write(
                folder.resolve("lib/node_modules/@anthropic-ai/claude-code/cli.js"),
                "#!/usr/bin/env node\necho '2.1.40 (Claude Code)'\n");
        Path link = Files.createSymbolicLink(folder.resolve("bin/claude"), script);
        // No folder of the system's: there may be a node.
        Path tools = Files.createDirectory(temporary.resolve("tools"));
        for (String tool : List.of("env", "sh")) {
            Files.createSymbolicLink(tools.resolve(tool), Path.of("/bin", tool));
        }
        environment.put("PATH", tools.toString());
        assertEquals(Optional.of(link), found(lookup(link.toString())));
        assertEquals("2.1.40", version(lookup(link.toString())));
        environment.put("PATH", folder.resolve("bin") + ":" + tools);
        assertEquals(Map.of(), lookup().find().orElseThrow().variables());
        assertEquals("2.1.40", version(lookup()));
    }
}
