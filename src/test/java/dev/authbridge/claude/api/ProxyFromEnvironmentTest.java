package dev.authbridge.claude.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.support.TestPrograms;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyFromEnvironmentTest {
    private static final URI API = URI.create("https://api.anthropic.com/v1/models");

    @Test
    void withoutVariablesThereIsNoProxy() {
        assertEquals(Proxy.NO_PROXY, select(Map.of(), API));
        assertEquals(Proxy.NO_PROXY, select(Map.of("HTTPS_PROXY", " "), API));
    }

    @ParameterizedTest
    @CsvSource({
        "http://proxy.example:3128, proxy.example, 3128",
        "http://proxy.example, proxy.example, 80",
        "proxy.example:3128, proxy.example, 3128",
        "http://me:secret@proxy.example:3128/, proxy.example, 3128"
    })
    void theProxyCanBeWrittenInAnyOfTheUsualWays(String value, String host, int port) {
        Proxy expected = new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port));
        assertEquals(expected, select(Map.of("HTTPS_PROXY", value), API));
        assertEquals(expected, select(Map.of("https_proxy", value, "HTTPS_PROXY", "http://other:1"), API));
    }

    @ParameterizedTest
    @CsvSource({
        "*, true",
        "anthropic.com, true",
        ".anthropic.com, true",
        "*.anthropic.com, true",
        "API.Anthropic.com, true",
        "'localhost, api.anthropic.com:443', true",
        "localhost 127.0.0.1, false",
        "api.anthropic.com:8443, false",
        "thropic.com, false",
        "com.example, false",
        "'', false"
    })
    void hostsInNoProxyAreReachedDirectly(String noProxy, boolean direct) {
        Map<String, String> environment = Map.of("HTTPS_PROXY", "http://proxy.example:1", "NO_PROXY", noProxy);
        assertEquals(direct, select(environment, API).equals(Proxy.NO_PROXY));
    }

    @Test
    void theProxyIsUsedForHttpsOnly() {
        assertEquals(
                Proxy.NO_PROXY,
                select(Map.of("HTTPS_PROXY", "http://proxy.example:1"), URI.create("http://127.0.0.1:8080/v1/models")));
    }

    @ParameterizedTest
    @CsvSource({
        "http://proxy.example:3128, '', true",
        "HTTP://proxy.example, '', true",
        "https://proxy.example:3129, '', false",
        "socks5://proxy.example, '', false",
        "http://a proxy, '', false",
        "https://proxy.example:3129, anthropic.com, true",
        "http://a proxy, *, true"
    })
    void onlyAProxySpokenToByHttpCanBeUsed(String value, String noProxy, boolean usable) {
        Map<String, String> environment = Map.of("HTTPS_PROXY", value, "NO_PROXY", noProxy);
        assertEquals(usable, new ProxyFromEnvironment(environment).fault(API).isEmpty());
    }

    @Test
    void anAddressThatNeedsNoProxyIsReachedInSpiteOfAnInvalidOne() {
        ProxyFromEnvironment proxy = new ProxyFromEnvironment(Map.of("HTTPS_PROXY", "https://proxy.example"));
        assertEquals(Optional.empty(), proxy.fault(URI.create("http://127.0.0.1:8080/v1/models")));
        assertEquals(Optional.empty(), new ProxyFromEnvironment(Map.of()).fault(API));
    }

    /** In a process of its own, since the JDK looks at its switch for this only once. */
    @Test
    void aPasswordInTheProxysAddressIsSentToTheProxyOnly() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process asking = TestPrograms.start(
                    AskThroughProxy.class, List.of("http://me:p%40ss@127.0.0.1:" + proxy.getLocalPort()));
            try (Socket connection = proxy.accept()) {
                connection.setSoTimeout(20_000);
                BufferedReader head = new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8));
                List<String> lines = new ArrayList<>();
                for (String line = head.readLine(); !line.isEmpty(); line = head.readLine()) {
                    lines.add(line);
                }
                String account = Base64.getEncoder().encodeToString("me:p@ss".getBytes(UTF_8));
                assertTrue(lines.contains("Proxy-Authorization: Basic " + account), lines.toString());
                assertTrue(lines.get(0).startsWith("CONNECT api.anthropic.com:443 "), lines.toString());
                assertFalse(lines.toString().contains("sk-ant"), lines.toString());
            }
            asking.destroyForcibly().waitFor();
        }
    }

    private static Proxy select(Map<String, String> environment, URI uri) {
        return new ProxyFromEnvironment(environment).select(uri).get(0);
    }
}
