package io.sluice.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.names.Answer;
import io.sluice.upstream.Origin;
import java.util.Locale;

/** Where the address of an endpoint comes from, as JSON. */
final class OriginView {
    private OriginView() {}

    static ObjectNode of(Origin origin) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("kind", origin.kind().name().toLowerCase(Locale.ROOT));
        if (origin.kind() != Origin.Kind.STATIC) {
            ArrayNode lookUps = node.putArray("lookUps");
            origin.lookUps().forEach(lookUp -> lookUps.add(lookUp(lookUp)));
        }
        return node;
    }

    private static ObjectNode lookUp(Origin.LookUp lookUp) {
        Answer<?> answer = lookUp.tracked().answer();
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("name", lookUp.name());
        if (answer.isKnown()) {
            node.put("records", answer.source())
                    .put("ageMs", answer.ageMillis())
                    .put("ttlMs", answer.ttlMillis());
        }
        if (answer.failure() != null) {
            node.putObject("failure")
                    .put("text", answer.failure())
                    .put("agoMs", answer.failedMillis())
                    .put("attempts", answer.failures());
        }
        return node;
    }
}
