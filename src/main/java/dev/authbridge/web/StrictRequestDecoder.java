package dev.authbridge.web;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;
import java.util.Locale;

/**
 * Decodes requests, and takes nothing that a proxy in front of the server could read in another way (request smuggling). Netty's
 * decoder refuses ambiguous lengths, bare line feeds and header names that are none; it repairs folded lines, and accepts any
 * number of Hosts, any version and odd separators. A request that is refused is answered with 400, and its connection is closed.
 *
 * <p>RFC 9112: 2.2 (lines), 2.3 (version), 3 (request line), 3.2 (target and Host), 5 (headers), 6.1 (Transfer-Encoding).
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {
    /** The name under which Vert.x finds the decoder. */
    private static final String NAME = "httpDecoder";

    private static final String TOKEN_SYMBOLS = "!#$%&'*+-.^_`|~";

    /** The part of a request that the next byte belongs to. */
    private enum Part {
        BEFORE_REQUEST_LINE,
        REQUEST_LINE,
        LINE_START,
        HEADER_NAME,
        HEADER_VALUE,
        BODY
    }

    private Part part = Part.BEFORE_REQUEST_LINE;
    private int spaces;
    private byte previous;
    private boolean refused;

    /** Why a request is refused. Anybody can cause it, so it has no stack trace that could fill a log. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message, null, false, false);
        }
    }

    private StrictRequestDecoder(HttpServerOptions options) {
        super(options);
    }

    /** To be called when the connection was opened, before anything is decoded. */
    static void decode(HttpConnection connection, HttpServerOptions options) {
        ((HttpServerConnection) connection)
                .channelHandlerContext()
                .pipeline()
                .replace(NAME, NAME, new StrictRequestDecoder(options));
    }

    /** @param decoded empty before the call; afterwards the head of a request, or part of its body, if there is one now */
    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> decoded) throws Exception {
        if (refused) {
            bytes.skipBytes(bytes.readableBytes());
            return;
        }
        int from = bytes.readerIndex();
        super.decode(context, bytes, decoded);
        HttpMessage head = !decoded.isEmpty() && decoded.get(0) instanceof HttpMessage message ? message : null;
        if (head != null && head.decoderResult().isFailure()) {
            // Vert.x answers with the version of the request, which may be any text.
            head.setProtocolVersion(HttpVersion.HTTP_1_1);
            return;
        }
        try {
            if (part != Part.BODY) {
                // Netty has taken whole lines of the head, and nothing of the body yet.
                for (int at = from; at < bytes.readerIndex(); at++) {
                    check(bytes.getByte(at));
                }
            }
            if (head instanceof HttpRequest request) {
                check(request);
                part = Part.BODY;
            }
        } catch (Refused e) {
            refused = true;
            bytes.skipBytes(bytes.readableBytes());
            HttpMessage invalid = createInvalidMessage();
            invalid.setDecoderResult(DecoderResult.failure(e));
            decoded.clear();
            decoded.add(invalid);
            return;
        }
        if (!decoded.isEmpty() && decoded.get(decoded.size() - 1) instanceof LastHttpContent) {
            part = Part.BEFORE_REQUEST_LINE;
            previous = 0;
        }
    }

    private void check(byte next) throws Refused {
        boolean endsLine = previous == '\r';
        if (endsLine != (next == '\n')) {
            throw new Refused("a line ends with CR LF");
        }
        if (endsLine) {
            part = part == Part.BEFORE_REQUEST_LINE ? part : Part.LINE_START;
        } else if (next != '\r') {
            checkWithinLine(next);
        }
        previous = next;
    }

    private void checkWithinLine(byte next) throws Refused {
        boolean blank = next == ' ' || next == '\t';
        if (next >= 0 && next < ' ' && next != '\t' || next == 0x7F) {
            throw new Refused("a head has no control characters");
        }
        switch (part) {
            case BEFORE_REQUEST_LINE -> {
                part = Part.REQUEST_LINE;
                spaces = 0;
                checkRequestLine(next);
            }
            case REQUEST_LINE -> checkRequestLine(next);
            case LINE_START -> {
                if (blank) {
                    throw new Refused("a header is not folded");
                }
                part = Part.HEADER_NAME;
                checkName(next);
            }
            case HEADER_NAME -> checkName(next);
            default -> {
                // Anything printable may be in a value.
            }
        }
    }

    private void checkRequestLine(byte next) throws Refused {
        if (next == ' ') {
            spaces++;
        }
        boolean emptyWord = next == ' ' && (previous == ' ' || previous == '\n' || previous == 0);
        if (emptyWord || spaces > 2 || next == '\t' || next < 0) {
            throw new Refused("a request line has three words of ASCII");
        }
    }

    private void checkName(byte next) throws Refused {
        if (next == ':') {
            if (previous == '\n') {
                throw new Refused("a header has a name");
            }
            part = Part.HEADER_VALUE;
        } else if (!isToken(next)) {
            throw new Refused("the name of a header is a token");
        }
    }

    private static boolean isToken(byte next) {
        return next >= '0' && next <= '9'
                || next >= 'A' && next <= 'Z'
                || next >= 'a' && next <= 'z'
                || TOKEN_SYMBOLS.indexOf(next) >= 0;
    }

    private static void check(HttpRequest request) throws Refused {
        HttpVersion version = request.protocolVersion();
        // Not by equals, which ignores capitals.
        if (version != HttpVersion.HTTP_1_1 && version != HttpVersion.HTTP_1_0) {
            throw new Refused("only HTTP/1.1 and HTTP/1.0 are spoken here");
        }
        HttpHeaders headers = request.headers();
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1 || hosts.isEmpty() && version == HttpVersion.HTTP_1_1) {
            throw new Refused("a request has one Host");
        }
        List<String> encodings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!encodings.isEmpty() && (encodings.size() > 1 || !encodings.get(0).equalsIgnoreCase("chunked"))) {
            throw new Refused("only chunked is known as a transfer coding");
        }
        checkTarget(request.uri(), hosts.isEmpty() ? "" : hosts.get(0));
    }

    /** Proxies and servers disagree on whether Host or an absolute target counts, so the two have to agree. */
    private static void checkTarget(String target, String host) throws Refused {
        if (target.startsWith("/") || target.equals("*")) {
            return;
        }
        String lower = target.toLowerCase(Locale.ROOT);
        String own = host.toLowerCase(Locale.ROOT);
        boolean agrees = !own.isEmpty()
                && List.of("http://" + own, "https://" + own).stream()
                        .anyMatch(origin -> lower.equals(origin) || lower.startsWith(origin + "/"));
        if (!agrees) {
            throw new Refused("an absolute target names the same host as Host");
        }
    }
}
