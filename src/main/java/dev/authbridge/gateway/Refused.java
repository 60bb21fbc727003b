package dev.authbridge.gateway;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.protocol.BadMessage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletionException;

/** What a failure is to whoever caused it: a problem that may be told, and never what went on inside. */
public final class Refused {
    private static final Logger LOG = System.getLogger(Refused.class.getName());

    private Refused() {}

    public static Refusal unauthorized(String message) {
        return new Refusal(Reason.UNAUTHORIZED, message);
    }

    public static Refusal badMessage(BadMessage fault) {
        return new Refusal(new Problem(Reason.BAD_MESSAGE, fault.getMessage()), fault);
    }

    /** @param failure of a stage or future; one that nobody foresaw is the disk's, since nothing else is done there */
    public static Problem problemOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Refusal known) {
            return known.problem();
        }
        LOG.log(Level.ERROR, "a request broke", cause);
        return new Problem(Reason.STORAGE_FAILED, "The server could not read or write what it keeps.");
    }
}
