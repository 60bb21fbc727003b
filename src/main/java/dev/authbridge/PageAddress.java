package dev.authbridge;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The address at which a browser on this machine finds the server. */
final class PageAddress {
    private PageAddress() {}

    /** Ends in a slash. */
    static String of(Config config, int port) {
        String scheme = config.tls().isPresent() ? "https" : "http";
        return scheme + "://" + forBrowsers(config.host()) + ":" + port + "/";
    }

    /** Nobody can open an address that means every address of this machine. */
    private static String forBrowsers(String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            if (address.isAnyLocalAddress()) {
                return "localhost";
            }
            return host.contains(":") ? "[" + host + "]" : host;
        } catch (UnknownHostException e) {
            return host;
        }
    }
}
