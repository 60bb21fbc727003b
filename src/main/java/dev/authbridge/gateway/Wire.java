package dev.authbridge.gateway;

import dev.authbridge.protocol.ServerMessage;

/**
 * The connection to one client, of any kind. The code that opens a wire begins a conversation for it
 * ({@link Conversations#begin}), passes each message from the client to {@link Conversation#hear}, and ends the conversation
 * ({@link Conversations#end}) when the client has left. Confined to the event loop.
 */
public interface Wire {
    /** Whether what is sent may still arrive; false at the latest when the conversation has ended. */
    boolean isOpen();

    /** Sends the message after those before it. Does nothing if the wire is not open. */
    void send(ServerMessage message);

    /**
     * Sends a message that is one of many, such as a piece of an answer.
     *
     * @param taken run once there is room for the next message, or the wire is not open
     */
    void send(ServerMessage message, Runnable taken);

    /** Stops reading from the client until {@link #resume}, since the answer to its last message is still awaited. */
    void pause();

    /** Reads from the client again. */
    void resume();

    /** Closes the connection because the server stops; the client may connect again. */
    void close();

    /** Closes the connection because the client may hear and do nothing any more. */
    void hangUp();
}
