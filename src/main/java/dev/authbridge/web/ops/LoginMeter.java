package dev.authbridge.web.ops;

import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.LoginState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;

/** Watches one owner's logins for the metrics. Confined to the login loop. */
public final class LoginMeter implements Consumer<LoginSnapshot> {
    private final Metrics metrics;
    private final InstantSource clock;
    private String loginId = "";
    private Instant startedAt = Instant.MIN;
    private boolean urlSeen;

    public LoginMeter(Metrics metrics, InstantSource clock) {
        this.metrics = metrics;
        this.clock = clock;
    }

    @Override
    public void accept(LoginSnapshot snapshot) {
        if (snapshot.state().isEmpty()) {
            return;
        }
        if (!snapshot.loginId().orElse("").equals(loginId)) {
            loginId = snapshot.loginId().orElse("");
            startedAt = clock.instant();
            urlSeen = false;
        }
        LoginState state = snapshot.state().get();
        if (state instanceof LoginState.AwaitingCode && !urlSeen) {
            urlSeen = true;
            metrics.urlShown(Duration.between(startedAt, clock.instant()));
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
