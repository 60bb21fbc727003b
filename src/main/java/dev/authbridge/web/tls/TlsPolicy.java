package dev.authbridge.web.tls;

import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.ServerSSLOptions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;

/**
 * Which TLS the server speaks: version 1.3, and of 1.2 only suites with forward secrecy and authenticated encryption, since the
 * access keys cross the connection; and one handshake for each connection.
 */
public final class TlsPolicy {
    private static final String TLS_1_3 = "TLSv1.3";
    private static final Set<String> VERSIONS = Set.of(TLS_1_3, "TLSv1.2");

    private static final List<String> SUITES = List.of(
            "TLS_AES_256_GCM_SHA384",
            "TLS_AES_128_GCM_SHA256",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private TlsPolicy() {}

    public static void apply(ServerSSLOptions options) {
        options.setEnabledSecureTransportProtocols(new LinkedHashSet<>(VERSIONS));
        SUITES.forEach(options::addEnabledCipherSuite);
    }

    /**
     * Lets no second handshake begin on the connection: in TLS 1.2 a client could ask for one after the other, and each costs the
     * server far more than the client. The JDK has only a system property against that, which has to be set before the first
     * handshake of the whole JVM; an engine without suites refuses it, too. To be called when the handshake is done.
     */
    public static void handshaken(HttpConnection connection) {
        SslHandler handler = ((HttpServerConnection) connection)
                .channelHandlerContext()
                .pipeline()
                .get(SslHandler.class);
        if (handler != null) {
            SSLEngine engine = handler.engine();
            if (!engine.getSession().getProtocol().equals(TLS_1_3)) {
                engine.setEnabledCipherSuites(new String[0]);
            }
        }
    }
}
