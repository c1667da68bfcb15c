package io.sluice;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import io.sluice.tls.CertificateFacts;
import io.sluice.tls.ClientTls;
import io.sluice.upstream.Upstream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/** TLS to the upstreams of the snapshot in force that have it. */
final class UpstreamTlsCollector extends Collector {
    private final Supplier<Collection<Upstream>> upstreams;

    /** @param upstreams those in force now */
    UpstreamTlsCollector(Supplier<Collection<Upstream>> upstreams) {
        this.upstreams = upstreams;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        CounterMetricFamily handshakes = new CounterMetricFamily(
                "sluice_upstream_tls_handshakes",
                "TLS handshakes with endpoints in which their certificate was accepted, or a session resumed.",
                List.of("upstream", "kind"));
        CounterMetricFamily failures = new CounterMetricFamily(
                "sluice_upstream_tls_failures",
                "TLS handshakes with endpoints that failed, by cause.",
                List.of("upstream", "cause"));
        GaugeMetricFamily expiry = new GaugeMetricFamily(
                "sluice_upstream_tls_expiry_timestamp_seconds",
                "When the certificate ends that an endpoint has shown last; NaN before the first.",
                List.of("upstream"));
        GaugeMetricFamily certificates = new GaugeMetricFamily(
                "sluice_upstream_tls_certificate_expiry_timestamp_seconds",
                "When a certificate of an upstream's config expires, in seconds since 1970.",
                List.of("upstream", "certificate"));
        for (Upstream upstream : upstreams.get()) {
            ClientTls tls = upstream.tls();
            if (tls != null) {
                String name = upstream.name();
                ClientTls.Figures figures = tls.figures();
                handshakes.addMetric(List.of(name, "full"), (double) figures.full());
                handshakes.addMetric(List.of(name, "resumed"), (double) figures.resumed());
                figures.failures().forEach((kind, count) -> failures.addMetric(List.of(name, kind.word()), count));
                Instant end = figures.expiry();
                expiry.addMetric(List.of(name), end == null ? Double.NaN : end.getEpochSecond());
                for (CertificateFacts certificate : tls.certificates()) {
                    certificates.addMetric(List.of(name, certificate.file().toString()), (double)
                            certificate.expires().getEpochSecond());
                }
            }
        }
        return List.of(handshakes, failures, expiry, certificates);
    }
}
