/**
 * One client's conversation with its login over any kind of wire: what the client may do, what it was told last, and the
 * messages that tell the state of the login. Knows no web server and no sockets.
 */
package dev.authbridge.gateway;
