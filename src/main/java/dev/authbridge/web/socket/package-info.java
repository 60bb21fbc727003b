/** The WebSocket as a {@link dev.authbridge.gateway.Wire}: handshake, frames, limits, and backpressure. */
package dev.authbridge.web.socket;
