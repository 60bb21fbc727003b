package dev.authbridge.login;

import java.util.Objects;

/** The OAuth access token that {@code claude setup-token} shows once. Its text form never shows it. */
public final class AccessToken {
    private final String value;

    /** @param value the token as issued, without blanks around it */
    public AccessToken(String value) {
        this.value = Objects.requireNonNull(value);
    }

    /** The secret itself. For the vault and for the service that issued it, for nobody else. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AccessToken token && token.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "AccessToken[redacted]";
    }
}
