package dev.authbridge.web;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

class OriginsTest {
    @Test
    void theOwnOriginIsTheHostHeaderWithSchemeAndPort() {
        Origins origins = new Origins(Set.of("https://app.example"));
        assertTrue(origins.allow("http://127.0.0.1:8765", "http", "127.0.0.1:8765"));
        assertTrue(origins.allow("https://bridge.example", "https", "bridge.example"));
        assertTrue(origins.allow("https://bridge.example", "https", "Bridge.Example:443"));
        assertTrue(origins.allow("http://[::1]:8765", "http", "[::1]:8765"));
        assertTrue(origins.allow("http://build_box:8765", "http", "build_box:8765"));
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
}
