package dev.authbridge.web.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.core.Owner;
import dev.authbridge.credential.CredentialCheck.Validity;
import dev.authbridge.credential.Credentials;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.LoginState;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/** The numbers that an operator watches, in the text format of Prometheus. May be used from any thread where nothing else is said. */
public final class Metrics {
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter loginsEnded = Counter.builder()
            .name("claude_auth_logins_ended_total")
            .help("Logins that ended, by how: complete, or the reason of the failure.")
            .labelNames("outcome")
            .register(registry);
    private final Counter codesRefused = Counter.builder()
            .name("claude_auth_codes_refused_total")
            .help("Authorization codes that were not taken, by reason.")
            .labelNames("reason")
            .register(registry);
    private final Counter keysRejected = Counter.builder()
            .name("claude_auth_keys_rejected_total")
            .help("Wrong access keys.")
            .register(registry);
    private final Counter socketsDropped = Counter.builder()
            .name("claude_auth_sockets_dropped_total")
            .help("Sockets that the server closed, by cause.")
            .labelNames("cause")
            .register(registry);
    private final Counter notifications = Counter.builder()
            .name("claude_auth_notifications_total")
            .help("Tries to tell an event to the receiver in CLAUDE_AUTH_NOTIFY, by outcome: told or failed.")
            .labelNames("outcome")
            .register(registry);
    private final Histogram timeToUrl = Histogram.builder()
            .name("claude_auth_time_to_url_seconds")
            .help("From the start of a login to its authorization URL.")
            .classicOnly()
            .classicUpperBounds(0.1, 0.25, 0.5, 1, 2, 4, 8, 16)
            .register(registry);

    public void keyRejected() {
        keysRejected.inc();
    }

    public void socketDropped(String cause) {
        socketsDropped.labelValues(cause).inc();
    }

    /** @param told whether the receiver has taken the event */
    public void notified(boolean told) {
        notifications.labelValues(told ? "told" : "failed").inc();
    }

    /** A listener that counts logins; to be told of every change of a login, on the event loop. */
    public BiConsumer<Owner, LoginSnapshot> ofLogins(InstantSource clock) {
        return new LoginMeter(clock);
    }

    /** Adds when each owner's credential ends, whether that is soon, and whether it works. */
    public void addCredentials(Credentials credentials) {
        gaugeByOwner(
                "claude_auth_credential_expires_timestamp_seconds",
                "When the credential ends, estimated, in seconds since 1970.",
                report -> credentials.all().forEach((owner, status) -> status.summary()
                        .expiresAt()
                        .ifPresent(end -> report.accept(owner.name(), end.getEpochSecond()))));
        gaugeByOwner(
                "claude_auth_credential_valid",
                "1 if the service took the credential when it was asked last, 0 if it refused it.",
                report -> credentials.all().forEach((owner, status) -> {
                    if (status.validity() != Validity.UNKNOWN) {
                        report.accept(owner.name(), status.validity() == Validity.VALID ? 1 : 0);
                    }
                }));
        gaugeByOwner(
                "claude_auth_credential_warning_days",
                "30, 7 or 1 once the credential ends within that many days, 0 once it has ended; estimated.",
                report -> credentials.all().forEach((owner, status) -> status.warning()
                        .ifPresent(days -> report.accept(owner.name(), days))));
    }

    /** Adds a number that is read on the thread that calls {@link #text}. */
    public void gauge(String name, String help, IntSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(gauge -> gauge.call(value.getAsInt()))
                .register(registry);
    }

    /** Adds a number for each owner, which {@code report} passes on each time that {@link #text} is called. */
    private void gaugeByOwner(String name, String help, Consumer<BiConsumer<String, Number>> report) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("owner")
                .callback(gauge -> report.accept((owner, value) -> gauge.call(value.doubleValue(), owner)))
                .register(registry);
    }

    public String text() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.builder().build().write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(UTF_8);
    }

    /** Counts how logins end, and measures how long each takes until its URL is there. Confined to the event loop. */
    private final class LoginMeter implements BiConsumer<Owner, LoginSnapshot> {
        private final InstantSource clock;
        private final Map<Owner, Current> logins = new HashMap<>();

        /** @param urlSeen whether its first URL was measured */
        private record Current(String loginId, Instant startedAt, boolean urlSeen) {}

        LoginMeter(InstantSource clock) {
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
                Duration afterStart = Duration.between(login.startedAt(), clock.instant());
                timeToUrl.observe(afterStart.toMillis() / 1_000.0);
            } else if (state instanceof LoginState.Starting starting) {
                starting.problem().ifPresent(problem -> codesRefused
                        .labelValues(problem.reason().wireName())
                        .inc());
            } else if (state instanceof LoginState.Complete) {
                loginsEnded.labelValues("complete").inc();
            } else if (state instanceof LoginState.Failed failed) {
                loginsEnded.labelValues(failed.problem().reason().wireName()).inc();
            }
        }
    }
}
