package dev.authbridge.credential;

import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.credential.CredentialCheck.Validity;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Looks at all credentials once a minute: notices what other processes have changed, has the service asked about those
 * that are due, and warns of those that end soon.
 *
 * <p>The service is asked every 6 hours; after no clear answer, again after 1, 2, 4, … minutes, up to those 6 hours. What is
 * due follows from the status of each credential, so the schedule need not be told of changes.
 *
 * <p>Confined to the event loop.
 */
public final class CheckSchedule {
    private static final System.Logger LOG = System.getLogger(CheckSchedule.class.getName());
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);
    private static final Duration BETWEEN_CHECKS = Duration.ofHours(6);
    private static final Duration FIRST_RETRY = Duration.ofMinutes(1);

    private final Credentials credentials;
    private final Loop loop;
    private final Map<Owner, UnknownTries> unknownTries = new HashMap<>();
    private final Set<Owner> asking = new HashSet<>();

    /**
     * How often in a row the service gave no clear answer about a credential.
     *
     * @param fingerprint of the credential
     */
    private record UnknownTries(String fingerprint, int count) {}

    public CheckSchedule(Credentials credentials, Loop loop) {
        this.credentials = credentials;
        this.loop = loop;
    }

    /** Looks now, and then once a minute. */
    public void start() {
        loop.requireCurrent();
        credentials
                .look()
                .whenComplete((looked, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        credentials.all().forEach(this::check);
                    } else {
                        LOG.log(Level.WARNING, "No credential was checked: {0}", failure.getMessage());
                    }
                    loop.after(BETWEEN_LOOKS, this::start);
                }));
    }

    private void check(Owner owner, CredentialStatus credential) {
        if (credential
                .successor()
                .filter(it -> !loop.now().isBefore(it.until()))
                .isPresent()) {
            credentials.dropUnansweredSuccessor(owner);
        }
        credential.at(loop.now()).dueWarning().ifPresent(days -> credentials.warn(owner, credential.summary(), days));
        if (isDue(owner, credential) && asking.add(owner)) {
            credentials
                    .validate(owner)
                    .whenComplete((status, failure) -> loop.execute(() -> {
                        asking.remove(owner);
                        if (failure == null && status.validity() == Validity.UNKNOWN) {
                            String fingerprint = status.summary().fingerprint();
                            unknownTries.put(owner, new UnknownTries(fingerprint, triesOf(owner, fingerprint) + 1));
                        } else {
                            unknownTries.remove(owner);
                        }
                    }));
        }
    }

    private int triesOf(Owner owner, String fingerprint) {
        UnknownTries tries = unknownTries.get(owner);
        return tries != null && tries.fingerprint().equals(fingerprint) ? tries.count() : 0;
    }

    private boolean isDue(Owner owner, CredentialStatus credential) {
        if (credential.lastCheck().isEmpty()) {
            return true;
        }
        CredentialCheck.Result last = credential.lastCheck().get();
        Duration wait = BETWEEN_CHECKS;
        if (last.validity() == Validity.UNKNOWN) {
            int tries = triesOf(owner, credential.summary().fingerprint());
            // 2 to the power of 9 minutes is more than 6 hours already
            Duration backoff = FIRST_RETRY.multipliedBy(1L << Math.min(tries, 9));
            wait = backoff.compareTo(BETWEEN_CHECKS) < 0 ? backoff : BETWEEN_CHECKS;
        }
        Instant due = last.checkedAt().plus(wait);
        // a clock that was set back must not put the next check off for long
        return !loop.now().isBefore(due) || last.checkedAt().isAfter(loop.now());
    }
}
