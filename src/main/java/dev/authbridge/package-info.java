/**
 * The door of the program and its composition root: {@link dev.authbridge.Main} hands over to a command or to {@code
 * Serving}, which reads the {@code Config} and starts a {@code Bridge}, all the parts put together.
 */
package dev.authbridge;
