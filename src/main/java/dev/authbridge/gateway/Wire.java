package dev.authbridge.gateway;

import dev.authbridge.protocol.ServerMessage;

/** How messages reach one client, whatever carries them. Confined to the login loop. */
public interface Wire {
    /** Whether anything that is sent may still arrive. */
    boolean isOpen();

    /** Sends the message after those before it; on a wire that is not open it is lost. */
    void send(ServerMessage message);

    /**
     * Sends a message that is one of many, such as a piece of an answer.
     *
     * @param taken run once the client took it, or it is lost; the next one should wait for that
     */
    void send(ServerMessage message, Runnable taken);
}
