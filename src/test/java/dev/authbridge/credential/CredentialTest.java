package dev.authbridge.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.CredentialCheck.Validity;
import dev.authbridge.support.Secrets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialTest {
    @Test
    void aTokenExpiresAYearAfterItWasCreated() {
        assertEquals(
                Optional.of(Secrets.MADE.plus(Duration.ofDays(365))),
                Secrets.credential(1).expiresAt());
    }

    @Test
    void anApiKeyDoesNotExpire() throws Refusal {
        assertEquals(
                Optional.empty(),
                ClaudeCredential.apiKey(Secrets.apiKey(1), Secrets.MADE).expiresAt());
    }

    @Test
    void itsTextFormShowsNoneOfTheSecret() {
        Credential credential = Secrets.credential(1);
        assertEquals("oauth_token " + credential.fingerprint(), credential.toString());
    }

    @Test
    void theFingerprintTellsCredentialsApartAndShowsNothing() {
        String fingerprint = Secrets.credential(1).fingerprint();
        assertTrue(fingerprint.matches("[0-9a-f]{4}(-[0-9a-f]{4}){3}"), fingerprint);
        assertEquals(fingerprint, Secrets.credential(1).fingerprint());
        assertNotEquals(fingerprint, Secrets.credential(2).fingerprint());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sk-ant-oat01-0123456789abcdefghij",
                "sk-ant-at01-0123456789abcdefghij",
                "sk-ant-other-0123456789abcdefghij"
            })
    void aTokenMayHaveAnyPrefixOfTheVendor(String token) throws Refusal {
        assertEquals(
                token, ClaudeCredential.token(new Secret(token), Secrets.MADE).reveal());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sk-ant-",
                "sk-ant-oat01",
                "Bearer sk-ant-oat01-0123456789abcdefghij",
                "sk-ant-oat01-0123456789 abcdefghij",
                "sk-ant-oat01-0123456789\nabcdefghij",
                "sk-ant-oat01-0123456789*****efghij",
                "sk-ant-oat01-0123456789äbcdefghij",
                "sk-ant-oat01-0123456789\u0000abcdefghij",
                "sk-ant-api03-0123456789abcdefghij",
                "ghp_0123456789abcdefghij0123456789"
            })
    void whatCannotBeATokenIsRefusedWithoutRepeatingIt(String token) {
        refused(token, () -> ClaudeCredential.token(new Secret(token), Secrets.MADE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "   ",
                "sk-ant-api03",
                "sk-ant-oat01-0123456789abcdefghij",
                "sk-ant-at01-0123456789abcdefghij",
                "sk-ant-admin01-0123456789abcdefghij",
                "sk-proj-0123456789abcdefghij",
                "sk-ant-api03-0123456789\"abcdefghij"
            })
    void whatCannotBeAnApiKeyIsRefusedWithoutRepeatingIt(String key) {
        refused(key, () -> ClaudeCredential.apiKey(key, Secrets.MADE));
    }

    @Test
    void anEndlessTokenIsRefused() {
        String token = "sk-ant-oat01-" + "a".repeat(5000);
        refused(token, () -> ClaudeCredential.token(new Secret(token), Secrets.MADE));
    }

    @Test
    void blanksAroundAPastedApiKeyAreTakenOff() throws Refusal {
        assertEquals(
                Secrets.apiKey(1),
                ClaudeCredential.apiKey("  " + Secrets.apiKey(1) + "\n", Secrets.MADE)
                        .reveal());
    }

    @Test
    void textFromOthersIsReducedToOneLine() throws Refusal {
        Credential credential = Secrets.credential(1).withLabel("two\nlines\u001b[31m\u202e\u0000 and more");
        assertEquals("two lines [31m  and more", credential.label());
        assertEquals(
                81, Secrets.credential(1).withLabel("x".repeat(500)).label().length());
        String pairs = "😀".repeat(200);
        String cut = new CredentialCheck.Result(Validity.UNKNOWN, "a" + pairs, Secrets.MADE).said();
        assertEquals(cut, new CredentialCheck.Result(Validity.UNKNOWN, cut, Secrets.MADE).said());
        assertFalse(cut.chars().filter(c -> Character.isSurrogate((char) c)).count() % 2 == 1);
    }

    private static void refused(String secret, org.junit.jupiter.api.function.Executable work) {
        Refusal failure = assertThrows(Refusal.class, work);
        assertEquals(Reason.CREDENTIAL_INVALID, failure.problem().reason());
        String rest = secret.length() > 12 ? secret.substring(12) : "\u0001";
        assertFalse(failure.getMessage().contains(rest), failure.getMessage());
    }
}
