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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaudeTrialTest {
    @TempDir
    private Path folder;

    private final HandTurnedLoop clock = new HandTurnedLoop();
    private final ClaudeTrial trial = new ClaudeTrial(Map.of("PATH", "/usr/bin:/bin"), clock::now);

    @Test
    void aProgramThatEndsNormallyCanBeRunWhateverItPrints() throws Exception {
        assertEquals(Optional.empty(), faultOf(program("#!/bin/sh\nexit 1\n")));
    }

    @Test
    void aProgramThatCannotBeRunIsReportedWithWhatToDo() throws Exception {
        for (String content : List.of(
                "#!/no/such/interpreter\n",
                "#!/usr/bin/env no-such-interpreter\n",
                "\u0000\u0001 no program\n",
                "#!/bin/sh\nkill -9 $$\n")) {
            Path program = program(content);
            String fault = faultOf(program).orElse("nothing");
            assertTrue(fault.startsWith("The Claude CLI " + program + " cannot be run: "), fault);
            assertTrue(fault.contains("CLAUDE_COMMAND"), fault);
        }
    }

    @Test
    void aProcessorThatLacksInstructionsIsNamedAsTheCause() throws Exception {
        String fault = faultOf(program("#!/bin/sh\nkill -ILL $$\n")).orElse("nothing");
        assertTrue(fault.contains("this machine's processor lacks instructions that it needs (SIGILL)"), fault);
        assertFalse(fault.contains("Install it anew"), fault);
    }

    @Test
    void aProgramWorksOnceWhatItNeedsIsThereAlthoughItsFileIsTheSame() throws Exception {
        Path interpreter = folder.resolve("interpreter");
        Path program = program("#!" + interpreter + "\n");
        assertTrue(faultOf(program).isPresent());
        Files.createSymbolicLink(interpreter, Path.of("/bin/true"));
        assertTrue(faultOf(program).isPresent(), "not tried again at once");
        clock.turn(ClaudeTrial.BAD_FOR);
        assertEquals(Optional.empty(), faultOf(program));
    }

    @Test
    void aProgramThatWasReplacedIsTriedAgainAtOnce() throws Exception {
        Path program = program("#!/no/such/interpreter\n");
        assertTrue(faultOf(program).isPresent());
        program("#!/bin/sh\nexit 0\n");
        assertEquals(Optional.empty(), faultOf(program));
    }

    @Test
    void aProgramThatCouldBeRunIsTriedAgainAfterAWhile() throws Exception {
        Path runs = folder.resolve("runs");
        Path program = program("#!/bin/sh\necho run >> " + runs + "\n");
        assertEquals(Optional.empty(), faultOf(program));
        clock.turn(ClaudeTrial.GOOD_FOR.minus(Duration.ofSeconds(1)));
        assertEquals(Optional.empty(), faultOf(program));
        assertEquals(1, Files.readAllLines(runs).size());
        clock.turn(Duration.ofSeconds(1));
        assertEquals(Optional.empty(), faultOf(program));
        assertEquals(2, Files.readAllLines(runs).size());
    }

    @Test
    void aProcessThatTheProgramLeavesBehindIsEnded() throws Exception {
        Path pid = folder.resolve("pid");
        Path program = program("#!/bin/sh\n(setsid sh -c 'echo $$ > " + pid + "; exec sleep 600' >/dev/null 2>&1 &)\n"
                + "while [ ! -s " + pid + " ]; do sleep 0.01; done\n");
        assertEquals(Optional.empty(), faultOf(program));
        long left = Long.parseLong(Files.readString(pid).strip());
        Eventually.waitUntil(
                Duration.ofSeconds(20),
                () -> ProcessHandle.of(left).isEmpty(),
                () -> "process " + left + " still runs");
    }

    private Optional<String> faultOf(Path program) {
        return trial.fault(new ClaudeCommand(List.of(program.toString())));
    }

    private Path program(String content) throws IOException {
        Path program = folder.resolve("claude");
        Files.writeString(program, content);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return program;
    }
}
