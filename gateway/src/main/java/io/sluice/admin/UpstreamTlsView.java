package io.sluice.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.config.UpstreamTls;
import io.sluice.tls.ClientTls;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** TLS to an upstream as JSON. */
final class UpstreamTlsView {
    private UpstreamTlsView() {}

    /** @param tls null: cleartext */
    static JsonNode of(@Nullable ClientTls tls) {
        if (tls == null) {
            return NullNode.getInstance();
        }
        UpstreamTls config = tls.config();
        ClientTls.Figures figures = tls.figures();
        Instant expiry = figures.expiry();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("verify", config.verify())
                .put("name", config.name())
                .put("clientCertificate", config.identity() != null)
                .put("full", figures.full())
                .put("resumed", figures.resumed())
                .put("expiry", expiry == null ? null : expiry.toString());
        config.names().forEach(node.putArray("names")::add);
        node.set("certificates", CertificatesView.of(tls.certificates()));
        ObjectNode failures = node.putObject("failures");
        figures.failures().forEach((kind, count) -> failures.put(kind.word(), count));
        ClientTls.LastFailure last = figures.lastFailure();
        node.set(
                "lastFailure",
                last == null
                        ? NullNode.getInstance()
                        : JsonNodeFactory.instance
                                .objectNode()
                                .put("at", last.at().toString())
                                .put("endpoint", last.endpoint())
                                .put("text", last.text()));
        return node;
    }
}
