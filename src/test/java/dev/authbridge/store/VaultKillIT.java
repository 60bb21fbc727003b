package dev.authbridge.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.support.Secrets;
import dev.authbridge.support.TestPrograms;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process many times, 1,000 with {@code -Pthorough}, while it stores credentials and replaces the master key. Each time
 * the credential must be the old one or the new one, not older than the last that the process reported as stored, and no other
 * owner's may be lost.
 */
class VaultKillIT {
    /** 1,000 kills take a minute and a half; even with fewer, each run kills at other moments. */
    private static final int KILLS = Boolean.getBoolean("bridge.thorough") ? 1_000 : 40;

    private static final int LANES = 4;
    private static final Owner ALICE = new Owner("alice");
    private static final Owner BOB = new Owner("bob");

    /** How long it lives after its first line: several rounds of storing and rotating, 10 to 20 ms each. */
    private static final Duration LONGEST_LIFE = Duration.ofMillis(40);

    @TempDir
    private Path folder;

    @Test
    void afterEveryKillTheCredentialIsTheOldOrTheNewOne() throws Exception {
        long seed = System.nanoTime();
        ExecutorService lanes = Executors.newFixedThreadPool(LANES);
        try {
            List<Future<Map<String, Integer>>> running = new ArrayList<>();
            for (int lane = 0; lane < LANES; lane++) {
                Path data = Files.createDirectory(folder.resolve("lane-" + lane));
                Random random = new Random(seed + lane);
                running.add(lanes.submit(() -> kill(data, random, KILLS / LANES)));
            }
            Map<String, Integer> killedWhile = new TreeMap<>();
            for (Future<Map<String, Integer>> lane : running) {
                lane.get().forEach((doing, count) -> killedWhile.merge(doing, count, Integer::sum));
            }
            System.out.println("Killed while (seed " + seed + "): " + killedWhile);
            assertEquals(
                    KILLS,
                    killedWhile.values().stream().mapToInt(Integer::intValue).sum());
            assertTrue(killedWhile.getOrDefault("keeping", 0) > KILLS / 10, killedWhile.toString());
            assertTrue(killedWhile.getOrDefault("rotating", 0) > KILLS / 10, killedWhile.toString());
        } finally {
            lanes.shutdownNow();
        }
    }

    /** @return in the middle of which operation it was killed how often */
    private static Map<String, Integer> kill(Path data, Random random, int times) throws Exception {
        FileVault vault = FileVault.open(data, Optional.empty(), ClaudeCredential.KINDS);
        vault.keep(BOB, Secrets.credential(0));
        vault.keep(ALICE, Secrets.credential(0));
        int kept = 0;
        Map<String, Integer> killedWhile = new TreeMap<>();
        for (int i = 0; i < times; i++) {
            List<String> said = untilKilled(data, kept + 1, Duration.ofNanos(random.nextLong(LONGEST_LIFE.toNanos())));
            int begun = kept;
            for (String line : said) {
                String[] words = line.split(" ");
                kept = words[0].equals("kept") ? Integer.parseInt(words[1]) : kept;
                begun = words[0].equals("keeping") ? Integer.parseInt(words[1]) : begun;
            }
            killedWhile.merge(said.get(said.size() - 1).split(" ")[0], 1, Integer::sum);
            kept = check(data, kept, begun, said);
        }
        return killedWhile;
    }

    private static List<String> untilKilled(Path data, int from, Duration life) throws Exception {
        Process victim = TestPrograms.start(VaultVictim.class, List.of(data.toString(), Integer.toString(from)));
        List<String> said = new ArrayList<>();
        try (BufferedReader output = new BufferedReader(new InputStreamReader(victim.getInputStream(), UTF_8))) {
            said.add(output.readLine());
            // kills at a random moment, so there is no event to wait for
            LockSupport.parkNanos(life.toNanos());
            // not Process.destroyForcibly, which discards the last output
            victim.toHandle().destroyForcibly();
            output.lines().forEach(said::add);
        } finally {
            victim.destroyForcibly();
        }
        assertTrue(victim.waitFor(10, TimeUnit.SECONDS));
        assertEquals(128 + 9, victim.exitValue(), "it died of something else: " + said);
        return said;
    }

    /** @return the credential that is stored now */
    private static int check(Path data, int kept, int begun, List<String> said) throws Exception {
        // first as a reader sees it, with whatever files the killed writer left behind
        FileVault reader = FileVault.readOnly(data, Optional.empty(), ClaudeCredential.KINDS);
        String secret = reader.read(ALICE).orElseThrow().reveal();
        boolean isOld = secret.equals(Secrets.token(kept).reveal());
        boolean isNew = secret.equals(Secrets.token(begun).reveal());
        assertTrue(isOld || isNew, "neither " + kept + " nor " + begun + " after " + said);
        assertEquals(Secrets.token(0).reveal(), reader.read(BOB).orElseThrow().reveal());
        assertEquals(List.of(ALICE, BOB), reader.owners());
        FileVault.open(data, Optional.empty(), ClaudeCredential.KINDS);
        assertEquals(List.of(".lock", "alice.credential", "bob.credential", "master.key"), names(data));
        return isNew ? begun : kept;
    }

    private static List<String> names(Path data) throws IOException {
        try (var files = Files.list(data.resolve("vault"))) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
