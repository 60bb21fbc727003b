package dev.authbridge.access;

import static dev.authbridge.support.Stages.now;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.support.HandTurnedLoop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalSessionsTest {
    private static final Peer PEER = new Peer("192.0.2.7", "Firefox on\tLinux\n");
    private static final AccessKey ANNA = key("anna.b");
    private static final AccessKey BEN = key("ben");

    @TempDir
    private Path folder;

    private final HandTurnedLoop loop = new HandTurnedLoop();
    private int writes;

    private static AccessKey key(String owner) {
        return AccessKey.of(new Owner(owner), "the-access-key-of-" + owner, Set.of(Scope.LOGIN));
    }

    private Path file() {
        return folder.resolve("sessions");
    }

    /** The sessions of a server that has just been started. */
    private LocalSessions started(AccessKey... keys) throws Exception {
        return new LocalSessions(new AccessKeys(List.of(keys), Optional.empty()), Sessions.IDLE, file(), loop, work -> {
            writes++;
            work.run();
        });
    }

    private String open(Sessions sessions, AccessKey key) throws Exception {
        Sessions.Opened opened = now(sessions.open(key, PEER));
        loop.settle();
        return opened.cookie().reveal();
    }

    private static boolean lives(Sessions sessions, String cookie) throws Exception {
        return now(sessions.find(cookie)).isPresent();
    }

    @Test
    void aSessionOutlastsARestartUntilItIsEndedAndTheFileTellsNoCookie() throws Exception {
        LocalSessions sessions = started(ANNA, BEN);
        String cookie = open(sessions, ANNA);
        String other = open(sessions, BEN);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
        String written = Files.readString(file());
        assertFalse(written.contains(cookie) || written.contains("the-access-key"), written);

        LocalSessions again = started(ANNA, BEN);
        assertEquals(
                now(sessions.of(ANNA.owner())).get(0).id(),
                now(again.of(ANNA.owner())).get(0).id());
        Bearer bearer = now(again.find(cookie)).orElseThrow();
        assertEquals(ANNA, bearer.key());
        assertTrue(again.holds(bearer));
        assertEquals(
                "Firefox on Linux", now(again.of(ANNA.owner())).get(0).peer().device());
        CompletionStage<Boolean> ended =
                again.end(ANNA.owner(), bearer.session().orElseThrow());
        assertFalse(again.holds(bearer) || lives(again, cookie));
        assertFalse(ended.toCompletableFuture().isDone(), "it is not on disk yet");
        loop.settle();
        assertTrue(now(ended));

        LocalSessions third = started(ANNA, BEN);
        assertFalse(lives(third, cookie));
        assertTrue(lives(third, other));
    }

    @Test
    void aSessionEndsWithItsKey() throws Exception {
        String cookie = open(started(ANNA, BEN), ANNA);
        assertFalse(lives(started(BEN), cookie));
        AccessKey otherKey = AccessKey.of(ANNA.owner(), "another-key-of-anna", Set.of(Scope.LOGIN));
        assertFalse(lives(started(otherKey), cookie));
        assertTrue(lives(started(ANNA), cookie));
    }

    @Test
    void onlyTheCookieItselfIsAccepted() throws Exception {
        LocalSessions sessions = started(ANNA);
        String cookie = open(sessions, ANNA);
        String id = now(sessions.of(ANNA.owner())).get(0).id();
        for (String forged :
                List.of("", id, cookie + "x", cookie.substring(1), "anna.b.9999999999.x", "x".repeat(8_000))) {
            assertFalse(lives(sessions, forged), forged);
        }
        assertFalse(now(sessions.end(BEN.owner(), id)));
        assertTrue(lives(sessions, cookie));
    }

    @Test
    void watchersAreToldOfASessionThatIsNotUsedAnyMore() throws Exception {
        LocalSessions sessions = started(ANNA);
        List<String> ended = new ArrayList<>();
        sessions.watch(session -> ended.add(session.owner().name()));
        open(sessions, ANNA);
        loop.turn(Sessions.IDLE.minusMinutes(1));
        assertEquals(List.of(), ended);
        loop.turn(Duration.ofMinutes(1));
        assertEquals(List.of("anna.b"), ended);
        assertEquals(List.of(), now(started(ANNA).of(ANNA.owner())));
    }

    @Test
    void aClockThatIsSetBackMakesNoSessionLastLonger() throws Exception {
        loop.set(Duration.ofDays(3_650));
        LocalSessions sessions = started(ANNA);
        String cookie = open(sessions, ANNA);
        loop.set(Duration.ofDays(-3_650));
        LocalSessions restarted = started(ANNA);
        loop.turn(Sessions.IDLE.minusMinutes(2));
        assertTrue(lives(sessions, cookie));
        loop.turn(Duration.ofMinutes(3));
        assertFalse(lives(restarted, cookie));
    }

    @Test
    void oneOwnersSessionsAreLimitedAndTheOneUnusedLongestEnds() throws Exception {
        LocalSessions sessions = started(ANNA, BEN);
        String ofBen = open(sessions, BEN);
        String used = open(sessions, ANNA);
        String unused = open(sessions, ANNA);
        loop.turn(Duration.ofSeconds(1));
        assertTrue(lives(sessions, used));
        for (int more = 2; more <= LocalSessions.MOST_OF_OWNER; more++) {
            open(sessions, ANNA);
        }
        assertFalse(lives(sessions, unused));
        assertTrue(lives(sessions, used) && lives(sessions, ofBen));
        assertEquals(LocalSessions.MOST_OF_OWNER, now(sessions.of(ANNA.owner())).size());
    }

    @Test
    void useIsNotWrittenMoreOftenThanEveryFiveMinutes() throws Exception {
        LocalSessions sessions = started(ANNA);
        String cookie = open(sessions, ANNA);
        assertEquals(1, writes);
        for (int minute = 0; minute < 60; minute++) {
            loop.turn(Duration.ofMinutes(1));
            assertTrue(lives(sessions, cookie));
        }
        assertTrue(writes >= 10 && writes <= 13, writes + " writes");
        loop.turn(Duration.ofMinutes(10));
        int before = writes;
        loop.turn(Duration.ofHours(1));
        assertEquals(before, writes);
        Duration ago =
                Duration.between(now(started(ANNA).of(ANNA.owner())).get(0).lastUsedAt(), loop.now());
        assertEquals(Duration.ofMinutes(70), ago);
    }

    @Test
    void aFileThatCannotBeWrittenEndsNothingAndLeavesNoOlderListBehind() throws Exception {
        LocalSessions sessions = started(ANNA);
        String cookie = open(sessions, ANNA);
        Path inTheWay =
                Files.createDirectories(folder.resolve("sessions.tmp/x")).getParent();
        sessions.end(ANNA.owner(), now(sessions.of(ANNA.owner())).get(0).id());
        loop.settle();
        assertFalse(lives(started(ANNA), cookie), "the older list was still there");
        String next = open(sessions, ANNA);
        assertTrue(lives(sessions, next));
        Files.delete(inTheWay.resolve("x"));
        Files.delete(inTheWay);
        loop.turn(Duration.ofMinutes(1));
        assertTrue(lives(started(ANNA), next), "it is not tried again");
    }

    @Test
    void aFolderThatIsMissingStopsNothing() throws Exception {
        Path missing = folder.resolve("missing/sessions");
        LocalSessions sessions = new LocalSessions(
                new AccessKeys(List.of(ANNA), Optional.empty()), Sessions.IDLE, missing, loop, Runnable::run);
        assertTrue(lives(sessions, open(sessions, ANNA)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "sessions 2\n",
                "sessions 1\nx",
                "sessions 1\na\tanna.b\tx\tone\t2\tp\td",
                "sessions 1\na\tNO OWNER\tx\t1\t2\tp\td",
                "sessions 1\na\tanna.b\tx\t9223372036854775807\t9223372036854775807\tp\td",
            })
    void aDamagedFileIsNoList(String content) throws Exception {
        Files.writeString(file(), content);
        LocalSessions sessions = started(ANNA);
        assertEquals(List.of(), now(sessions.of(ANNA.owner())));
        String cookie = open(sessions, ANNA);
        assertTrue(lives(started(ANNA), cookie));
    }
}
