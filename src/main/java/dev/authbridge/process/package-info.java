/**
 * What the bridge needs around each program that it runs. Knows nothing of what the programs do.
 *
 * <ul>
 *   <li>{@link dev.authbridge.process.TemporaryHome}: a HOME for one run, in a
 *       {@link dev.authbridge.process.HeldFolder}, which another process can tell from one that a killed server left behind;
 *   <li>{@link dev.authbridge.process.ProcessTree}: the program's process and all that it started;
 *   <li>{@link dev.authbridge.process.PipedProgram}: a program on pipes. One in a pseudo-terminal is in
 *       {@code dev.authbridge.terminal}.
 * </ul>
 */
package dev.authbridge.process;
