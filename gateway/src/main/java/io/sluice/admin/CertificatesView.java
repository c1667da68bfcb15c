package io.sluice.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.tls.CertificateFacts;
import java.time.Instant;
import java.util.List;

/** Certificates of the config as JSON. */
final class CertificatesView {
    private CertificatesView() {}

    static ArrayNode of(List<CertificateFacts> all) {
        ArrayNode certificates = JsonNodeFactory.instance.arrayNode();
        Instant now = Instant.now();
        for (CertificateFacts facts : all) {
            ObjectNode certificate = certificates
                    .addObject()
                    .put("file", facts.file().toString())
                    .put("expires", facts.expires().toString())
                    .put("expiresInDays", facts.left(now).toDays());
            facts.names().forEach(certificate.putArray("names")::add);
        }
        return certificates;
    }
}
