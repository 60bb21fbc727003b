/** Who may do what: access keys and their scopes, browser sessions, tickets, paired devices, and limits on how often. */
package dev.authbridge.access;
