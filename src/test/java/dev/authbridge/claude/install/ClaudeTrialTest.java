package dev.authbridge.claude.install;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.support.Eventually;
import dev.authbridge.support.HandTurnedLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
                "#!/bin/sh\r\necho\r\n",
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

    /** What cannot be run is explained: a signal, the file, its file system, or what it needs and is missing. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kill -KILL $$ | cannot be run: it was killed (SIGKILL), as the kernel and containers do when memory runs out",
                "kill -SEGV $$ | it crashed (SIGSEGV)",
                "kill -BUS $$ | could not be read (SIGBUS)",
                "kill -ABRT $$ | (SIGABRT), as it does when it gets no memory",
                "kill -SYS $$ | a system call that is forbidden here (SIGSYS)",
                "exit 137 | was killed (SIGKILL)",
                "echo 'no luck' >&2; kill -KILL $$ | It said: no luck",
                "echo './claude: error while loading shared libraries: libx.so.1: no such file' >&2; exit 127 | libx.so.1",
                "echo \"./claude: /lib/libc.so.6: version 'GLIBC_2.99' not found\" | NOTHING",
                "echo \"./claude: /lib/libc.so.6: version \\`GLIBC_2.99' not found\" >&2; exit 1 | GLIBC_2.99",
                "printf '\\033[31mno\\033[0m sk-ant-oat01-abcdefghijklmnop\\nluck\\n'; exit 126 | exit code 126, no [redacted] luck",
                "dd if=/dev/zero bs=1000000 count=3 2>/dev/null; exit 126 | exit code 126",
            })
    void whatEndsItIsNamed(String script, String said) throws Exception {
        String fault = faultOf(program("#!/bin/sh\n" + script + "\n")).orElse("NOTHING");
        assertTrue(fault.contains(said), fault);
        assertTrue(fault.length() < 800, fault);
    }

    @Test
    void aFileOfAnotherMachineIsNamedAsSuch() throws Exception {
        byte[] here = Files.readAllBytes(Path.of("/bin/true"));
        ByteBuffer arm = ByteBuffer.wrap(here.clone()).order(ByteOrder.LITTLE_ENDIAN);
        arm.putShort(18, (short) (System.getProperty("os.arch").equals("aarch64") ? 62 : 183));
        byte[] musl = new String(here, ISO_8859_1)
                .replaceFirst(
                        "/lib64/ld-linux-x86-64.so.2|/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-x86_64.so.1\0\0\0")
                .getBytes(ISO_8859_1);
        byte[] macOs = {(byte) 0xCF, (byte) 0xFA, (byte) 0xED, (byte) 0xFE, 7, 0, 0, 1};
        Map<String, byte[]> files = Map.of(
                "it was built for another processor (", arm.array(),
                "it needs the program loader /lib/ld-musl-x86_64.so.1", musl,
                "it is a program for macOS", macOs,
                "the file is incomplete, it was cut off at 20000 bytes", Arrays.copyOf(here, 20_000),
                "its first line names /no/such/interpreter, which is not there",
                        "#!/no/such/interpreter -x\n".getBytes(),
                "it needs no-such-node, which is not on the PATH", "#!/usr/bin/env no-such-node\n".getBytes());
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path program = program("");
            Files.write(program, file.getValue());
            clock.turn(ClaudeTrial.GOOD_FOR);
            String fault = faultOf(program).orElse("nothing");
            assertTrue(fault.contains(file.getKey()), file.getKey() + ": " + fault);
            assertTrue(fault.contains("CLAUDE_COMMAND"), fault);
        }
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
    void aBadAnswerCountsFromItsEndHoweverLongItTook() throws Exception {
        Path runs = folder.resolve("runs");
        Path program = program("#!/bin/sh\necho run >> " + runs + "\nkill -KILL $$\n");
        Instant start = Instant.EPOCH;
        // As if the first run had taken a minute.
        ClaudeTrial slow =
                new ClaudeTrial(Map.of(), () -> Files.exists(runs) ? start.plus(Duration.ofMinutes(1)) : start);
        ClaudeCommand command = new ClaudeCommand(List.of(program.toString()));
        assertTrue(slow.fault(command).isPresent());
        assertTrue(slow.fault(command).isPresent());
        assertEquals(List.of("run"), Files.readAllLines(runs));
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
