package dev.authbridge.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.core.Owner;
import dev.authbridge.support.HandTurnedLoop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionCookiesTest {
    private static final Owner ANNA = new Owner("anna.b");
    private static final String KEY = "anna-s-access-key-0123456789";
    private static final byte[] SIGNING_KEY = new byte[32];

    private final HandTurnedLoop timers = new HandTurnedLoop();

    private static AccessKey key(String text, Scope... scopes) {
        return AccessKey.of(ANNA, text, Set.of(scopes));
    }

    private SessionCookies cookies(byte[] signingKey, AccessKey... keys) throws KeysFile.Unusable {
        return new SessionCookies(signingKey, new AccessKeys(List.of(keys), Optional.empty()), timers::now);
    }

    private static String value(String header) {
        return header.substring(header.indexOf('=') + 1, header.indexOf(';'));
    }

    @Test
    void aCookieStaysValidAfterARestartButNotWithoutItsKey() throws Exception {
        AccessKey key = key(KEY, Scope.LOGIN);
        String cookie = value(cookies(SIGNING_KEY, key).open(key, false));
        assertEquals(Optional.of(key), cookies(SIGNING_KEY, key).read(cookie));
        assertEquals(
                Optional.empty(),
                cookies(SIGNING_KEY, key("another-key-altogether", Scope.LOGIN)).read(cookie));
        byte[] otherSigningKey = SIGNING_KEY.clone();
        otherSigningKey[0] = 1;
        assertEquals(Optional.empty(), cookies(otherSigningKey, key).read(cookie));
    }

    @Test
    void aCookieIsValidForThirtyDays() throws Exception {
        AccessKey key = key(KEY, Scope.LOGIN);
        SessionCookies cookies = cookies(SIGNING_KEY, key);
        String cookie = value(cookies.open(key, false));
        timers.turn(Duration.ofDays(30).minusSeconds(1));
        assertTrue(cookies.read(cookie).isPresent());
        timers.turn(Duration.ofSeconds(1));
        assertFalse(cookies.read(cookie).isPresent());
    }

    @Test
    void aModifiedCookieIsRejected() throws Exception {
        AccessKey key = key(KEY, Scope.LOGIN);
        SessionCookies cookies = cookies(SIGNING_KEY, key);
        String cookie = value(cookies.open(key, false));
        String[] parts = cookie.split("\\.");
        assertEquals(3, parts.length);
        for (String forged : new String[] {
            "",
            "..",
            "a.b",
            cookie + "x",
            "ben." + parts[1] + "." + parts[2],
            parts[0] + ".9999999999." + parts[2],
            parts[0] + "." + parts[1] + ".",
            parts[0] + ".99999999999999999999." + parts[2],
            "../x." + parts[1] + "." + parts[2],
            "x".repeat(10_000),
        }) {
            assertEquals(Optional.empty(), cookies.read(forged), forged);
        }
    }
}
