package dev.authbridge.protocol;

import java.time.Instant;

/**
 * When a login ends unless a code has come.
 *
 * @param expiresAt that time
 * @param now the server's time when this was said: the difference is right on a machine whose clock is wrong
 */
public record Deadline(Instant expiresAt, Instant now) {}
