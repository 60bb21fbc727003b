package dev.authbridge.web.ops;

import dev.authbridge.core.Owner;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.LoginState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** Watches every login of this machine for the metrics. Confined to the event loop. */
public final class LoginMeter implements BiConsumer<Owner, LoginSnapshot> {
    private final Metrics metrics;
    private final InstantSource clock;
    private final Map<Owner, Current> logins = new HashMap<>();

    /** @param urlSeen whether its first URL was counted */
    private record Current(String loginId, Instant startedAt, boolean urlSeen) {}

    public LoginMeter(Metrics metrics, InstantSource clock) {
        this.metrics = metrics;
        this.clock = clock;
    }

    @Override
    public void accept(Owner owner, LoginSnapshot snapshot) {
        if (snapshot.state().isEmpty()) {
            return;
        }
        String loginId = snapshot.loginId().orElse("");
        Current login = logins.get(owner);
        if (login == null || !login.loginId().equals(loginId)) {
            login = new Current(loginId, clock.instant(), false);
            logins.put(owner, login);
        }
        LoginState state = snapshot.state().get();
        if (state instanceof LoginState.AwaitingCode && !login.urlSeen()) {
            logins.put(owner, new Current(loginId, login.startedAt(), true));
            metrics.urlShown(Duration.between(login.startedAt(), clock.instant()));
        } else if (state instanceof LoginState.Starting starting) {
            starting.problem()
                    .ifPresent(problem -> metrics.codeRefused(problem.reason().wireName()));
        } else if (state instanceof LoginState.Complete) {
            metrics.loginEnded("complete");
        } else if (state instanceof LoginState.Failed failed) {
            metrics.loginEnded(failed.problem().reason().wireName());
        }
    }
}
