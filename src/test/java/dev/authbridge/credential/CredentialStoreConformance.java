package dev.authbridge.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.CredentialCheck.Validity;
import dev.authbridge.support.Secrets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What every {@link CredentialStore} has to do. The test of each store extends this class. */
public abstract class CredentialStoreConformance {
    private static final Owner ALICE = new Owner("alice");
    private static final Owner BOB = new Owner("bob");

    /** The store of this test; each call creates another object for it, as another process would. */
    protected abstract CredentialStore store() throws Refusal;

    @Test
    void anEmptyStoreHasNothing() throws Refusal {
        assertEquals(Optional.empty(), read(ALICE));
        assertEquals(List.of(), owners());
        assertFalse(delete(ALICE));
    }

    @Test
    void aStoredCredentialIsReadByteForByte() throws Refusal {
        keep(ALICE, Secrets.credential(1));
        Credential read = read(ALICE).orElseThrow();
        assertEquals(Secrets.token(1).reveal(), read.reveal());
        assertEquals(ClaudeCredential.OAUTH_TOKEN, read.kind());
        assertEquals(Secrets.MADE, read.madeAt());
        assertEquals(Secrets.credential(1).summary(), read.summary());
        assertEquals("", read.label());
        assertEquals(Optional.empty(), read.lastCheck());
        assertEquals(Optional.empty(), read.warnedDays());
    }

    @Test
    void allFieldsAreStored() throws Refusal {
        CredentialCheck.Result check =
                new CredentialCheck.Result(Validity.UNKNOWN, "500: überlastet", Secrets.MADE.plusSeconds(9));
        Credential known = ClaudeCredential.apiKey(Secrets.apiKey(1), Secrets.MADE)
                .withLabel("Büro, Server 3")
                .withCheck(check)
                .withWarning(7);
        keep(ALICE, known);
        Credential read = read(ALICE).orElseThrow();
        assertEquals(Secrets.apiKey(1), read.reveal());
        assertEquals(ClaudeCredential.API_KEY, read.kind());
        assertEquals("Büro, Server 3", read.label());
        assertEquals(Optional.of(check), read.lastCheck());
        assertEquals(Optional.of(7), read.warnedDays());
        assertEquals(Optional.empty(), read.expiresAt());
    }

    @Test
    void theLaterOneReplacesTheEarlierOne() throws Refusal {
        keep(ALICE, Secrets.credential(1));
        keep(ALICE, Secrets.credential(2));
        assertEquals(Secrets.token(2).reveal(), secretOf(ALICE));
    }

    @Test
    void ownersDoNotAffectEachOther() throws Refusal {
        keep(BOB, Secrets.credential(2));
        keep(ALICE, Secrets.credential(1));
        assertEquals(List.of(ALICE, BOB), owners());
        assertTrue(delete(ALICE));
        assertEquals(Optional.empty(), read(ALICE));
        assertEquals(Secrets.token(2).reveal(), secretOf(BOB));
        assertEquals(List.of(BOB), owners());
    }

    @Test
    void deletingReportsWhetherThereWasACredential() throws Refusal {
        keep(ALICE, Secrets.credential(1));
        assertTrue(delete(ALICE));
        assertFalse(delete(ALICE));
    }

    @Test
    void everyNameAnOwnerCanHaveWorks() throws Refusal {
        List<Owner> owners = List.of(
                new Owner("0"),
                new Owner("a..b"),
                new Owner("a.credential"),
                new Owner("master.key"),
                new Owner("z".repeat(64)));
        for (int i = 0; i < owners.size(); i++) {
            keep(owners.get(i), Secrets.credential(i));
        }
        assertEquals(owners, owners());
        for (int i = 0; i < owners.size(); i++) {
            assertEquals(Secrets.token(i).reveal(), secretOf(owners.get(i)));
        }
    }

    @Test
    void anUpdateIsStoredWithTheCredential() throws Refusal {
        keep(ALICE, Secrets.credential(1));
        assertTrue(update(ALICE, Secrets.credential(1), stored -> stored.withWarning(30)));
        assertEquals(Optional.of(30), read(ALICE).orElseThrow().warnedDays());
    }

    @Test
    void anUpdateOfAReplacedCredentialIsIgnored() throws Refusal {
        Credential before = Secrets.credential(1);
        keep(ALICE, before);
        keep(ALICE, Secrets.credential(2));
        assertFalse(update(ALICE, before, stored -> stored.withWarning(1)));
        assertEquals(Secrets.token(2).reveal(), secretOf(ALICE));
        assertEquals(Optional.empty(), read(ALICE).orElseThrow().warnedDays());

        assertTrue(delete(ALICE));
        assertFalse(update(ALICE, before, stored -> stored.withWarning(1)));
        assertEquals(Optional.empty(), read(ALICE));
    }

