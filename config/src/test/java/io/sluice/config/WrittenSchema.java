package io.sluice.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The JSON Schemas as the readers and docs/configuration.md have them now, whatever the files hold. */
final class WrittenSchema {
    private static final String BASE = "https://sluice.test/";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final HeardKeys heard = new HeardKeys();
    private final KeyTables tables;
    private final ObjectNode schema;
    private final ObjectNode included;

    private WrittenSchema() throws IOException {
        for (Path file : ExamplesTest.good()) {
            heard.read(Files.readString(file));
        }
        KeyTables.configs().forEach(heard::read);
        for (Path file : ExamplesTest.included()) {
            heard.readIncluded(Files.readString(file));
        }
        heard.explore();
        tables = new KeyTables();
        schema = new SchemaWriter(heard, tables).schema();
        included = SchemaWriter.included();
    }

    /** @throws AssertionError that says what is to be done, where a key is not described or not read */
    static WrittenSchema now() {
        try {
            return new WrittenSchema();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HeardKeys heard() {
        return heard;
    }

    KeyTables tables() {
        return tables;
    }

    String text() {
        return text(schema);
    }

    String includedText() {
        return text(included);
    }

    private static String text(JsonNode tree) {
        try {
            return JSON.writeValueAsString(tree) + "\n";
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it says of a part. */
    JsonNode of(Part part) {
        return part == Part.TOP ? schema : schema.get("$defs").get(SchemaWriter.name(part));
    }

    JsonSchema validator() {
        return factory().getSchema(SchemaLocation.of(BASE + SchemaFileTest.FILE));
    }

    JsonSchema includedValidator() {
        return factory().getSchema(SchemaLocation.of(BASE + SchemaFileTest.INCLUDED_FILE));
    }

    private JsonSchemaFactory factory() {
        Map<String, String> texts =
                Map.of(BASE + SchemaFileTest.FILE, text(), BASE + SchemaFileTest.INCLUDED_FILE, includedText());
        return JsonSchemaFactory.getInstance(
                SpecVersion.VersionFlag.V202012, builder -> builder.schemaLoaders(loaders -> loaders.schemas(texts)));
    }
}
