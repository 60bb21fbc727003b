/**
 * The start of the program and its composition root: {@link dev.authbridge.Main} runs a command, or reads the {@code
 * Config} and starts a {@code Bridge}, which is all the parts put together.
 */
package dev.authbridge;
