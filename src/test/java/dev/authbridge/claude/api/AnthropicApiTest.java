package dev.authbridge.claude.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.CredentialCheck;
import dev.authbridge.credential.CredentialCheck.Validity;
import dev.authbridge.support.Answer;
import dev.authbridge.support.ApiStandIn;
import dev.authbridge.support.Secrets;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnthropicApiTest {
    private static final Clock CLOCK = Clock.fixed(Secrets.MADE, ZoneOffset.UTC);

    private static ApiStandIn standIn;

    @BeforeAll
    static void openTheStandIn() {
        standIn = ApiStandIn.open();
    }

    @AfterAll
    static void closeTheStandIn() {
        standIn.close();
    }

    @BeforeEach
    void answerAsUsual() {
        standIn.alwaysModels(Answer.usual());
    }

    @Test
    void anAccessTokenIsSentAsABearerToken() {
        assertEquals(new CredentialCheck.Result(Validity.VALID, "200", Secrets.MADE), ask(Secrets.credential(1)));
        ApiStandIn.Request request = lastRequest();
        assertEquals("/v1/models", request.path());
        assertEquals("Bearer " + Secrets.token(1).reveal(), request.headers().get("Authorization"));
        assertEquals("oauth-2025-04-20", request.headers().get("anthropic-beta"));
        assertEquals("2023-06-01", request.headers().get("anthropic-version"));
        assertFalse(request.headers().contains("x-api-key"));
        assertTrue(standIn.vendor().tunnels().contains("api.anthropic.com"));
    }

    @Test
    void anApiKeyIsSentAsAnApiKey() throws Refusal {
        assertEquals(
                Validity.VALID,
                ask(ClaudeCredential.apiKey(Secrets.apiKey(1), Secrets.MADE)).validity());
        ApiStandIn.Request request = lastRequest();
        assertEquals(Secrets.apiKey(1), request.headers().get("x-api-key"));
        assertFalse(request.headers().contains("Authorization"));
        assertFalse(request.headers().contains("anthropic-beta"));
    }

    @Test
    void a401MeansInvalidAndTheServicesWordsAreKept() {
        standIn.nextModels(Answer.status(401));
        assertEquals(
                new CredentialCheck.Result(
                        Validity.INVALID, "401 authentication_error: The stand-in answers 401", Secrets.MADE),
                ask(Secrets.credential(1)));
    }

    @Test
    void theOrganizationIsKnownByAShortHashOfItsId() {
        String id = "5f0c2a31-77aa-4a7e-9c1d-2b7c1d0e9f44";
        standIn.nextModels(
                Answer.status(401, Map.of("anthropic-organization-id", id)),
                Answer.status(403, Map.of("Anthropic-Organization-Id", id.toUpperCase(Locale.ROOT))),
                Answer.status(403, Map.of("anthropic-organization-id", "another")),
                Answer.status(403, Map.of("anthropic-organization-id", " ")));
        Optional<String> organization = ask(Secrets.credential(1)).organization();
        assertTrue(organization.orElseThrow().matches("[0-9a-f]{4}-[0-9a-f]{4}"), organization.toString());
        assertFalse(id.contains(organization.get()));
        assertEquals(organization, ask(Secrets.credential(1)).organization());
        assertNotEquals(organization, ask(Secrets.credential(1)).organization());
        assertEquals(Optional.empty(), ask(Secrets.credential(1)).organization());
        assertEquals(Optional.empty(), ask(Secrets.credential(1)).organization());
    }

    /** Only then a token that was made elsewhere is taken over. */
    @ParameterizedTest
    @CsvSource({"401, true", "403, true", "400, false", "404, false", "407, false", "429, false", "503, false"})
    void aRefusalIsAnAnswerAndAFaultIsNone(int status, boolean answered) {
        standIn.nextModels(Answer.status(status));
        assertEquals(answered, ask(Secrets.credential(1)).answered());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\": {\"code\": 403, \"message\": \"blocked\"}}",
                "{\"error\": {}}",
                "{\"error\": \"blocked\"}"
            })
    void a403OfAProxyIsNoAnswerOfTheService(String body) {
        standIn.nextModels(Answer.json(403, body));
        assertFalse(ask(Secrets.credential(1)).answered());
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 403, 404, 407, 429, 500, 502, 503, 529})
    void anyOtherAnswerSaysNothingAboutTheCredential(int status) {
        standIn.nextModels(Answer.status(status));
        CredentialCheck.Result result = ask(Secrets.credential(1));
        assertEquals(Validity.UNKNOWN, result.validity());
        assertTrue(result.said().startsWith(status + " "), result.said());
    }

    @Test
    void aConnectionThatBreaksLeavesTheValidityUnknown() {
        // the JDK asks a second time by itself
        standIn.alwaysModels(Answer.drop());
        assertEquals(Validity.UNKNOWN, ask(Secrets.credential(1)).validity());
    }

    @Test
    void aServiceThatDoesNotAnswerLeavesTheValidityUnknown() {
        standIn.nextModels(Answer.silence());
        CredentialCheck.Result result = ask(standIn.vendor().environment(), Duration.ofSeconds(1));
        assertEquals(Validity.UNKNOWN, result.validity());
        assertTrue(result.said().startsWith("No answer from api.anthropic.com"), result.said());
    }

    @Test
    void aProxyThatCannotBeReachedLeavesTheValidityUnknown() {
        CredentialCheck.Result result = ask(Map.of("HTTPS_PROXY", "http://127.0.0.1:9"), Duration.ofSeconds(10));
        assertEquals(Validity.UNKNOWN, result.validity());
        assertTrue(result.said().startsWith("Could not reach api.anthropic.com"), result.said());
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "socks5"})
    void nothingIsSentToAProxyThatIsNotSpokenToByHttp(String scheme) throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CredentialCheck.Result result = ask(
                    Map.of("HTTPS_PROXY", scheme + "://me:secret@127.0.0.1:" + proxy.getLocalPort()),
                    Duration.ofSeconds(10));
            assertEquals(Validity.UNKNOWN, result.validity());
            assertTrue(
                    result.said().contains("HTTPS_PROXY names a proxy that is spoken to by " + scheme), result.said());
            assertFalse(result.said().contains("secret"));
            proxy.setSoTimeout(1);
            assertThrows(SocketTimeoutException.class, proxy::accept, "nobody has come");
        }
    }

    @Test
    void anInvalidProxyIsNotBypassed() {
        CredentialCheck.Result result = ask(Map.of("HTTPS_PROXY", "http://a proxy"), Duration.ofSeconds(10));
        assertEquals(Validity.UNKNOWN, result.validity());
        assertTrue(result.said().contains("HTTPS_PROXY is no URL of a proxy"), result.said());
    }

    @Test
    void withoutTheExtraCertificateNothingIsSent() {
        int before = standIn.requests().size();
        CredentialCheck.Result result =
                ask(Map.of("HTTPS_PROXY", standIn.vendor().proxyUrl()), Duration.ofSeconds(10));
        assertEquals(Validity.UNKNOWN, result.validity());
        assertEquals(before, standIn.requests().size());
        assertTrue(
                result.said()
                        .startsWith("No safe connection to api.anthropic.com: its certificate was issued by"
                                + " \"CN=Claude Auth Bridge test authority\", which is not trusted here"),
                result.said());
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            textBlock =
                    """
            # file | folders | CLAUDE_CODE_CERT_STORE | NODE_OPTIONS     | expected
            PEM    , -       , -                      , -                , VALID
            PEM    , -       , bundled                , -                , UNKNOWN
            PEM    , -       , system                 , -                , VALID
            PEM    , -       , ' Bundled,SYSTEM'      , -                , VALID
            PEM    , -       , nonsense               , -                , VALID
            PEM    , -       , bundled                , --use-system-ca  , UNKNOWN
            PEM    , -       , -                      , --use-openssl-ca , VALID
            -      , FOLDER  , -                      , -                , VALID
            -      , /nowhere:FOLDER , system         , -                , VALID
            -      , FOLDER  , bundled                , -                , UNKNOWN
            /none  , FOLDER  , -                      , -                , VALID
            """)
    void theAuthoritiesThatTheCliWouldTrustAreTrusted(
            String file, String folders, String stores, String options, Validity expected, @TempDir Path folder)
            throws Exception {
        String pem = standIn.vendor().caFile().toString();
        Files.copy(Path.of(pem), folder.resolve("authority.crt"));
        Files.writeString(folder.resolve("README"), "no certificate");
        Map<String, String> environment =
                new HashMap<>(Map.of("HTTPS_PROXY", standIn.vendor().proxyUrl()));
        putIf(environment, "SSL_CERT_FILE", file == null ? null : file.replace("PEM", pem));
        putIf(environment, "SSL_CERT_DIR", folders == null ? null : folders.replace("FOLDER", folder.toString()));
        putIf(environment, "CLAUDE_CODE_CERT_STORE", stores);
        putIf(environment, "NODE_OPTIONS", options);
        assertEquals(expected, ask(environment, Duration.ofSeconds(10)).validity());
    }

    private static void putIf(Map<String, String> environment, String name, String value) {
        if (value != null) {
            environment.put(name, value);
        }
    }

    @Test
    void aCertificateForAnotherHostIsNotAcceptedAlthoughItsIssuerIsTrusted() {
        URI url = AnthropicApi.requireBaseUrl("https://gateway.example.com");
        String said = answer(new AnthropicApi(url, standIn.vendor().environment(), CLOCK), Secrets.credential(1))
                .said();
        assertTrue(
                said.contains("issued by \"CN=Claude Auth Bridge test authority\", is not accepted (No subject alt"),
                said);
    }

    @Test
    void aFileOfAuthoritiesThatIsPutRightIsReadAgain(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("ca.pem");
        Map<String, String> environment = new HashMap<>(standIn.vendor().environment());
        environment.put("NODE_EXTRA_CA_CERTS", file.toString());
        AnthropicApi api = new AnthropicApi(AnthropicApi.requireBaseUrl(AnthropicApi.DEFAULT_URL), environment, CLOCK);
        assertEquals(Validity.UNKNOWN, answer(api, Secrets.credential(1)).validity());
        Files.copy(standIn.vendor().caFile(), file);
        assertEquals(Validity.VALID, answer(api, Secrets.credential(1)).validity());
    }

    @Test
    void certificatesThatCannotBeReadAreIgnored(@TempDir Path folder) throws Exception {
        Path nonsense = Files.writeString(folder.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----\nnonsense\n");
        for (Path file : List.of(nonsense, folder.resolve("missing.pem"))) {
            Map<String, String> environment = new HashMap<>(standIn.vendor().environment());
            environment.put("NODE_EXTRA_CA_CERTS", file.toString());
            assertEquals(
                    Validity.UNKNOWN, ask(environment, Duration.ofSeconds(10)).validity());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "api.example.com",
                "http://api.example.com",
                "https://",
                "https://user:pw@api.example.com",
                "https://api.example.com?x=1",
                "https://api.example.com#x",
                "ftp://127.0.0.1",
                "https://a b"
            })
    void theCredentialIsNotSentToAnUnsafeBaseUrl(String url) {
        assertThrows(IllegalArgumentException.class, () -> AnthropicApi.requireBaseUrl(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://api.example.com", "https://gateway.example.com:8443/anthropic/", "http://127.0.0.1:8080"
            })
    void otherBaseUrlsAreAccepted(String url) {
        assertEquals(URI.create(url), AnthropicApi.requireBaseUrl(url));
    }

    private static CredentialCheck.Result ask(Map<String, String> environment, Duration limit) {
        URI url = AnthropicApi.requireBaseUrl(AnthropicApi.DEFAULT_URL);
        return answer(new AnthropicApi(url, environment, CLOCK, limit), Secrets.credential(1));
    }

    private static CredentialCheck.Result ask(Credential credential) {
        URI url = AnthropicApi.requireBaseUrl(AnthropicApi.DEFAULT_URL);
        return answer(new AnthropicApi(url, standIn.vendor().environment(), CLOCK), credential);
    }

    private static CredentialCheck.Result answer(AnthropicApi api, Credential credential) {
        return api.ask(credential)
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    private static ApiStandIn.Request lastRequest() {
        List<ApiStandIn.Request> requests = standIn.requests();
        return requests.get(requests.size() - 1);
    }
}
