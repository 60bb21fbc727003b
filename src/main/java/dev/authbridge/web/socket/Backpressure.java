package dev.authbridge.web.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * Reads from a client only while the client reads what it is sent.
 *
 * <p>Problem: each ping is answered by a pong, and each message by another one. A client that sends without reading fills
 * the server's memory with answers; and nothing is flushed while one piece of input is handled, so a client that does read
 * looks slow when the piece is large.
 *
 * <p>Solution: this handler stands between the connection and the WebSocket decoder. It hands input on in small pieces,
 * has the answers flushed after each, and counts what the connection has not taken yet. While too much waits it keeps the
 * rest of the input, of which there is at most one read of the connection, and reads no more.
 *
 * <p>It is the only one that may switch the channel's automatic reading. Runs on the channel's event loop.
 */
final class Backpressure extends ChannelDuplexHandler {
    /** Bytes of input that are handled between two flushes. */
    private static final int PIECE_BYTES = 1_024;

    /** While more than this waits to be sent nothing is read, until it is down to half of it. */
    private static final int MOST_WAITING_BYTES = 64 * 1_024;

    /** What a frame costs in memory beside its bytes; counted so that many empty ones count, too. */
    private static final int BYTES_BESIDE_FRAME = 128;

    private final Supplier<Instant> clock;
    private final Deque<ByteBuf> held = new ArrayDeque<>();
    private ChannelHandlerContext context;
    private int waiting;
    private Instant progressAt;
    private boolean stopped;
    private boolean paused;
    private boolean feeding;

    /** @param clock by which progress is judged */
    Backpressure(Supplier<Instant> clock) {
        this.clock = clock;
        this.progressAt = clock.get();
    }

    /** Bytes that wait until the client takes them. */
    int waiting() {
        return waiting;
    }

    /** Whether so much waits for the client that nothing is read from it. */
    boolean isBehind() {
        return waiting > (stopped ? MOST_WAITING_BYTES / 2 : MOST_WAITING_BYTES);
    }

    /** When the client last took something, or had nothing to take. */
    Instant progressAt() {
        return progressAt;
    }

    /** Reads nothing more from the client until {@link #resume}, whatever waits to be sent. */
    void pause() {
        paused = true;
        feed();
    }

    void resume() {
        paused = false;
        feed();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object input) {
        if (input instanceof ByteBuf bytes) {
            held.add(bytes);
            feed();
        } else {
            from.fireChannelRead(input);
        }
    }

    /** Each piece ends with an event like this, so that what answers it is flushed. */
    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        if (held.isEmpty()) {
            from.fireChannelReadComplete();
        }
    }

    /** The decoder asks for more when it has seen nothing whole; that must not get round the stop. */
    @Override
    public void read(ChannelHandlerContext from) {
        if (!stopped) {
            from.read();
        }
    }

    @Override
    public void write(ChannelHandlerContext to, Object output, ChannelPromise promise) {
        if (!(output instanceof ByteBuf bytes)) {
            to.write(output, promise);
            return;
        }
        int cost = bytes.readableBytes() + BYTES_BESIDE_FRAME;
        if (waiting == 0) {
            progressAt = clock.get();
        }
        waiting += cost;
        to.write(output, promise.unvoid().addListener(done -> taken(cost)));
    }

    @Override
    public void channelInactive(ChannelHandlerContext gone) {
        release();
        gone.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        release();
    }

    private void taken(int cost) {
        waiting -= cost;
        progressAt = clock.get();
        feed();
    }

    private void feed() {
        if (feeding) {
            return;
        }
        feeding = true;
        try {
            while (!held.isEmpty() && !paused && !isBehind()) {
                ByteBuf first = held.peek();
                boolean whole = first.readableBytes() <= PIECE_BYTES;
                context.fireChannelRead(whole ? held.remove() : first.readRetainedSlice(PIECE_BYTES));
                context.fireChannelReadComplete();
            }
        } finally {
            feeding = false;
        }
        boolean stop = paused || isBehind();
        if (stop != stopped) {
            stopped = stop;
            context.channel().config().setAutoRead(!stop);
        }
    }

    private void release() {
        held.forEach(ByteBuf::release);
        held.clear();
    }
}
