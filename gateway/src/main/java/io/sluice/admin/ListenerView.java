package io.sluice.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.config.ListenerConfig;
import io.sluice.config.ListenerTls;
import io.sluice.config.TlsVersion;
import io.sluice.proxy.Listener;
import io.sluice.tls.ServerTls;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A listener as JSON. */
final class ListenerView {
    private ListenerView() {}

    static ObjectNode of(Listener listener) {
        ListenerConfig config = listener.config();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("name", config.name())
                .put("bind", config.bind().toString())
                .put("address", listener.addressText())
                .put("connections", listener.connections());
        node.set("tls", tls(listener.tls()));
        node.putObject("timeouts")
                .put("idleMs", config.timeouts().idle().toMillis())
                .put("headMs", config.timeouts().head().toMillis())
                .put("sendMs", config.timeouts().send().toMillis());
        node.putObject("limits")
                .put("connections", config.limits().connections())
                .put("connectionsPerAddress", config.limits().connectionsPerAddress())
                .put("head", config.limits().head())
                .put("fields", config.limits().fields());
        return node;
    }

    private static JsonNode tls(@Nullable ServerTls tls) {
        if (tls == null) {
            return JsonNodeFactory.instance.nullNode();
        }
        ListenerTls config = tls.config();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("clientCertificates", config.clients().verify().name().toLowerCase(Locale.ROOT));
        ArrayNode versions = node.putArray("versions");
        config.versions().stream().sorted().map(TlsVersion::word).forEach(versions::add);
        node.set("certificates", CertificatesView.of(tls.facts()));
        return node;
    }
}
