package dev.authbridge.web;

import io.vertx.core.http.HttpServerOptions;

/** What one connection may cost, and how it is kept. */
final class HttpLimits {
    private static final int MOST_HEADER_BYTES = 8_192;
    private static final int MOST_LINE_BYTES = 4_096;
    private static final int IDLE_SECONDS = 75;

    /** How long the other side has to answer a close frame. */
    private static final int CLOSING_SECONDS = 2;

    /** Of the kernel: it would take megabytes for a client that does not read. */
    private static final int SEND_BUFFER_BYTES = 131_072;

    /** Netty refuses larger frames; up to here a message that is too long is answered and its socket stays. */
    private static final int MOST_FRAME_BYTES = 65_536;

    private HttpLimits() {}

    static HttpServerOptions of(AuthServer.Settings settings) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(settings.host())
                .setPort(settings.port())
                .setReadIdleTimeout(IDLE_SECONDS)
                .setSendBufferSize(SEND_BUFFER_BYTES)
                .setMaxHeaderSize(MOST_HEADER_BYTES)
                .setMaxInitialLineLength(MOST_LINE_BYTES)
                .setHttp2ClearTextEnabled(false)
                .setUseAlpn(false)
                // Compressed secrets leak by their length.
                .setCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setWebSocketClosingTimeout(CLOSING_SECONDS)
                .setMaxWebSocketFrameSize(MOST_FRAME_BYTES);
        settings.tls().ifPresent(tls -> options.setSsl(true).setKeyCertOptions(tls.options()));
        return options;
    }
}
