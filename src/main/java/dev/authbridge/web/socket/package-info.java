/** The WebSocket as a {@link dev.authbridge.gateway.Wire}: the handshake, frames, limits, and clients that do not read. */
package dev.authbridge.web.socket;
