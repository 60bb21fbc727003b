/**
 * One client's conversation with its login, whatever wire it came by: what the client may do, what it was told last, and
 * the messages that say where the login stands. Knows no server and no socket.
 */
package dev.authbridge.gateway;
