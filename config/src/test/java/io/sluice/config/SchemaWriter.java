package io.sluice.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.config.HeardKeys.Alternative;
import io.sluice.config.HeardKeys.Answers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the JSON Schema: keys and kinds of values as the readers ask for them, descriptions and defaults as
 * docs/configuration.md has them. It keeps to what draft 7 has too, which many editors know better.
 */
final class SchemaWriter {
    private static final int EXAMPLES = 3;
    private static final int LONGEST_EXAMPLE = 80;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String DRAFT = "https://json-schema.org/draft/2020-12/schema";
    /** Environment variables and files may stand for anything. */
    private static final String SUBSTITUTED = "\\$\\{";

    private final HeardKeys heard;
    private final KeyTables tables;
    private final List<String> missing = new ArrayList<>();

    SchemaWriter(HeardKeys heard, KeyTables tables) {
        this.heard = heard;
        this.tables = tables;
    }

    static String name(Part part) {
        StringBuilder name = new StringBuilder();
        for (String word : part.name().toLowerCase(Locale.ROOT).split("_")) {
            name.append(name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.toString();
    }

    /** @throws AssertionError that says all that is to be done before it can be written */
    ObjectNode schema() {
        ObjectNode schema = JSON.objectNode().put("$schema", DRAFT).put("title", "Sluice config");
        schema.setAll(part(Part.TOP));
        schema.put("type", "object");
        ObjectNode definitions = schema.putObject("$defs");
        for (Part part : Part.values()) {
            if (part != Part.TOP) {
                definitions.set(name(part), part(part));
            }
        }
        if (!missing.isEmpty()) {
            throw new AssertionError("The JSON Schema of the config can't be made:\n  " + String.join("\n  ", missing)
                    + "\nThen run ./schema, which writes it.");
        }
        return schema;
    }

    /** That of an included file; beside the other. */
    static ObjectNode included() {
        return JSON.objectNode()
                .put("$schema", DRAFT)
                .put("title", "Sluice routes, included by a config")
                .put("$ref", "sluice.schema.json#/$defs/" + name(Part.INCLUDED));
    }

    private ObjectNode part(Part part) {
        ObjectNode schema = JSON.objectNode().put("description", place(part));
        schema.putArray("type").add("object").add("null");
        schema.put("additionalProperties", false);
        List<String> required = heard.required(part);
        if (!required.isEmpty()) {
            required.forEach(schema.putArray("required")::add);
        }
        List<String> one = heard.exactlyOne(part);
        if (!one.isEmpty()) {
            ArrayNode alternatives = schema.putArray("oneOf");
            one.forEach(key -> alternatives.addObject().putArray("required").add(key));
        }
        ObjectNode properties = schema.putObject("properties");
        part.keys().forEach(key -> properties.set(key, key(part, key)));
        return schema;
    }

    private static String place(Part part) {
        return part == Part.TOP ? "All of a config; see docs/configuration.md." : "Stands at " + part.place() + ".";
    }

    private ObjectNode key(Part part, String key) {
        Answers answers = heard.of(part, key);
        Optional<KeyTables.Row> found = tables.row(part, key);
        HeardKeys.Key named = new HeardKeys.Key(part, key);
        if (answers.alternatives.isEmpty()) {
            missing.add(named + ": in Part." + part
                    + ", but no reader asks for it. Let one read it; if one does, but only in"
                    + " certain configs, add such a one to config/examples");
            return JSON.objectNode();
        }
        if (found.isEmpty()) {
            missing.add(named
                    + ": not in docs/configuration.md, which is where its description and its default come from. Add"
                    + " a row | `" + key + "` | value | `default` | meaning | to the table under the heading "
                    + KeyTables.heading(part));
            return JSON.objectNode();
        }
        KeyTables.Row row = found.get();
        ObjectNode schema = JSON.objectNode().put("description", row.description());
        if (!row.fallback().isEmpty()) {
            schema.set("default", typed(row.fallback()));
        }
        List<String> examples = answers.examples.stream()
                .filter(example -> example.length() < LONGEST_EXAMPLE)
                .limit(EXAMPLES)
                .toList();
        if (!examples.isEmpty()) {
            ArrayNode list = schema.putArray("examples");
            examples.forEach(example -> list.add(typed(example)));
        }
        List<ObjectNode> alternatives = new ArrayList<>();
        answers.alternatives.forEach(alternative -> add(alternative, answers, alternatives));
        schema.setAll(any(alternatives));
        return schema;
    }

    private static void add(Alternative alternative, Answers answers, List<ObjectNode> to) {
        switch (alternative.form()) {
            case ONE -> to.addAll(scalars(alternative.shape()));
            case SEVERAL -> {
                to.addAll(scalars(alternative.shape()));
                ObjectNode list = JSON.objectNode().put("type", "array").put("minItems", 1);
                list.set("items", any(scalars(alternative.shape())));
                to.add(list);
            }
            case SECTION -> to.add(JSON.objectNode().put("$ref", "#/$defs/" + name(alternative.part())));
            case NAMES -> {
                ObjectNode names = JSON.objectNode();
                names.putArray("type").add("object").add("null");
                answers.names.stream()
                        .filter(shape -> shape instanceof Shape.Like)
                        .forEach(shape ->
                                names.putObject("propertyNames").put("pattern", whole(((Shape.Like) shape).pattern())));
                names.set("additionalProperties", values(answers));
                to.add(names);
            }
            case LIST -> {
                ObjectNode list = JSON.objectNode();
                list.putArray("type").add("array").add("null");
                list.set("items", values(answers));
                to.add(list);
            }
        }
    }

    private static ObjectNode values(Answers answers) {
        List<ObjectNode> alternatives = new ArrayList<>();
        answers.values.forEach(value -> add(value, answers, alternatives));
        return any(alternatives);
    }

    private static ObjectNode any(List<ObjectNode> alternatives) {
        Set<ObjectNode> different = new LinkedHashSet<>(alternatives);
        if (different.size() == 1) {
            return different.iterator().next().deepCopy();
        }
        ObjectNode schema = JSON.objectNode();
        ArrayNode list = schema.putArray("anyOf");
        different.forEach(list::add);
        return schema;
    }

    // ---- values

    /** Alternatives, the most telling ones first. */
    private static List<ObjectNode> scalars(Shape shape) {
        Set<String> words = new LinkedHashSet<>();
        List<String> patterns = new ArrayList<>();
        List<Shape.Whole> numbers = new ArrayList<>();
        if (flatten(shape, words, patterns, numbers)) {
            return List.of(types(JSON.objectNode(), List.of("string", "number", "boolean")));
        }
        List<ObjectNode> alternatives = new ArrayList<>();
        if (!words.isEmpty()) {
            alternatives.add(words(words));
        }
        for (Shape.Whole number : numbers) {
            alternatives.add(types(JSON.objectNode(), List.of("integer", "string"))
                    .put("minimum", number.least())
                    .put("maximum", number.most())
                    .put("pattern", "^-?[0-9]+$|" + SUBSTITUTED));
        }
        if (!patterns.isEmpty()) {
            String pattern = whole(String.join("|", patterns));
            List<String> types = new ArrayList<>(List.of("string"));
            addIf("5".matches(pattern) || "1".matches(pattern), "integer", types);
            addIf("1.5".matches(pattern) || "0.5".matches(pattern), "number", types);
            addIf("true".matches(pattern), "boolean", types);
            alternatives.add(types(JSON.objectNode(), types).put("pattern", pattern + "|" + SUBSTITUTED));
        } else if (numbers.isEmpty()) {
            alternatives.add(JSON.objectNode().put("type", "string").put("pattern", SUBSTITUTED));
        }
        return alternatives;
    }

    private static void addIf(boolean wanted, String type, Collection<String> types) {
        if (wanted) {
            types.add(type);
        }
    }

    /** Whether any text will do. */
    private static boolean flatten(Shape shape, Set<String> words, List<String> patterns, List<Shape.Whole> numbers) {
        return switch (shape) {
            case Shape.Text any -> true;
            case Shape.Like like -> {
                patterns.add(like.pattern());
                yield false;
            }
            case Shape.Whole number -> {
                numbers.add(number);
                yield false;
            }
            case Shape.Words named -> {
                words.addAll(named.words());
                yield false;
            }
            case Shape.Either either ->
                flatten(either.one(), words, patterns, numbers) | flatten(either.other(), words, patterns, numbers);
        };
    }

    private static ObjectNode words(Set<String> words) {
        ObjectNode schema = JSON.objectNode();
        ArrayNode list = schema.putArray("enum");
        for (String word : words) {
            JsonNode typed = typed(word);
            list.add(typed);
            if (!typed.isTextual()) {
                list.add(word);
            }
        }
        return schema;
    }

    private static ObjectNode types(ObjectNode schema, List<String> types) {
        if (types.size() == 1) {
            return schema.put("type", types.getFirst());
        }
        types.forEach(schema.putArray("type")::add);
        return schema;
    }

    private static String whole(String pattern) {
        return "^(?:" + pattern + ")$";
    }

    /** As a plain YAML scalar is understood. */
    static JsonNode typed(String text) {
        if (text.equals("true") || text.equals("false")) {
            return JSON.booleanNode(text.equals("true"));
        }
        if (text.matches("-?(0|[1-9][0-9]{0,17})")) {
            return JSON.numberNode(Long.parseLong(text));
        }
        return text.matches("-?[0-9]+\\.[0-9]+") ? JSON.numberNode(Double.parseDouble(text)) : JSON.textNode(text);
    }
}
