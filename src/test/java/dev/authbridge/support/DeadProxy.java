package dev.authbridge.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;

/** The address of a proxy on which nothing listens, nor can until this is closed: a machine without a network. */
public final class DeadProxy implements AutoCloseable {
    private final Socket holder = new Socket();

    public DeadProxy() throws IOException {
        holder.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
    }

    /** The environment variables that make a CLI use this proxy. */
    public Map<String, String> environment() {
        return Map.of("HTTPS_PROXY", "http://127.0.0.1:" + holder.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        holder.close();
    }
}
