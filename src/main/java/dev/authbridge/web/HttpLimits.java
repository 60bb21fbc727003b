package dev.authbridge.web;

import dev.authbridge.web.tls.TlsPolicy;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What a connection may cost: the limits of its headers, frames, buffers and idle times. */
final class HttpLimits {
    private static final int MOST_HEADER_BYTES = 8_192;
    private static final int MOST_LINE_BYTES = 4_096;

    /** How long a client has to answer a close frame. */
    private static final int CLOSING_SECONDS = 2;

    /** The kernel's buffer, which would otherwise hold megabytes for a client that does not read. */
    private static final int SEND_BUFFER_BYTES = 32_768;

    /** Netty closes the socket for a larger frame. A message that is too long but fits is answered, and the socket stays. */
    private static final int MOST_FRAME_BYTES = 65_536;

    private HttpLimits() {}

    /** @param idle after how long without input a connection is closed; a WebSocket has a timeout of its own */
    static HttpServerOptions of(AuthServer.Settings settings, Duration idle) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(settings.host())
                .setPort(settings.port())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setReadIdleTimeout((int) idle.toMillis())
                .setSendBufferSize(SEND_BUFFER_BYTES)
                .setMaxHeaderSize(MOST_HEADER_BYTES)
                .setMaxInitialLineLength(MOST_LINE_BYTES)
                .setHttp2ClearTextEnabled(false)
                .setUseAlpn(false)
                // The length of compressed data reveals secrets in it.
                .setCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setWebSocketClosingTimeout(CLOSING_SECONDS)
                .setMaxWebSocketFrameSize(MOST_FRAME_BYTES);
        settings.tls().ifPresent(tls -> {
            options.setSsl(true).setKeyCertOptions(tls.options());
            TlsPolicy.apply(options.getSslOptions());
        });
        return options;
    }
}
