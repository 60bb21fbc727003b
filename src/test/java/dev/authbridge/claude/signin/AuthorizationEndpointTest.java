package dev.authbridge.claude.signin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationEndpointTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://claude.ai/oauth/authorize?code=true&client_id=9d1c&state=abc",
                "https://claude.com/cai/oauth/authorize?code=true&client_id=9d1c&state=abc",
                "https://claude.ai/oauth/authorize?IjDq7-a3NaneNm761lccWmtwx8vvYXQGwoLNc0MaMk_M",
                "https://platform.claude.com/oauth/authorize?code=true",
                "https://console.anthropic.com/oauth/authorize?code=true",
            })
    void theVendorsAuthorizationAddressesAreRecognized(String text) {
        assertEquals(text, AuthorizationEndpoint.parse(text).orElseThrow().value());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://claude.ai/oauth/authorize?code=true",
                "https://claude.ai.example.org/oauth/authorize?code=true",
                "https://evil-claude.ai/oauth/authorize?code=true",
                "https://user@claude.ai/oauth/authorize?code=true",
                "https://claude.ai@example.org/oauth/authorize?code=true",
                "https://claude.ai:8443/oauth/authorize?code=true",
                "https://claude.ai:/oauth/authorize?code=true",
                "https://claude.ai\\@example.org/oauth/authorize?code=true",
                "https://claude.ai/oauth/authorize",
                "https://claude.ai/oauth/authorize?",
                "https://claude.ai/settings?code=true",
                "https://claude.ai/oauth/authorize?code=true#fragment",
                "https://claude.ai/oauth/auth orize?code=true",
                "https://claude.ai/oauth/authorize?code=\u0430",
                "javascript:alert(1)//claude.ai/oauth/authorize?code=true",
                "ttps://claude.ai/oauth/authorize?code=true",
                "",
            })
    void everyOtherAddressIsRejected(String text) {
        assertEquals(Optional.empty(), AuthorizationEndpoint.parse(text));
    }

    @Test
    void theStateIsReadIfTheAddressShowsIt() {
        assertEquals(
                Optional.of("VH0X2_i9"),
                AuthorizationEndpoint.parse("https://claude.com/cai/oauth/authorize?code=true&state=VH0X2_i9")
                        .orElseThrow()
                        .state());
        assertEquals(
                Optional.empty(),
                AuthorizationEndpoint.parse("https://claude.ai/oauth/authorize?IjDq7-a3Nane")
                        .orElseThrow()
                        .state());
    }
}
