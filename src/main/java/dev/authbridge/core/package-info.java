/**
 * What every other package speaks of: whose it is ({@link dev.authbridge.core.Owner}), why something did not work
 * ({@link dev.authbridge.core.Reason}, {@link dev.authbridge.core.Problem}, {@link dev.authbridge.core.Refusal}), text that
 * must not be shown ({@link dev.authbridge.core.Secret}), and the clock ({@link dev.authbridge.core.Loop}).
 *
 * <p>It knows no other package and no library.
 */
package dev.authbridge.core;
