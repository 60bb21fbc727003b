package dev.authbridge.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.authbridge.core.Peer;
import org.junit.jupiter.api.Test;

class ClientTest {
    @Test
    void aDeviceHasAShortName() {
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
        for (String unknown :
                new String[] {"curl/8.0", "Your own phone", "Firefox/1", "Windows", "x".repeat(500), null}) {
            assertEquals("unknown device", Client.device(unknown));
        }
        assertEquals("Chrome on Windows", Client.device("Chrome/1 Windows of your colleague"));
        assertEquals("unknown device", Client.device(" "));
    }

    @Test
    void wrongKeysAreCountedByNetwork() {
        assertEquals("203.0.113.7", new Peer("203.0.113.7", "d").network());
        assertEquals(
                new Peer("2001:db8:1:2:3:4:5:6", "d").network(),
                new Peer("2001:db8:1:2:ffff:0:0:1%eth0", "d").network());
        assertEquals("::1", new Peer("::1", "d").network());
    }
}
