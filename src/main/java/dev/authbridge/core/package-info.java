/**
 * The types that all other packages share: owners ({@link dev.authbridge.core.Owner}), failures
 * ({@link dev.authbridge.core.Reason}, {@link dev.authbridge.core.Problem}, {@link dev.authbridge.core.Refusal}), text that
 * must not be shown ({@link dev.authbridge.core.Secret}), and the event loop with its clock
 * ({@link dev.authbridge.core.Loop}).
 *
 * <p>It depends on no other package and on no library.
 */
package dev.authbridge.core;
