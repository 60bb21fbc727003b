/**
 * Tells the person who runs the bridge, through a command or a URL of theirs, what only a person can mend: a credential that
 * ends soon or is refused, a chat that waits for a sign-in. Never in the way of a login: a thread of its own does the telling.
 */
package dev.authbridge.notify;
