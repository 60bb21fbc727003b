package dev.authbridge.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.CheckResult;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.CredentialVault;
import dev.authbridge.credential.Validity;
import dev.authbridge.support.Secrets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every vault has to do, whatever it is made of. A store's own test extends this. */
abstract class CredentialVaultConformance {
    private static final Owner ALICE = new Owner("alice");
    private static final Owner BOB = new Owner("bob");

    /** A vault on the store of this test; each call gives another object on the same store. */
    abstract CredentialVault vault() throws Refusal;

    @Test
    void anEmptyVaultHasNothing() throws Refusal {
        assertEquals(Optional.empty(), vault().read(ALICE));
        assertEquals(List.of(), vault().owners());
        assertFalse(vault().delete(ALICE));
    }

    @Test
    void whatIsKeptIsReadByteForByte() throws Refusal {
        vault().keep(ALICE, Secrets.credential(1));
        Credential read = vault().read(ALICE).orElseThrow();
        assertEquals(Secrets.token(1).reveal(), read.reveal());
        assertEquals(ClaudeCredential.OAUTH_TOKEN, read.kind());
        assertEquals(Secrets.MADE, read.madeAt());
        assertEquals(Secrets.credential(1).summary(), read.summary());
        assertEquals("", read.label());
        assertEquals(Optional.empty(), read.lastCheck());
        assertEquals(Optional.empty(), read.warnedDays());
    }

    @Test
    void everythingThatIsKnownIsKept() throws Refusal {
        CheckResult check = new CheckResult(Validity.UNKNOWN, "500: überlastet", Secrets.MADE.plusSeconds(9));
        Credential known = ClaudeCredential.apiKey(Secrets.apiKey(1), Secrets.MADE)
                .withLabel("Büro, Server 3")
                .withCheck(check)
                .withWarning(7);
        vault().keep(ALICE, known);
        Credential read = vault().read(ALICE).orElseThrow();
        assertEquals(Secrets.apiKey(1), read.reveal());
        assertEquals(ClaudeCredential.API_KEY, read.kind());
        assertEquals("Büro, Server 3", read.label());
        assertEquals(Optional.of(check), read.lastCheck());
        assertEquals(Optional.of(7), read.warnedDays());
        assertEquals(Optional.empty(), read.expiresAt());
    }

    @Test
    void theLaterOneReplacesTheEarlierOne() throws Refusal {
        vault().keep(ALICE, Secrets.credential(1));
        vault().keep(ALICE, Secrets.credential(2));
        assertEquals(Secrets.token(2).reveal(), secretOf(ALICE));
    }

    @Test
    void ownersHaveNothingToDoWithOneAnother() throws Refusal {
        vault().keep(BOB, Secrets.credential(2));
        vault().keep(ALICE, Secrets.credential(1));
        assertEquals(List.of(ALICE, BOB), vault().owners());
        assertTrue(vault().delete(ALICE));
        assertEquals(Optional.empty(), vault().read(ALICE));
        assertEquals(Secrets.token(2).reveal(), secretOf(BOB));
        assertEquals(List.of(BOB), vault().owners());
    }

    @Test
    void deletingTwiceSaysSo() throws Refusal {
        vault().keep(ALICE, Secrets.credential(1));
        assertTrue(vault().delete(ALICE));
        assertFalse(vault().delete(ALICE));
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
            vault().keep(owners.get(i), Secrets.credential(i));
        }
        assertEquals(owners, vault().owners());
        for (int i = 0; i < owners.size(); i++) {
            assertEquals(Secrets.token(i).reveal(), secretOf(owners.get(i)));
        }
    }

    @Test
    void whatIsLearnedIsKeptWithTheCredential() throws Refusal {
        vault().keep(ALICE, Secrets.credential(1));
        assertTrue(vault().update(ALICE, Secrets.credential(1), stored -> stored.withWarning(30)));
        assertEquals(Optional.of(30), vault().read(ALICE).orElseThrow().warnedDays());
    }

    @Test
    void whatIsLearnedTooLateChangesNothing() throws Refusal {
        Credential before = Secrets.credential(1);
        vault().keep(ALICE, before);
        vault().keep(ALICE, Secrets.credential(2));
        assertFalse(vault().update(ALICE, before, stored -> stored.withWarning(1)));
        assertEquals(Secrets.token(2).reveal(), secretOf(ALICE));
        assertEquals(Optional.empty(), vault().read(ALICE).orElseThrow().warnedDays());

        assertTrue(vault().delete(ALICE));
        assertFalse(vault().update(ALICE, before, stored -> stored.withWarning(1)));
        assertEquals(Optional.empty(), vault().read(ALICE));
    }

    @Test
    void twoThingsLearnedAtOnceAreBothKept() throws Refusal {
        Credential asked = Secrets.credential(1);
        vault().keep(ALICE, asked);
        assertTrue(vault().update(ALICE, asked, stored -> stored.withLabel("mine")));
        assertTrue(vault().update(ALICE, asked, stored -> stored.withWarning(7)));
        Credential read = vault().read(ALICE).orElseThrow();
        assertEquals("mine", read.label());
        assertEquals(Optional.of(7), read.warnedDays());
    }

    @Test
    void theLastUseIsRemembered() throws Refusal {
        vault().keep(ALICE, Secrets.credential(1));
        assertEquals(Optional.empty(), vault().lastUsed(ALICE));
        Instant before = Instant.now().minusSeconds(1);
        vault().used(ALICE);
        Instant first = vault().lastUsed(ALICE).orElseThrow();
        assertTrue(first.isAfter(before), first.toString());
        vault().used(ALICE);
        assertFalse(vault().lastUsed(ALICE).orElseThrow().isBefore(first));
        assertEquals(List.of(ALICE), vault().owners());
        assertTrue(vault().delete(ALICE));
        assertEquals(Optional.empty(), vault().lastUsed(ALICE));
    }

    @Test
    void manyAtOnceGiveOneOfThem() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> writes = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                Credential credential = Secrets.credential(i);
                writes.add(threads.submit(() -> {
                    vault().keep(ALICE, credential);
                    vault().read(ALICE).orElseThrow();
                    return null;
                }));
            }
            for (Future<?> write : writes) {
                write.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(List.of(ALICE), vault().owners());
        assertTrue(vault().read(ALICE).isPresent());
    }

    private String secretOf(Owner owner) throws Refusal {
        return vault().read(owner).orElseThrow().reveal();
    }
}
