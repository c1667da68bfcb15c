package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.sluice.testing.AdminClient;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The OpenAPI document as a test reads it. Operations are named as {@code GET /path/{id}}. */
record Described(JsonNode document) {
    static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    Set<String> operations() {
        Set<String> names = new TreeSet<>();
        for (var path : document.get("paths").properties()) {
            path.getValue()
                    .fieldNames()
                    .forEachRemaining(method -> names.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey()));
        }
        return names;
    }

    private JsonNode operation(String name) {
        int space = name.indexOf(' ');
        JsonNode path = document.path("paths").path(name.substring(space + 1));
        return path.path(name.substring(0, space).toLowerCase(Locale.ROOT));
    }

    /** Names, in their order. */
    List<String> parameters(Operation operation, String in) {
        List<String> names = new ArrayList<>();
        for (JsonNode parameter :
                operation(operation.method() + " " + operation.path()).path("parameters")) {
            if (parameter.get("in").asText().equals(in)) {
                names.add(parameter.get("name").asText());
            }
        }
        return names;
    }

    /** Those of which one is needed. */
    Set<String> tokens(Operation operation) {
        Set<String> names = new TreeSet<>();
        operation(operation.method() + " " + operation.path())
                .get("security")
                .forEach(one -> one.fieldNames().forEachRemaining(names::add));
        return names;
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
    }

    /** That an operation may give such a response. */
    void check(String operation, WireMessage response) throws IOException {
        String name = operation + ": " + response.status();
        JsonNode wanted = resolved(operation(operation).path("responses").path(Integer.toString(response.status())));
        assertThat(wanted.isObject()).as(name).isTrue();
        for (var header : wanted.path("headers").properties()) {
            assertThat(response.value(header.getKey().toLowerCase(Locale.ROOT)))
                    .as(name + " " + header.getKey())
                    .isNotNull();
        }
        if (!wanted.has("content")) {
            assertThat(response.body()).as(name).isEmpty();
            return;
        }
        String type = String.valueOf(response.value("content-type")).replaceFirst(";.*", "");
        JsonNode content = wanted.get("content").path(type);
        assertThat(content.isObject()).as(name + " " + type).isTrue();
        if (type.equals("application/json")) {
            assertThat(problems(content.get("schema"), AdminClient.json(response)))
                    .as(name)
                    .isEmpty();
        }
    }

    void checkEvent(String operation, String event, JsonNode data) {
        JsonNode schema = operation(operation)
                .at("/responses/200/content/text~1event-stream/x-events")
                .path(event);
        assertThat(schema.isObject()).as(operation + " " + event).isTrue();
        assertThat(problems(schema, data)).as(operation + " " + event).isEmpty();
    }

    Set<ValidationMessage> problems(String schema, JsonNode value) {
        return problems(document.at("/components/schemas/" + schema), value);
    }

    /** Each schema is taken for itself, with all others beside it. */
    private Set<ValidationMessage> problems(JsonNode schema, JsonNode value) {
        ObjectNode whole = schema.deepCopy();
        whole.set("$defs", document.at("/components/schemas"));
        try {
            String text = whole.toString().replace("#/components/schemas/", "#/$defs/");
            return SCHEMAS.getSchema(new ObjectMapper().readTree(text)).validate(value);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
