package dev.authbridge.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.CredentialCheck.Validity;
import dev.authbridge.store.FileStore;
import dev.authbridge.store.FileVault;
import dev.authbridge.support.HandTurnedLoop;
import dev.authbridge.support.Secrets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckScheduleTest {
    private static final Owner ALICE = new Owner("alice");
    private static final Owner BOB = new Owner("bob");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    private Path data;

    private final HandTurnedLoop loop = new HandTurnedLoop();
    private final ScriptedService service = new ScriptedService(loop::now);
    private final List<Owner> changed = new ArrayList<>();
    private FileVault vault;
    private CheckSchedule schedule;

    @BeforeEach
    void open() throws Refusal {
        vault = FileVault.open(data, Optional.empty(), ClaudeCredential.KINDS);
        InstantSource clock = loop::now;
        Credentials credentials = new Credentials(
                new FileStore(vault, Runnable::run, Runnable::run),
                service,
                ClaudeCredential.KINDS,
                clock.withZone(ZoneOffset.UTC));
        credentials.listen(changed::add);
        schedule = new CheckSchedule(credentials, loop);
    }

    private void start() {
        schedule.start();
        loop.settle();
    }

    @Test
    void aCredentialThatWasNeverCheckedIsCheckedAtOnce() throws Refusal {
        vault.keep(ALICE, made(loop.now()));
        start();
        assertEquals(1, service.asked());
        assertEquals(Optional.of(new CredentialCheck.Result(Validity.VALID, "as usual", loop.now())), checkOf(ALICE));
    }

    @Test
    void aCredentialOfAnotherOrganizationIsThrownAwayAfterADayWithoutAnAnswer() throws Refusal {
        Credential other = ClaudeCredential.token(Secrets.token(2), loop.now());
        vault.keep(ALICE, made(loop.now()).withSuccessor(Optional.of(other)));
        start();
        loop.turn(Duration.ofHours(24).minus(MINUTE));
        assertTrue(vault.read(ALICE).orElseThrow().known().successor().isPresent());
        loop.turn(MINUTE.multipliedBy(2));
        Credential left = vault.read(ALICE).orElseThrow();
        assertEquals(Optional.empty(), left.known().successor());
        assertEquals(made(loop.now()).reveal(), left.reveal());
    }

    @Test
    void aValidOneIsCheckedEverySixHours() throws Refusal {
        vault.keep(ALICE, made(loop.now()));
        start();
        loop.turn(Duration.ofMinutes(359));
        assertEquals(1, service.asked());
        loop.turn(MINUTE);
        assertEquals(2, service.asked());
        loop.turn(Duration.ofHours(24));
        assertEquals(6, service.asked());
    }

    @Test
    void anUnknownOneIsRetriedAtGrowingIntervals() throws Refusal {
        service.always(Validity.UNKNOWN);
        vault.keep(ALICE, made(loop.now()));
        start();
        List<Long> minutes = new ArrayList<>();
        for (long minute = 1; minute <= 24 * 60; minute++) {
            int before = service.asked();
            loop.turn(MINUTE);
            if (service.asked() > before) {
                minutes.add(minute);
            }
        }
        assertEquals(List.of(2L, 6L, 14L, 30L, 62L, 126L, 254L, 510L, 870L, 1230L), minutes);
    }

    @Test
    void whenTheServiceIsBackEverythingIsAsUsual() throws Refusal {
        service.next(Validity.UNKNOWN, "503");
        vault.keep(ALICE, made(loop.now()));
        start();
        assertEquals(Validity.UNKNOWN, checkOf(ALICE).orElseThrow().validity());
        loop.turn(MINUTE.multipliedBy(2));
        assertEquals(Validity.VALID, checkOf(ALICE).orElseThrow().validity());
        assertEquals(2, service.asked());
        loop.turn(Duration.ofHours(5));
        assertEquals(2, service.asked());
    }

    @Test
    void theOwnerOfAnInvalidOneIsToldAtOnce() throws Refusal {
        vault.keep(ALICE, made(loop.now()));
        start();
        changed.clear();
        service.always(Validity.INVALID);
        loop.turn(Duration.ofHours(6));
        assertEquals(List.of(ALICE), changed);
        loop.turn(Duration.ofHours(12));
        assertEquals(List.of(ALICE), changed);
        assertTrue(vault.read(ALICE).isPresent());
    }

    @Test
    void ownersAreToldWhatAnotherProcessChanged() throws Refusal {
        start();
        vault.keep(ALICE, made(loop.now()));
        vault.keep(BOB, made(loop.now()));
        loop.turn(MINUTE);
        assertTrue(changed.containsAll(List.of(ALICE, BOB)), changed.toString());
        changed.clear();
        loop.turn(MINUTE);
        assertEquals(List.of(), changed);
        vault.delete(BOB);
        loop.turn(MINUTE);
        assertEquals(List.of(BOB), changed);
    }

    @Test
    void aWarningIsGivenOnce() throws Refusal {
        Instant end = loop.now().plus(Duration.ofDays(30)).plus(MINUTE);
        vault.keep(ALICE, made(end.minus(ClaudeCredential.OAUTH_TOKEN.lifetime().orElseThrow())));
        start();
        changed.clear();
        assertEquals(Optional.empty(), vault.read(ALICE).orElseThrow().warnedDays());
        loop.turn(MINUTE);
        assertEquals(Optional.of(30), vault.read(ALICE).orElseThrow().warnedDays());
        assertEquals(List.of(ALICE), changed);
        loop.turn(Duration.ofHours(1));
        assertEquals(List.of(ALICE), changed);
    }

    @Test
    void aServerThatStartsLateGivesOnlyTheLastWarning() throws Refusal {
        vault.keep(
                ALICE,
                made(loop.now()
                        .plus(Duration.ofDays(3))
                        .minus(ClaudeCredential.OAUTH_TOKEN.lifetime().orElseThrow())));
        start();
        assertEquals(Optional.of(7), vault.read(ALICE).orElseThrow().warnedDays());
        assertEquals(
                Optional.of(7),
                CredentialStatus.of(vault.read(ALICE).orElseThrow(), Optional.empty(), loop.now())
                        .warning());
    }

    @Test
    void anUnreadableCredentialDoesNotPreventTheOthersChecks() throws Exception {
        vault.keep(ALICE, made(loop.now()));
        vault.keep(BOB, made(loop.now()));
        Files.writeString(data.resolve("vault/alice.credential"), "damaged");
        start();
        assertEquals(Validity.VALID, checkOf(BOB).orElseThrow().validity());
    }

    private Optional<CredentialCheck.Result> checkOf(Owner owner) throws Refusal {
        return vault.read(owner).orElseThrow().lastCheck();
    }

    private static Credential made(Instant at) throws Refusal {
        return ClaudeCredential.token(Secrets.token(1), at);
    }
}
