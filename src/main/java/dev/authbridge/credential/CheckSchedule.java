package dev.authbridge.credential;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Timers;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Looks at all credentials once a minute: asks the service about those whose turn it is, warns of those that end soon,
 * and notices what other processes changed.
 *
 * <p>The service is asked every 6 hours; after an answer that says nothing, again after 1, 2, 4, … minutes, up to those
 * 6 hours. What is due follows from what lies in the vault, so nothing has to be told to the schedule.
 *
 * <p>Confined to the login loop, which the timers run on, too.
 */
public final class CheckSchedule {
    private static final System.Logger LOG = System.getLogger(CheckSchedule.class.getName());
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);
    private static final Duration BETWEEN_CHECKS = Duration.ofHours(6);
    private static final Duration FIRST_RETRY = Duration.ofMinutes(1);

    private final CredentialUpkeep credentials;
    private final Timers timers;
    private final Executor loop;
    private final Map<Owner, Integer> unknownTries = new HashMap<>();
    private final Set<Owner> asking = new HashSet<>();
    private Map<Owner, String> seen = Map.of();

    /** @param loop runs actions on the login loop */
    public CheckSchedule(Credentials credentials, Timers timers, Executor loop) {
        this.credentials = credentials.upkeep();
        this.timers = timers;
        this.loop = loop;
    }

    /** Looks for the first time now, then for as long as the timers turn. */
    public void start() {
        credentials
                .all()
                .whenComplete((all, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        look(all);
                    } else {
                        LOG.log(Level.WARNING, "No credential was checked: {0}", failure.getMessage());
                    }
                    timers.after(BETWEEN_LOOKS, this::start);
                }));
    }

    private void look(Map<Owner, Credential> all) {
        Map<Owner, String> now = new HashMap<>();
        all.forEach((owner, credential) -> now.put(owner, credential.fingerprint()));
        Set<Owner> changed = new HashSet<>(now.keySet());
        changed.addAll(seen.keySet());
        changed.removeIf(owner -> now.getOrDefault(owner, "").equals(seen.getOrDefault(owner, "")));
        changed.forEach(credentials::tellOfChange);
        unknownTries.keySet().removeAll(changed);
        seen = now;
        all.forEach(this::look);
    }

    private void look(Owner owner, Credential credential) {
        ExpiryWarning.due(credential, timers.now()).ifPresent(days -> credentials.warn(owner, credential, days));
        if (isDue(owner, credential) && asking.add(owner)) {
            credentials
                    .validate(owner)
                    .whenComplete((status, failure) -> loop.execute(() -> {
                        asking.remove(owner);
                        if (failure == null && status.validity() == Validity.UNKNOWN) {
                            unknownTries.merge(owner, 1, Integer::sum);
                        } else {
                            unknownTries.remove(owner);
                        }
                    }));
        }
    }

    private boolean isDue(Owner owner, Credential credential) {
        if (credential.lastCheck().isEmpty()) {
            return true;
        }
        CheckResult last = credential.lastCheck().get();
        Duration wait = BETWEEN_CHECKS;
        if (last.validity() == Validity.UNKNOWN) {
            // 2 to the power of 9 minutes is more than 6 hours already
            Duration backoff = FIRST_RETRY.multipliedBy(1L << Math.min(unknownTries.getOrDefault(owner, 0), 9));
            wait = backoff.compareTo(BETWEEN_CHECKS) < 0 ? backoff : BETWEEN_CHECKS;
        }
        Instant due = last.checkedAt().plus(wait);
        // a clock that was set back must not put the next check off for long
        return !timers.now().isBefore(due) || last.checkedAt().isAfter(timers.now());
    }
}
