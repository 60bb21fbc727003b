package dev.authbridge.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.CredentialCheck;
import dev.authbridge.credential.CredentialCheck.Validity;
import dev.authbridge.support.Secrets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The file of a credential as this version, an earlier one and a newer one write and read it. */
class CredentialTextTest {
    private static final CredentialCheck.Result CHECK =
            new CredentialCheck.Result(Validity.VALID, "200", Secrets.MADE, true, Optional.of("aaaa-1111"));

    private static Credential read(String text) {
        return CredentialText.read(text.getBytes(UTF_8), ClaudeCredential.KINDS);
    }

    private static TreeSet<String> lines(Credential credential) {
        return new TreeSet<>(Arrays.asList(new String(CredentialText.write(credential), UTF_8).split("\n")));
    }

    @Test
    void everythingThatIsKnownIsReadBack() throws Refusal {
        Credential successor = ClaudeCredential.apiKey(Secrets.apiKey(2), Secrets.MADE.plusSeconds(60))
                .withCheck(CHECK);
        Credential full = Secrets.credential(1)
                .withLabel("build machine")
                .withCheck(CHECK)
                .withWarning(7)
                .heldSince(Optional.of(Secrets.MADE))
                .withSuccessor(Optional.of(successor));
        Credential again = CredentialText.read(CredentialText.write(full), ClaudeCredential.KINDS);
        assertEquals(lines(full), lines(again));
        assertEquals(Optional.of("aaaa-1111"), again.organization());
        assertEquals(Optional.of(Secrets.MADE), again.heldSince());
        assertEquals(
                Secrets.apiKey(2), again.successor(Secrets.MADE).orElseThrow().reveal());
        assertEquals(Optional.empty(), again.successor(Secrets.MADE.plusSeconds(60 + 24 * 60 * 60)));
        Credential released = again.heldSince(Optional.empty()).withSuccessor(Optional.empty());
        assertTrue(lines(released).contains("method oauth_token"));
        assertTrue(lines(released).stream().noneMatch(line -> line.startsWith("held") || line.startsWith("next")));
    }

    @Test
    void aFileOfAnEarlierVersionIsRead() {
        Credential old = read("method oauth_token\nsecret " + Secrets.token(1).reveal() + "\nmade " + Secrets.MADE
                + "\nlabel mine\nchecked " + Secrets.MADE + "\nvalidity valid\nsaid 200\nwarned 30\n");
        assertEquals("mine", old.label());
        assertEquals(Optional.empty(), old.organization());
        assertEquals(Optional.empty(), old.heldSince());
        assertEquals(Optional.of(30), old.warnedDays());
    }

    /** They read the method first, and know two. */
    @Test
    void anEarlierVersionCannotReadACredentialThatIsHeldBack() {
        Credential held = Secrets.credential(1).heldSince(Optional.of(Secrets.MADE));
        assertTrue(lines(held).contains("method held"));
    }

    @Test
    void whatANewerVersionHasAddedIsKept() {
        String text = "method api_key\nsecret " + Secrets.apiKey(1) + "\nmade " + Secrets.MADE
                + "\nlabel \ncolour blue and green\n";
        Credential changed = read(text).withLabel("mine").withCheck(CHECK);
        assertEquals(Map.of("colour", "blue and green"), changed.known().further());
        assertTrue(lines(changed).contains("colour blue and green"));
    }

    @Test
    void whatCannotBeReadIsNotRepeated() {
        for (String wrong : new String[] {
            "method held\nsecret " + Secrets.token(1).reveal() + "\nmade " + Secrets.MADE,
            "method held\nheld-method oauth_token\nsecret " + Secrets.token(1).reveal() + "\nmade " + Secrets.MADE,
            "method oauth_token\nsecret " + Secrets.token(1).reveal() + "\nmade " + Secrets.MADE + "\nnext-secret x",
        }) {
            IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> read(wrong));
            assertEquals("contains something that this version of the bridge does not know", refused.getMessage());
        }
    }

    @Test
    void theTextOfAnOrdinaryCredentialIsAsBefore() {
        Credential plain = Secrets.credential(1).withLabel("x");
        assertArrayEquals(
                ("method oauth_token\nsecret " + Secrets.token(1).reveal() + "\nmade " + Secrets.MADE + "\nlabel x\n")
                        .getBytes(UTF_8),
                CredentialText.write(plain));
    }
}
