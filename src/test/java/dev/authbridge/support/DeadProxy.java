package dev.authbridge.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;

/** A proxy's address at which nobody listens, and nobody else can, as long as this is open: no network at all. */
public final class DeadProxy implements AutoCloseable {
    private final Socket holder = new Socket();

    public DeadProxy() throws IOException {
        holder.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
    }

    /** The variable that leads a CLI here. */
    public Map<String, String> environment() {
        return Map.of("HTTPS_PROXY", "http://127.0.0.1:" + holder.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        holder.close();
    }
}
