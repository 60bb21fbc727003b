/** The server's certificate and its renewal. */
package dev.authbridge.web.tls;
