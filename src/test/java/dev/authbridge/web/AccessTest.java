package dev.authbridge.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.login.Owner;
import dev.authbridge.support.HandTurnedTimers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {
    private static final Owner ANNA = new Owner("anna.b");
    private static final String KEY = "anna-s-access-key-0123456789";
    private static final byte[] SIGNING_KEY = new byte[32];

    @TempDir
    private Path folder;

    private final HandTurnedTimers timers = new HandTurnedTimers();

    private static AccessKey key(String text, Scope... scopes) {
        return AccessKey.of(ANNA, text, Set.of(scopes));
    }

    private static AccessKeys keys(AccessKey... keys) throws KeysFile.Unusable {
        return new AccessKeys(List.of(keys), Optional.empty());
    }

    private SessionCookies cookies(byte[] signingKey, AccessKey... keys) throws KeysFile.Unusable {
        return new SessionCookies(signingKey, keys(keys), timers::now);
    }

    private static String value(String header) {
        return header.substring(header.indexOf('=') + 1, header.indexOf(';'));
    }

    @Test
    void aCookieOutlivesARestartButNotItsKey() throws Exception {
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
    void aCookieIsGoodForThirtyDays() throws Exception {
        AccessKey key = key(KEY, Scope.LOGIN);
        SessionCookies cookies = cookies(SIGNING_KEY, key);
        String cookie = value(cookies.open(key, false));
        timers.turn(Duration.ofDays(30).minusSeconds(1));
        assertTrue(cookies.read(cookie).isPresent());
        timers.turn(Duration.ofSeconds(1));
        assertFalse(cookies.read(cookie).isPresent());
    }

    @Test
    void aChangedCookieIsNone() throws Exception {
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

    @Test
    void oneKeyInTwoLinesHasTheScopesOfBoth() throws Exception {
        String sha256 = key(KEY).sha256();
        List<AccessKey> read = KeysFile.parse("anna.b:" + sha256.toUpperCase(java.util.Locale.ROOT) + ": login \n"
                + "anna.b:" + sha256 + ":read-credential\n");
        assertEquals(List.of(key(KEY, Scope.LOGIN, Scope.READ_CREDENTIAL)), read);
    }

    @Test
    void anOwnerMayHaveSeveralKeysEachWithItsOwnScopes() throws Exception {
        AccessKeys keys = keys(key(KEY, Scope.LOGIN), key("for-the-sandboxes-only", Scope.READ_CREDENTIAL));
        assertTrue(keys.find(KEY).orElseThrow().may(Scope.LOGIN));
        assertFalse(keys.find(KEY).orElseThrow().may(Scope.READ_CREDENTIAL));
        assertTrue(keys.find("for-the-sandboxes-only").orElseThrow().may(Scope.READ_CREDENTIAL));
        assertEquals(Optional.empty(), keys.find(KEY + "x"));
        assertEquals(Optional.empty(), keys.find(key(KEY).sha256()));
    }

    @Test
    void theFileIsReadAgainAndABadOneChangesNothing() throws Exception {
        Path file = folder.resolve("keys");
        Files.writeString(file, "");
        AccessKeys keys = new AccessKeys(List.of(), Optional.of(file));
        assertFalse(keys.reload());
        Files.writeString(file, "anna.b:" + key(KEY).sha256() + ":login\n");
        assertTrue(keys.reload());
        assertTrue(keys.find(KEY).isPresent());
        assertFalse(keys.reload());
        Files.writeString(file, "nonsense");
        assertFalse(keys.reload());
        Files.delete(file);
        assertFalse(keys.reload());
        assertTrue(keys.find(KEY).isPresent());
        Files.writeString(file, "# nobody\n");
        assertTrue(keys.reload());
        assertFalse(keys.find(KEY).isPresent());
    }

    @Test
    void anOriginIsOwnByItsHostHeaderWithSchemeAndPort() {
        Origins origins = new Origins(Set.of("https://app.example"));
        assertTrue(origins.allow("http://127.0.0.1:8765", "http", "127.0.0.1:8765"));
        assertTrue(origins.allow("https://bridge.example", "https", "bridge.example"));
        assertTrue(origins.allow("https://bridge.example", "https", "Bridge.Example:443"));
        assertTrue(origins.allow("http://[::1]:8765", "http", "[::1]:8765"));
        assertTrue(origins.allow("https://app.example", "http", "127.0.0.1:8765"));
        for (String other : new String[] {
            "null",
            "",
            "http://127.0.0.1",
            "https://127.0.0.1:8765",
            "http://127.0.0.1:87650",
            "http://app.example",
            "https://app.example.evil",
            "https://app.example:8443",
        }) {
            assertFalse(origins.allow(other, "http", "127.0.0.1:8765"), other);
        }
        assertFalse(origins.allow("http://evil", "http", "evil/"));
        assertFalse(origins.allow("null", "http", ""));
    }

    @Test
    void aLimitRefillsWithTime() {
        RateLimit<String> limit = new RateLimit<>(2, Duration.ofSeconds(10), timers::now);
        assertFalse(limit.spent("a"));
        assertTrue(limit.take("a"));
        assertTrue(limit.take("a"));
        assertFalse(limit.take("a"));
        assertTrue(limit.spent("a"));
        assertTrue(limit.take("b"));
        timers.turn(Duration.ofSeconds(9));
        assertFalse(limit.take("a"));
        timers.turn(Duration.ofSeconds(1));
        assertTrue(limit.take("a"));
        assertFalse(limit.take("a"));
        timers.turn(Duration.ofHours(1));
        assertTrue(limit.take("a"));
        assertTrue(limit.take("a"));
        assertFalse(limit.take("a"));
    }

    @Test
    void aTicketIsGoodOnceAndTheOldestGivesWay() {
        Tickets<String> tickets = new Tickets<>(2, timers::now);
        String one = tickets.issue("one");
        assertEquals(Optional.of("one"), tickets.look(one));
        assertEquals(Optional.of("one"), tickets.redeem(one));
        assertEquals(Optional.empty(), tickets.redeem(one));
        String two = tickets.issue("two");
        String three = tickets.issue("three");
        String four = tickets.issue("four");
        assertEquals(Optional.empty(), tickets.look(two));
        assertEquals(Optional.of("three"), tickets.look(three));
        timers.turn(Tickets.LIFETIME);
        assertEquals(Optional.empty(), tickets.redeem(four));
    }

    @Test
    void aDeviceIsNamedShortly() {
        assertEquals(
                "Safari on iPhone",
                Client.device("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
                        + " Gecko) Version/17.0 Mobile/15E148 Safari/604.1"));
        assertEquals(
                "Edge on Windows",
                Client.device("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
                        + " Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0"));
        assertEquals(
                "Firefox on Linux", Client.device("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko Firefox/128.0"));
        assertEquals("curl/8.0", Client.device("curl/8.0\u001b[2J\u202e".replace("[2J", "")));
        assertEquals(60, Client.device("x".repeat(500)).length());
        assertEquals("unknown device", Client.device(" "));
    }

    @Test
    void wrongKeysAreCountedByNetwork() {
        assertEquals("203.0.113.7", new Client("203.0.113.7", "http", "h", "d").network());
        assertEquals(
                new Client("2001:db8:1:2:3:4:5:6", "http", "h", "d").network(),
                new Client("2001:db8:1:2:ffff:0:0:1%eth0", "http", "h", "d").network());
        assertEquals("::1", new Client("::1", "http", "h", "d").network());
    }
}
