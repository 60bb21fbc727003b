package dev.authbridge.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.CheckSchedule;
import dev.authbridge.credential.CredentialCheck;
import dev.authbridge.credential.CredentialCheck.Validity;
import dev.authbridge.credential.Credentials;
import dev.authbridge.notify.ReceiverTest.Site;
import dev.authbridge.store.FileStore;
import dev.authbridge.store.FileVault;
import dev.authbridge.support.HandTurnedLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationsTest {
    private static final Owner ANNA = new Owner("anna");
    private static final String TOKEN = "sk-ant-oat01-" + "T".repeat(95);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path data;

    private final HandTurnedLoop loop = new HandTurnedLoop();
    private final List<JsonNode> got = new CopyOnWriteArrayList<>();
    private final List<Boolean> outcomes = new ArrayList<>();
    private Validity validity = Validity.VALID;
    private volatile int status = 200;
    private int starts;
    private Site site;
    private FileVault vault;
    private Credentials credentials;
    private Notifications notifications;

    @BeforeEach
    void open() throws Exception {
        site = new Site(exchange -> {
            if (status == 200) {
                got.add(new ObjectMapper().readTree(exchange.getRequestBody()));
            }
            exchange.sendResponseHeaders(status, -1);
        });
        vault = FileVault.open(data, Optional.empty(), ClaudeCredential.KINDS);
        start(Runnable::run);
    }

    @AfterEach
    void close() {
        site.close();
    }

    /** As at the start of a server; one before it tells nothing more. */
    private void start(Executor worker) {
        InstantSource clock = loop::now;
        credentials = new Credentials(
                new FileStore(vault, Runnable::run, Runnable::run),
                asked -> CompletableFuture.completedFuture(new CredentialCheck.Result(validity, "as told", loop.now())),
                ClaudeCredential.KINDS,
                clock.withZone(ZoneOffset.UTC));
        Receiver receiver = Receiver.of(new Secret(site.address().toString()), Map.of());
        int start = ++starts;
        Executor ofThisStart = work -> {
            if (start != starts) {
                throw new RejectedExecutionException();
            }
            worker.execute(work);
        };
        notifications =
                new Notifications(receiver, NotifiedFile.in(data), credentials, loop, ofThisStart, outcomes::add);
        new CheckSchedule(credentials, loop).start();
        notifications.start();
        loop.settle();
    }

    private void keep(Duration ago) throws Exception {
        vault.keep(ANNA, ClaudeCredential.token(new Secret(TOKEN), loop.now().minus(ago)));
    }

    private void later(Duration by) {
        loop.set(by.minus(MINUTE.multipliedBy(2)));
        loop.turn(MINUTE.multipliedBy(2));
    }

    private List<String> told() {
        List<String> told = got.stream()
                .map(event -> event.path("event").asText()
                        + (event.has("days") ? " " + event.path("days").asInt() : ""))
                .toList();
        got.clear();
        return told;
    }

    @Test
    void theEndIsToldInThirtySevenAndOneDaysOnceEachAlsoAfterARestart() throws Exception {
        keep(Duration.ofDays(330));
        later(DAY);
        assertEquals(List.of(), told());
        later(Duration.ofDays(5));
        assertEquals(List.of("credential_ends 30"), told());
        later(DAY);
        start(Runnable::run);
        later(DAY);
        assertEquals(List.of(), told());
        later(Duration.ofDays(22));
        JsonNode event = got.get(0);
        assertEquals(List.of("credential_ends 7"), told());
        assertEquals("anna", event.path("owner").asText());
        assertEquals("oauth_token", event.path("method").asText());
        assertTrue(
                event.path("text").asText().startsWith("The credential of anna ends within 7 days"), event.toString());
        Instant.parse(event.path("expiresAt").asText());
        Instant.parse(event.path("time").asText());
        assertFalse(event.toString().contains("sk-ant") || event.toString().contains("TTTT"), event.toString());
        later(Duration.ofHours(108));
        assertEquals(List.of("credential_ends 1"), told());
        later(DAY);
        assertEquals(List.of("credential_ends 0"), told());
        later(Duration.ofDays(30));
        assertEquals(List.of(), told());
    }

    @Test
    void aRefusalIsToldOnceAndAgainOnlyAfterItWasAcceptedMeanwhile() throws Exception {
        keep(DAY);
        later(DAY);
        validity = Validity.INVALID;
        later(DAY);
        assertEquals(List.of("credential_refused"), told());
        later(DAY);
        start(Runnable::run);
        later(DAY);
        assertEquals(List.of(), told());
        validity = Validity.VALID;
        later(DAY);
        validity = Validity.INVALID;
        later(DAY);
        assertEquals(List.of("credential_refused"), told());
    }

    @Test
    void aChatThatWaitsIsToldOnceUntilSomebodyHasSignedIn() throws Exception {
        notifications.chatWaits(ANNA);
        loop.turn(MINUTE);
        notifications.chatWaits(ANNA);
        start(Runnable::run);
        notifications.chatWaits(ANNA);
        loop.turn(MINUTE);
        assertEquals(List.of("chat_waits"), told());
        keep(Duration.ZERO);
        loop.turn(Duration.ofMinutes(10));
        notifications.chatWaits(ANNA);
        loop.settle();
        assertEquals(List.of("chat_waits"), told());
        notifications.chatWaits(ANNA);
        loop.settle();
        assertEquals(List.of(), told());
        loop.turn(DAY.plus(MINUTE));
        notifications.chatWaits(ANNA);
        loop.settle();
        assertEquals(List.of("chat_waits"), told());
    }

    @Test
    void whatCouldNotBeToldIsTriedAgainLaterAndLater() throws Exception {
        status = 500;
        keep(Duration.ofDays(340));
        loop.turn(MINUTE);
        List<Long> seconds = new ArrayList<>();
        for (long second = 0; second < 7_200; second += 10) {
            int before = outcomes.size();
            loop.turn(Duration.ofSeconds(10));
            if (outcomes.size() > before) {
                seconds.add(second + 10);
            }
        }
        assertEquals(List.of(10L, 30L, 70L, 150L, 310L, 630L, 1270L, 2550L, 5110L), seconds);
        NotifiedFile.Content content = NotifiedFile.in(data).read();
        assertEquals(
                "127.0.0.1 answered with status 500",
                content.failure().orElseThrow().reason());
        assertEquals(1, notifications.waiting());
        status = 200;
        start(Runnable::run);
        loop.turn(MINUTE);
        assertEquals(List.of("credential_ends 30"), told());
        assertEquals(Optional.empty(), NotifiedFile.in(data).read().failure());
        assertEquals(0, notifications.waiting());
    }

    @Test
    void whatIsNoLongerTrueIsNotTold() throws Exception {
        status = 500;
        keep(Duration.ofDays(340));
        notifications.chatWaits(ANNA);
        loop.turn(MINUTE);
        assertEquals(2, notifications.waiting());
        loop.turn(MINUTE);
        keep(Duration.ZERO);
        loop.turn(MINUTE);
        status = 200;
        loop.turn(Duration.ofHours(2));
        assertEquals(List.of(), told());
        assertEquals(0, notifications.waiting());
    }

    @Test
    void aReceiverThatNeverAnswersKeepsNothingWaitingAndTheQueueIsBounded() throws Exception {
        List<Runnable> hanging = new ArrayList<>();
        start(work -> {
            if (hanging.isEmpty()) {
                work.run();
            }
            hanging.add(work);
        });
        for (int at = 0; at < 1_000; at++) {
            notifications.chatWaits(new Owner("owner-" + at));
        }
        keep(Duration.ofDays(340));
        loop.turn(Duration.ofHours(1));
        assertEquals(100, notifications.waiting());
        assertEquals(2, hanging.size(), "one at a time");
    }

    @Test
    void whatAnotherServerOnTheFolderHasToldIsNotToldAgain() throws Exception {
        keep(Duration.ofDays(340));
        String fingerprint = vault.read(ANNA).orElseThrow().fingerprint();
        NotifiedFile.in(data).write(NotifiedFile.Content.NONE.withTold("ends anna " + fingerprint + " 30", loop.now()));
        loop.turn(Duration.ofHours(1));
        assertEquals(List.of(), told());
        assertEquals(List.of(), outcomes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "junk",
                "notified 2\n",
                "notified 1\ntold\tx\ty\n",
                "notified 1\ntold\t99999999999999999999\ty\n"
            })
    void aDamagedFileIsReplacedAndTheEventIsTold(String content) throws Exception {
        Files.writeString(NotifiedFile.in(data).path(), content);
        assertThrows(IOException.class, () -> NotifiedFile.in(data).read());
        keep(Duration.ofDays(340));
        loop.turn(MINUTE);
        assertEquals(List.of("credential_ends 30"), told());
        assertEquals(1, NotifiedFile.in(data).read().told().size());
    }
}