    @Test
    void twoConcurrentUpdatesAreBothStored() throws Refusal {
        Credential asked = Secrets.credential(1);
        keep(ALICE, asked);
        assertTrue(update(ALICE, asked, stored -> stored.withLabel("mine")));
        assertTrue(update(ALICE, asked, stored -> stored.withWarning(7)));
        Credential read = read(ALICE).orElseThrow();
        assertEquals("mine", read.label());
        assertEquals(Optional.of(7), read.warnedDays());
    }

    @Test
    void theLastUseIsRemembered() throws Refusal {
        keep(ALICE, Secrets.credential(1));
        assertEquals(Optional.empty(), lastUsed(ALICE));
        Instant before = Instant.now().minusSeconds(1);
        used(ALICE);
        Instant first = lastUsed(ALICE).orElseThrow();
        assertTrue(first.isAfter(before), first.toString());
        used(ALICE);
        assertFalse(lastUsed(ALICE).orElseThrow().isBefore(first));
        assertEquals(List.of(ALICE), owners());
        assertTrue(delete(ALICE));
        assertEquals(Optional.empty(), lastUsed(ALICE));
    }

    @Test
    void keepingReceivesThePreviousCredential() throws Refusal {
        List<Optional<String>> earlier = new ArrayList<>();
        for (int i = 1; i <= 2; i++) {
            Credential next = Secrets.credential(i);
            done(store().keep(ALICE, before -> {
                earlier.add(before.map(Credential::reveal));
                return next;
            }));
        }
        assertEquals(List.of(Optional.empty(), Optional.of(Secrets.token(1).reveal())), earlier);
        assertEquals(Secrets.token(2).reveal(), secretOf(ALICE));
    }

    @Test
    void aStampDiffersAfterEachChangeAndOnlyForItsOwner() throws Refusal {
        keep(BOB, Secrets.credential(9));
        String bobs = stamps().get(BOB);
        List<String> alices = new ArrayList<>();
        keep(ALICE, Secrets.credential(1));
        alices.add(stamps().get(ALICE));
        assertEquals(alices.get(0), stamps().get(ALICE), "nothing has changed");
        keep(ALICE, Secrets.credential(2));
        alices.add(stamps().get(ALICE));
        assertTrue(update(ALICE, Secrets.credential(2), stored -> stored.withLabel("mine")));
        alices.add(stamps().get(ALICE));
        used(ALICE);
        alices.add(stamps().get(ALICE));
        assertEquals(4, Set.copyOf(alices).size(), alices.toString());
        assertEquals(bobs, stamps().get(BOB));
        assertTrue(delete(ALICE));
        assertEquals(Set.of(BOB), stamps().keySet());
    }

    @Test
    void theStoreIsReadyIfItIsEmptyOrReadable() throws Refusal {
        done(store().ready(ALICE));
        keep(ALICE, Secrets.credential(1));
        done(store().ready(ALICE));
        assertEquals(Secrets.token(1).reveal(), secretOf(ALICE));
    }

    @Test
    void manyConcurrentWritesLeaveOneOfThem() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> writes = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                Credential credential = Secrets.credential(i);
                writes.add(threads.submit(() -> {
                    keep(ALICE, credential);
                    read(ALICE).orElseThrow();
                    return null;
                }));
            }
            for (Future<?> write : writes) {
                write.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(List.of(ALICE), owners());
        assertTrue(read(ALICE).isPresent());
    }

    private String secretOf(Owner owner) throws Refusal {
        return read(owner).orElseThrow().reveal();
    }

    private Optional<Credential> read(Owner owner) throws Refusal {
        return done(store().read(owner)).map(CredentialStore.Kept::credential);
    }

    private Optional<Instant> lastUsed(Owner owner) throws Refusal {
        return done(store().read(owner)).flatMap(CredentialStore.Kept::lastUsed);
    }

    private void keep(Owner owner, Credential credential) throws Refusal {
        done(store().keep(owner, before -> credential));
    }

    private boolean update(Owner owner, Credential asked, UnaryOperator<Credential> change) throws Refusal {
        return done(store().update(owner, asked, change));
    }

    private boolean delete(Owner owner) throws Refusal {
        return done(store().delete(owner));
    }

    private void used(Owner owner) throws Refusal {
        done(store().used(owner));
    }

    private List<Owner> owners() throws Refusal {
        return List.copyOf(stamps().keySet());
    }

    private Map<Owner, String> stamps() throws Refusal {
        return done(store().stamps());
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }
}
