package dev.authbridge.access;

import dev.authbridge.core.Owner;
import java.util.Optional;

/**
 * Somebody who has shown an access key, or the cookie of a session that was opened with one. Whatever a bearer is given, such
 * as a sign-in link, is good only as long as the key and the session are.
 *
 * @param session the id of that session; empty if the key itself was shown
 */
public record Bearer(AccessKey key, Optional<String> session) {
    /** Somebody who has shown the key itself. */
    public static Bearer of(AccessKey key) {
        return new Bearer(key, Optional.empty());
    }

    public Owner owner() {
        return key.owner();
    }
}
