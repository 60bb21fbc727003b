package dev.authbridge.gateway;

import dev.authbridge.protocol.ServerMessage;

/**
 * How messages reach one client and come from it, whatever carries them. Whoever has a wire begins a conversation for it
 * ({@link Conversations#begin}), hands each message of the client's to {@link Conversation#hear}, and ends the
 * conversation when the client has gone. Confined to the event loop.
 */
public interface Wire {
    /** Whether anything that is sent may still arrive. */
    boolean isOpen();

    /** Sends the message after those before it; on a wire that is not open it is lost. */
    void send(ServerMessage message);

    /**
     * Sends a message that is one of many, such as a piece of an answer.
     *
     * @param taken run once there is room for the next one: the client took this one, or it is lost
     */
    void send(ServerMessage message, Runnable taken);

    /** Takes no more messages from the client until {@link #resume}: the answer to the one before is not there yet. */
    void pause();

    /** Takes messages from the client again. */
    void resume();

    /** Ends the connection because the server stops; the client may come back. */
    void close();
}
