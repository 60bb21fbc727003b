package dev.authbridge.core;

import java.util.Objects;

/**
 * Text that no log may show: an access token, an access key, an authorization code or a sign-in URL. {@link #toString} never
 * reveals it.
 */
public final class Secret {
    private final String value;

    public Secret(String value) {
        this.value = Objects.requireNonNull(value);
    }

    /** The text itself, to be passed only to the one for whom it is meant. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "[redacted]";
    }
}
