package dev.authbridge.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @ParameterizedTest
    @CsvSource({
        "203.0.113.7, 203.0.113.7, 203.0.113.7",
        "::ffff:203.0.113.7, 203.0.113.7, 203.0.113.7",
        "::FFFF:CB00:7107, 203.0.113.7, 203.0.113.7",
        "0:0:0:0:0:ffff:203.0.113.7, 203.0.113.7, 203.0.113.7",
        "127.0.0.1, 127.0.0.1, 127.0.0.1",
        "::1, ::1, ::1",
        "0:0:0:0:0:0:0:1, ::1, ::1",
        "::, ::, ::/64",
        "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:3:4:5:6, 2001:db8:1:2::/64",
        "2001:DB8:0001:0002:ffff::, 2001:db8:1:2:ffff::, 2001:db8:1:2::/64",
        "2001:db8:1:2::1.2.3.4, 2001:db8:1:2::102:304, 2001:db8:1:2::/64",
        "2001:db8::1, 2001:db8::1, 2001:db8::/64",
        "2001:0db8:0:0:1:0:0:1, 2001:db8::1:0:0:1, 2001:db8::/64",
        "fe80::1%eth0, fe80::1, fe80::/64",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1, 2001:db8:0:1::/64",
    })
    void everySpellingIsTheSameAddress(String text, String usual, String network) {
        IpAddress address = IpAddress.parse(text).orElseThrow();
        assertEquals(usual, address.toString());
        assertEquals(IpAddress.parse(usual).orElseThrow(), address);
        assertEquals(network, address.network());
        assertEquals(network, new Peer(text, "a device").network());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unknown",
                "_hidden",
                "localhost",
                "example.org",
                "1",
                "127.1",
                "0x7f.0.0.1",
                "0177.0.0.1",
                "256.0.0.1",
                "1.2.3.4.5",
                "1.2.3.4 ",
                "1.2.3",
                ":1",
                ":::1",
                "1:2",
                "1:2:3:4:5:6:7:8:9",
                "12345::",
                "::1.2.3",
                ".::1",
                "[::1]",
                "::1]",
                "::1/64",
                "1.2.3.4:80",
                "1::2::3",
                "%eth0",
                "::ffff:203.0.113.7777777777777777777777777777777777777",
            })
    void nothingElseIsAnAddress(String text) {
        assertEquals(Optional.empty(), IpAddress.parse(text));
    }
}
