/**
 * Programs that the bridge runs: their temporary homes. Knows nothing of what the programs do.
 *
 * <p>{@link dev.authbridge.process.TemporaryHome} is a HOME for one run of a program. It is a
 * {@link dev.authbridge.process.HeldFolder}, which another process can tell from one that a killed server left behind.
 */
package dev.authbridge.process;
