package dev.authbridge.login;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationUrlTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://sign-in.example/authorize?x=s3cret",
                "javascript:alert('s3cret')",
                "https:///authorize?x=s3cret",
                "https://sign-in.example/auth orize?x=s3cret",
            })
    void onlyAnHttpsAddressIsAccepted(String address) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> new AuthorizationUrl(address, Optional.empty()));
        assertFalse(refused.toString().contains("s3cret"));
    }

    @Test
    void itsTextForLogsLeavesTheAddressOut() {
        String text =
                new AuthorizationUrl("https://claude.ai/oauth/authorize?IjDq7-a3Nane", Optional.of("st4te")).toString();
        assertTrue(text.contains("claude.ai"), text);
        assertFalse(text.contains("IjDq7"), text);
        assertFalse(text.contains("st4te"), text);
    }
}
