/**
 * A program under a pseudo-terminal, and the screen that it draws. Knows nothing of what the screen says.
 *
 * <p>{@link dev.authbridge.terminal.PtyTerminal} starts the program and moves bytes; it is the one user of pty4j.
 * {@link dev.authbridge.terminal.TerminalScreen} turns the bytes into rows of text:
 *
 * <pre>
 *  bytes ──▶ CharsetDecoder ──▶ ControlSequenceParser ──▶ Drawing ──▶ Grid ──▶ rows
 *                                                           └──▶ Hyperlinks (OSC 8), bracketed paste (?2004)
 * </pre>
 */
package dev.authbridge.terminal;
