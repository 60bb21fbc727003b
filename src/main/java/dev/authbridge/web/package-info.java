/**
 * The server as browsers and programs see it: pages, REST, WebSockets and sign-in links. Everything here runs on one event
 * loop.
 *
 * <pre>
 *                                  who is it?             what may it do?     what is done
 *  AuthSockets ── Conversations ─┐
 *  RestRoutes ───────────────────┼─ Requests, Doorkeeper ── Grant.OfKey ────┐
 *  GoRoutes, the sign-in links ──┘                                          ├── LoginDesk ──▶ logins, credentials
 *  DeviceRoutes, other devices ──── Devices ─────────────── Grant.OfDevice ─┘
 * </pre>
 *
 * <p>{@link dev.authbridge.web.AuthServer} makes all of it. {@code Doorkeeper} is part of {@code access}; {@code
 * Conversations}, {@code Devices}, {@code Grant} and {@code LoginDesk} are part of {@code gateway} and know nothing of HTTP.
 * {@code web.socket} has the WebSockets, {@code web.ops} what operators ask for, {@code web.tls} the certificate.
 */
package dev.authbridge.web;
