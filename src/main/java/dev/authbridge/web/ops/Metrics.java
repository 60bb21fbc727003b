package dev.authbridge.web.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/** The numbers that an operator watches, in the text format of Prometheus. May be used from any thread. */
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
    private final Histogram timeToUrl = Histogram.builder()
            .name("claude_auth_time_to_url_seconds")
            .help("From the start of a login to its authorization URL.")
            .classicOnly()
            .classicUpperBounds(0.1, 0.25, 0.5, 1, 2, 4, 8, 16)
            .register(registry);

    void loginEnded(String outcome) {
        loginsEnded.labelValues(outcome).inc();
    }

    void codeRefused(String reason) {
        codesRefused.labelValues(reason).inc();
    }

    public void keyRejected() {
        keysRejected.inc();
    }

    public void socketDropped(String cause) {
        socketsDropped.labelValues(cause).inc();
    }

    void urlShown(Duration afterStart) {
        timeToUrl.observe(afterStart.toMillis() / 1_000.0);
    }

    /** A number that is read when it is asked for, on the thread that writes the text. */
    public void gauge(String name, String help, IntSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(gauge -> gauge.call(value.getAsInt()))
                .register(registry);
    }

    /** Numbers of owners, which the report is given to each time they are asked for. */
    void gaugeByOwner(String name, String help, Consumer<BiConsumer<String, Number>> report) {
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
}
