package io.sluice.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** YAML as editors see it: plain scalars by the core schema of YAML 1.2. */
final class CoreYaml {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private CoreYaml() {}

    static JsonNode read(String text) {
        Node node = new Yaml(new LoaderOptions()).compose(new StringReader(text));
        return node == null ? JSON.nullNode() : json(node);
    }

    private static JsonNode json(Node node) {
        return switch (node) {
            case MappingNode mapping -> {
                ObjectNode object = JSON.objectNode();
                for (NodeTuple entry : mapping.getValue()) {
                    object.set(((ScalarNode) entry.getKeyNode()).getValue(), json(entry.getValueNode()));
                }
                yield object;
            }
            case SequenceNode sequence -> {
                ArrayNode array = JSON.arrayNode();
                sequence.getValue().forEach(item -> array.add(json(item)));
                yield array;
            }
            case ScalarNode scalar ->
                scalar.getScalarStyle() == ScalarStyle.PLAIN
                        ? plain(scalar.getValue())
                        : JSON.textNode(scalar.getValue());
            default -> throw new IllegalArgumentException(node.toString());
        };
    }

    private static JsonNode plain(String text) {
        if (text.isEmpty() || text.equals("~") || text.equals("null")) {
            return JSON.nullNode();
        }
        if (text.matches("[-+]?[0-9]{1,18}")) {
            return JSON.numberNode(Long.parseLong(text));
        }
        if (text.matches("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?")) {
            return JSON.numberNode(new java.math.BigDecimal(text));
        }
        return text.equals("true") || text.equals("false")
                ? JSON.booleanNode(text.equals("true"))
                : JSON.textNode(text);
    }
}
