/**
 * The server as browsers and programs see it: pages, REST, sockets, sign-in links. All of it runs on one Vert.x context, the
 * event loop.
 *
 * <pre>
 *                           who is it?                 what may they do?          what is done
 *  AuthSockets ─ AuthSocket ─ Conversation ─┐
 *  RestRoutes, SessionRoutes ───────────────┼─ Doorkeeper ── Grant.OfKey ───┐
 *  GoRoutes, the sign-in links ─────────────┘                               ├── LoginDesk ──▶ logins, credentials
 *  DeviceRoutes, another device ─────────────── Pairings ─── Grant.OfDevice ┘
 * </pre>
 *
 * <p>{@link dev.authbridge.web.AuthServer} puts it together. A {@code Conversation} answers one client through a
 * {@code Wire}, of which a WebSocket is one; {@code LoginMessages} says what is told of which state.
 */
package dev.authbridge.web;
