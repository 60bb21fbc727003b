package dev.authbridge.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.authbridge.core.IpAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
    private static final TrustedProxies PROXIES = trusting("127.0.0.0/8", "::1", "10.0.0.0/8", "2001:db8:aa::/48");

    private static TrustedProxies trusting(String... ranges) {
        return new TrustedProxies(List.of(ranges).stream()
                .map(range -> TrustedProxies.Range.parse(range).orElseThrow())
                .toList());
    }

    private static IpAddress address(String text) {
        return IpAddress.parse(text).orElseThrow();
    }

    private static List<String> lines(String text) {
        return text == null ? List.of() : List.of(text.split("\\|", -1));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {
                // name; peer; lines of X-Forwarded-For; lines of X-Forwarded-Proto; address; scheme
                "no headers;                       127.0.0.1; -; -; 127.0.0.1; -",
                "one proxy;                        127.0.0.1; 203.0.113.7; https; 203.0.113.7; https",
                "a peer that is no proxy;          203.0.113.9; 203.0.113.7; https; 203.0.113.9; -",
                "a neighbour of a trusted network; 11.0.0.1; 203.0.113.7; https; 11.0.0.1; -",
                "forged in the same line;          127.0.0.1; 6.6.6.6, 203.0.113.7; https; 203.0.113.7; https",
                "forged in a line before;          127.0.0.1; 6.6.6.6|203.0.113.7; https; 203.0.113.7; https",
                "forged as a trusted one;          127.0.0.1; 10.6.6.6|203.0.113.7; https; 203.0.113.7; https",
                "two proxies;                      127.0.0.1; 203.0.113.7, 10.0.0.5; https; 203.0.113.7; https",
                "two proxies in two lines;         127.0.0.1; 6.6.6.6|203.0.113.7|10.0.0.5; https; 203.0.113.7; https",
                "a client in a trusted network;    127.0.0.1; 10.0.0.9; https; 10.0.0.9; https",
                "a proxy that hides its client;    127.0.0.1; 203.0.113.7, unknown; https; 127.0.0.1; https",
                "the same behind another one;      127.0.0.1; 203.0.113.7, _hidden, 10.0.0.5; https; 10.0.0.5; https",
                "a name instead of an address;     127.0.0.1; evil.example; https; 127.0.0.1; https",
                "words instead of an address;      127.0.0.1; your own phone; https; 127.0.0.1; https",
                "with a port;                      127.0.0.1; 203.0.113.7:4711; https; 203.0.113.7; https",
                "with a port that is none;         127.0.0.1; 203.0.113.7:x; https; 127.0.0.1; https",
                "IPv6;                             ::1; 2001:DB8::0:1; https; 2001:db8::1; https",
                "IPv6 with a port;                 ::1; [2001:db8::1]:4711; https; 2001:db8::1; https",
                "IPv6 in brackets;                 ::1; [2001:db8::1]; https; 2001:db8::1; https",
                "IPv6, brackets not closed;        ::1; [2001:db8::1; https; ::1; https",
                "IPv6, words behind the brackets;  ::1; [2001:db8::1]hello; https; ::1; https",
                "IPv6 of a trusted network;        ::1; 203.0.113.7, 2001:db8:aa:1::5; https; 203.0.113.7; https",
                "IPv4 mapped into IPv6;            ::1; 203.0.113.7, ::ffff:10.0.0.5; https; 203.0.113.7; https",
                "a mapped peer;                    ::ffff:127.0.0.1; ::ffff:203.0.113.7; https; 203.0.113.7; https",
                "empty elements;                   127.0.0.1; , 203.0.113.7, ,|,; ,https,; 203.0.113.7; https",
                "a scheme forged in front;         127.0.0.1; 203.0.113.7; https, http; 203.0.113.7; http",
                "a scheme forged in a line before; 127.0.0.1; 203.0.113.7; https|http; 203.0.113.7; http",
                "a scheme of the outer proxy;      127.0.0.1; 203.0.113.7, 10.0.0.5; https, http; 203.0.113.7; https",
                "the same with a forged one;       127.0.0.1; 6.6.6.6, 203.0.113.7, 10.0.0.5; http, https, http; 203.0.113.7; https",
                "a scheme in capitals;             127.0.0.1; 203.0.113.7; HTTPS; 203.0.113.7; https",
                "the scheme of a WebSocket;        127.0.0.1; 203.0.113.7; wss; 203.0.113.7; https",
                "the same without encryption;      127.0.0.1; 203.0.113.7; WS; 203.0.113.7; http",
                "a scheme that is none;            127.0.0.1; 203.0.113.7; javascript; 203.0.113.7; -",
                "a scheme alone;                   127.0.0.1; -; https; 127.0.0.1; https",
            })
    void theClientIsTheFirstFromTheRightThatIsNoTrustedProxy(
            String name, String peer, String forwardedFor, String forwardedProto, String address, String scheme) {
        assertEquals(
                new TrustedProxies.Source(address(address), Optional.ofNullable(scheme)),
                PROXIES.sourceOf(address(peer), lines(forwardedFor), lines(forwardedProto)));
    }

    @Test
    void withoutATrustedProxyNobodyIsBelieved() {
        assertEquals(
                new TrustedProxies.Source(address("127.0.0.1"), Optional.empty()),
                TrustedProxies.NONE.sourceOf(address("127.0.0.1"), List.of("203.0.113.7"), List.of("https")));
    }

    @Test
    void longHeadersCostNoMoreThanShortOnes() {
        List<String> many = Collections.nCopies(100, "10.0.0.1, ".repeat(10_000));
        assertTimeout(
                Duration.ofSeconds(1),
                () -> assertEquals(
                        address("10.0.0.1"),
                        PROXIES.sourceOf(address("127.0.0.1"), many, many).address()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "proxy",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "10.0.0.0/8/8",
                "::/129",
                "10/8",
                "*",
                "0.0.0.0/0",
                "::/0"
            })
    void nothingElseIsARange(String text) {
        assertEquals(Optional.empty(), TrustedProxies.Range.parse(text));
    }
}
