package io.sluice;

import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import io.sluice.tls.CertificateFacts;
import io.sluice.tls.ServerTls;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** When the certificates of listeners expire. */
final class CertificateCollector extends Collector {
    private final Supplier<Map<String, ServerTls>> present;

    CertificateCollector(Supplier<Map<String, ServerTls>> present) {
        this.present = present;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        GaugeMetricFamily expiry = new GaugeMetricFamily(
                "sluice_tls_certificate_expiry_timestamp_seconds",
                "When a certificate of a listener expires, in seconds since 1970.",
                List.of("listener", "certificate"));
        present.get().forEach((listener, tls) -> {
            for (CertificateFacts certificate : tls.facts()) {
                expiry.addMetric(List.of(listener, certificate.file().toString()), (double)
                        certificate.expires().getEpochSecond());
            }
        });
        return List.of(expiry);
    }
}
