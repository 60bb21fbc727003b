package dev.authbridge.web.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Reads from a client only while that client reads what it is sent, and only a little at a time, so that other clients get
 * their turn.
 *
 * <p>Problem: each ping is answered by a pong, and each message by another one. A client that sends without reading fills
 * the server's memory with answers. Nothing is flushed while one piece of input is handled, so a client that does read
 * looks slow when the piece is large. And one read, of up to a megabyte where the connection is encrypted, would be handled
 * at once, so a few hundred clients that send as fast as they can would keep everybody else waiting for many seconds.
 *
 * <p>Solution: this handler stands between the connection and the WebSocket decoder. Input waits here for its turn, and
 * nothing more is read meanwhile. A turn hands on at most {@value #TURN_BYTES} bytes, in small pieces, flushes the answers
 * after each piece, and counts what the connection has not taken yet. While too much waits to be sent there are no turns.
 * What is held is at most one read of the connection, or what one such read decrypts to.
 *
 * <p>It is the only one that may switch the channel's automatic reading. Runs on the channel's event loop.
 */
final class Backpressure extends ChannelDuplexHandler {
    /** Bytes of input that are handled in one turn: a tenth of a millisecond to a millisecond of work. */
    private static final int TURN_BYTES = 4 * 1_024;

    /** Bytes of input that are handled between two flushes. */
    private static final int PIECE_BYTES = 1_024;

    /** While more than this waits to be sent nothing is read, until it is down to half of it. */
    private static final int MOST_WAITING_BYTES = 64 * 1_024;

    /** What a frame costs in memory beside its bytes; counted so that many empty ones count, too. */
    private static final int BYTES_BESIDE_FRAME = 128;

    private final Supplier<Instant> clock;
    private final Turns turns;
    private final Deque<ByteBuf> held = new ArrayDeque<>();
    private ChannelHandlerContext context;
    private int waiting;
    private Instant progressAt;
    private boolean behind;
    private boolean paused;
    private boolean stopped;
    private boolean inTurn;
    private boolean turnComes;

    /**
     * Lets the connections of one event loop take turns: one turn each time the loop has looked for input, so that whatever
     * else it has to do, such as a request by plain HTTP, waits for one turn at most. Runs on that loop.
     */
    static final class Turns {
        private final Deque<Runnable> waiting = new ArrayDeque<>();

        private void add(EventLoop loop, Runnable turn) {
            waiting.add(turn);
            if (waiting.size() == 1) {
                schedule(loop);
            }
        }

        /** A task that is executed would run before the loop looks for input again; a scheduled one runs after that. */
        private void schedule(EventLoop loop) {
            loop.schedule(() -> take(loop), 0, TimeUnit.NANOSECONDS);
        }

        private void take(EventLoop loop) {
            try {
                waiting.element().run();
            } finally {
                waiting.remove();
                if (!waiting.isEmpty()) {
                    schedule(loop);
                }
            }
        }
    }

    /**
     * @param clock by which progress is judged
     * @param turns of all connections of the event loop
     */
    Backpressure(Supplier<Instant> clock, Turns turns) {
        this.clock = clock;
        this.turns = turns;
        this.progressAt = clock.get();
    }

    /** Bytes that wait until the client takes them. */
    int waiting() {
        return waiting;
    }

    /** Whether so much waits for the client that nothing is read from it. */
    boolean isBehind() {
        return behind;
    }

    /** When the client last took something, or had nothing to take. */
    Instant progressAt() {
        return progressAt;
    }

    /** Reads nothing more from the client until {@link #resume}, whatever waits to be sent. */
    void pause() {
        paused = true;
        goOn();
    }

    void resume() {
        paused = false;
        goOn();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object input) {
        if (input instanceof ByteBuf bytes) {
            held.add(bytes);
            goOn();
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
        count(cost);
        to.write(output, promise.unvoid().addListener(done -> taken(cost)));
    }

    /** What came right before the end, such as a code from a tab that was closed, is still heard if it is short. */
    @Override
    public void channelInactive(ChannelHandlerContext gone) {
        if (mayHandle() && !inTurn && held.size() == 1 && held.peek().readableBytes() <= PIECE_BYTES) {
            turn();
        }
        release();
        gone.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        release();
    }

    private void taken(int cost) {
        count(-cost);
        progressAt = clock.get();
        goOn();
    }

    private void count(int more) {
        waiting += more;
        behind = waiting > (behind ? MOST_WAITING_BYTES / 2 : MOST_WAITING_BYTES);
    }

    private boolean mayHandle() {
        return !held.isEmpty() && !paused && !behind;
    }

    /** Asks for a turn if there is something to do in it, and reads only if nothing is left to do. */
    private void goOn() {
        if (inTurn) {
            return;
        }
        if (mayHandle() && !turnComes) {
            turnComes = true;
            turns.add(context.channel().eventLoop(), () -> {
                turnComes = false;
                turn();
            });
        }
        boolean stop = paused || behind || !held.isEmpty();
        if (stop != stopped) {
            stopped = stop;
            context.channel().config().setAutoRead(!stop);
        }
    }

    private void turn() {
        inTurn = true;
        try {
            for (int bytes = 0; bytes < TURN_BYTES && mayHandle(); bytes += PIECE_BYTES) {
                ByteBuf first = held.peek();
                boolean whole = first.readableBytes() <= PIECE_BYTES;
                context.fireChannelRead(whole ? held.remove() : first.readRetainedSlice(PIECE_BYTES));
                context.fireChannelReadComplete();
            }
        } finally {
            inTurn = false;
        }
        goOn();
    }

    private void release() {
        held.forEach(ByteBuf::release);
        held.clear();
    }
}
