package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The JSON Schema takes and refuses whole configs as the readers do. */
class SchemaTest {
    private static final Path INCLUDED = Path.of("examples", "routes.d");
    static final String MODELINE = "# yaml-language-server: $schema=";
    private static final ObjectMapper JSON = new ObjectMapper();

    private static WrittenSchema written;
    private static JsonSchema schema;

    @BeforeAll
    static void write() {
        written = WrittenSchema.now();
        schema = written.validator();
    }

    private static Set<ValidationMessage> wrong(String yaml) {
        return schema.validate(CoreYaml.read(yaml));
    }

    @Test
    void isASchema() throws IOException {
        JsonSchemaFactory factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
        JsonSchema meta = factory.getSchema(URI.create("https://json-schema.org/draft/2020-12/schema"));

        assertThat(meta.validate(JSON.readTree(written.text()))).isEmpty();
        assertThat(meta.validate(JSON.readTree(written.includedText()))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Part.class)
    void hasEachKeyThatTheReaderTakesAndNoOther(Part part) {
        JsonNode described = written.of(part);
        List<String> keys = new ArrayList<>();
        described.get("properties").fieldNames().forEachRemaining(keys::add);

        assertThat(keys).containsExactlyElementsOf(part.keys());
        assertThat(described.get("additionalProperties").asBoolean(true)).isFalse();
        for (JsonNode key : described.get("properties")) {
            assertThat(key.get("description").asText()).hasSizeGreaterThan(10);
        }
    }

    @ParameterizedTest
    @MethodSource("io.sluice.config.ExamplesTest#good")
    void takesTheExamples(Path file) throws IOException {
        assertThat(wrong(Files.readString(file))).isEmpty();
    }

    @Test
    void takesTheExamplesOfTheDocs() throws IOException {
        assertThat(KeyTables.configs())
                .allSatisfy(text -> assertThat(wrong(text)).as(text).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("io.sluice.config.ExamplesTest#included")
    void takesTheIncludedExamples(Path file) throws IOException {
        JsonNode tree = CoreYaml.read(Files.readString(file));

        assertThat(written.includedValidator().validate(tree)).isEmpty();
        assertThat(schema.validate(tree)).isNotEmpty();
    }

    /** The others are no YAML, or wrong in what the schema does not say. */
    @ParameterizedTest
    @ValueSource(strings = {"addresses", "headers", "paths", "routes", "unknown-keys", "values"})
    void refusesBadExamples(String name) throws IOException {
        assertThat(wrong(Files.readString(Path.of("examples", "bad", name + ".yaml"))))
                .isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("withModelines")
    void isNamedByTheFilesThatEditorsOpen(Path file) throws IOException {
        assertThat(Files.readAllLines(file).getFirst())
                .as("config/" + file + ": its first line, which ./schema adds")
                .isEqualTo(modeline(file));
    }

    /** Names the schema, by a path from the file. */
    static String modeline(Path file) {
        Path schema = file.startsWith(INCLUDED) ? SchemaFileTest.INCLUDED_FILE : SchemaFileTest.FILE;
        return MODELINE + file.toAbsolutePath().getParent().relativize(schema.toAbsolutePath());
    }

    static List<Path> withModelines() throws IOException {
        return Stream.concat(ExamplesTest.good().stream(), ExamplesTest.included().stream())
                .toList();
    }

    @ParameterizedTest
    @EnumSource(value = Part.class, names = "INCLUDED", mode = EnumSource.Mode.EXCLUDE)
    void refusesAnUnknownKeyOfEachPart(Part part) {
        String yaml = Surroundings.plain(part, Map.of("noSuchKey", "1"));

        assertThat(Configs.problems(yaml)).anyMatch(problem -> problem.message().contains("noSuchKey"));
        assertThat(wrong(yaml)).anyMatch(message -> message.getMessage().contains("noSuchKey"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}
            { listeners: {}, routes: 7 }
            { listeners: [1] }
            { listeners: { web: {} } }
            { listeners: { "a b": { bind: ":80" } } }
            { listeners: { web: { bind: ":80", timeouts: 5s } } }
            { listeners: { web: { bind: { host: a } } } }
            { listeners: { web: { bind: ":80" } }, upstreams: { app: {} } }
            { listeners: { web: { bind: ":80" } }, upstreams: { app: { endpoints: { a: b } } } }
            { listeners: { web: { bind: ":80" } }, routes: [{ name: a }] }
            { listeners: { web: { bind: ":80" } }, routes: [{ name: a, respond: { status: 200 }, redirect: { location: /a } }] }
            { listeners: { web: { bind: ":80" } }, routes: [{ respond: { status: 200 } }] }
            { listeners: { web: { bind: ":80" } }, routes: [{ name: a, respond: { status: 200 }, match: { headers: { a: {} } } }] }
            { listeners: { web: { bind: ":80" } }, routes: [{ name: a, respond: { status: 200 }, match: { method: [] } }] }
            """)
    void refusesWhatTheReaderRefuses(String yaml) {
        assertThat(Configs.problems(yaml)).isNotEmpty();
        assertThat(wrong(yaml)).as(yaml).isNotEmpty();
    }

    @Test
    void takesSectionsWithoutKeys() {
        String yaml = "listeners: { web: { bind: \":80\", timeouts: } }\nupstreams:\nroutes:\nadmin:\n";

        assertThat(Configs.read(yaml)).isInstanceOf(LoadResult.Loaded.class);
        assertThat(wrong(yaml)).isEmpty();
    }
}
