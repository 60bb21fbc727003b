/**
 * The server as browsers and programs see it: pages, REST, sockets, sign-in links. All of it runs on one Vert.x context, the
 * login loop.
 *
 * <pre>
 *                      who is it?                 what may they do?        what is done
 *  AuthSockets ─ AuthSocket ─ Visitor ─┐
 *  RestRoutes, SessionRoutes ──────────┼─ Doorkeeper ── KeyGrant ────┐
 *  GoRoutes, the sign-in links ────────┘                             ├── LoginDesk ──▶ logins, credentials
 *  DeviceRoutes, another device ────────── Pairings ─── DeviceGrant ─┘
 * </pre>
 *
 * <p>{@link dev.authbridge.web.AuthServer} puts it together. Everything that goes to one socket leaves through its {@code
 * Steps}, in order, and its {@code Outbox}; {@code LoginMessages} says what is told of which state.
 */
package dev.authbridge.web;
