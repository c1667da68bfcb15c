package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** config/sluice.schema.json says what the readers do. */
class SchemaTest {
    private static final Path SCHEMA = Path.of("sluice.schema.json");
    private static final Path INCLUDED_SCHEMA = Path.of("sluice-routes.schema.json");
    private static final Path INCLUDED = Path.of("examples", "routes.d");
    private static final Pattern MODELINE = Pattern.compile("# yaml-language-server: \\$schema=(\\S+)");
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** Reaches what no example reaches. */
    private static final String EVERYTHING = """
            listeners: { web: { bind: ":8080" } }
            upstreams: { app: { endpoints: [{ address: "127.0.0.1:3000", weight: 2 }] } }
            """;

    /** Texts that keys of one kind take and those of others don't. */
    private static final List<String> PROBES = List.of(
            "10s", "250ms", "0s", "10", "0", "-1", "1.5", "2147483648", "64KiB", "64KB", "0B", "none", "off", "on",
            "auto", "true", "false", "yes", "a", "A-b_c.d", "a b", "/", "/a", "/a/", "/a/**", "\"/{id}\"", "GET", "get",
            "\":80\"", "127.0.0.1:80", "\"[::1]:80\"", "localhost", "10.0.0.0/8", "\"::1\"", "\"*.example.com\"", "\"*\"",
            "https://{host}{path}", "client", "header:x-a", "cookie:", "text/plain", "200", "308", "404", "stdout",
            "./a.log", "nio", "http1", "leastRequest", "keep", "refuse", "normalize", "app", "\"${NO:10s}\"",
            "\"${NO:7}\"", "\"${NO:off}\"", "\"5\"", "\"\"", "' '", "\"ä\"", "99999999999999999999", "0x10", "1e3");

    private static HeardKeys heard;
    private static JsonSchema schema;
    private static JsonSchema includedSchema;

    @BeforeAll
    static void hear() throws IOException {
        heard = new HeardKeys();
        heard.read(EVERYTHING, List.of());
        List<String> included = new ArrayList<>();
        for (Path file : included()) {
            included.add(Files.readString(file));
        }
        for (Path file : ExamplesTest.good()) {
            heard.read(Files.readString(file), included);
        }
        JsonSchemaFactory factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
        schema = factory.getSchema(SCHEMA.toUri());
        includedSchema = factory.getSchema(INCLUDED_SCHEMA.toUri());
    }

    static List<Path> included() throws IOException {
        try (Stream<Path> files = Files.list(INCLUDED)) {
            return files.sorted().toList();
        }
    }

    private static Set<ValidationMessage> wrong(String yaml) {
        return schema.validate(CoreYaml.read(yaml));
    }

    // ---- the file

    @Test
    void isWhatTheReadersSay() throws IOException {
        String written = JSON.writeValueAsString(new SchemaWriter(heard, new KeyTables()).schema()) + "\n";
        String included = JSON.writeValueAsString(SchemaWriter.included()) + "\n";
        if (Boolean.getBoolean("sluice.schema.write")) {
            Files.writeString(SCHEMA, written);
            Files.writeString(INCLUDED_SCHEMA, included);
        }

        String how = "write it anew: mvn test -Dquick -pl config -Dtest=SchemaTest -Dtest.jvm.extra=-Dsluice.schema.write=true";
        assertThat(Files.readString(SCHEMA)).as(how).isEqualTo(written);
        assertThat(Files.readString(INCLUDED_SCHEMA)).as(how).isEqualTo(included);
    }

    @Test
    void isBuiltIn() throws IOException {
        assertThat(ConfigSchema.text()).isEqualTo(Files.readString(SCHEMA));
    }

    @Test
    void isASchema() throws IOException {
        JsonSchemaFactory factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
        JsonSchema meta = factory.getSchema(java.net.URI.create("https://json-schema.org/draft/2020-12/schema"));

        assertThat(meta.validate(JSON.readTree(SCHEMA.toFile()))).isEmpty();
        assertThat(meta.validate(JSON.readTree(INCLUDED_SCHEMA.toFile()))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Part.class)
    void hasEachKeyThatTheReaderTakesAndNoOther(Part part) throws IOException {
        JsonNode described = definition(part);
        List<String> keys = new ArrayList<>();
        described.get("properties").fieldNames().forEachRemaining(keys::add);

        assertThat(keys).containsExactlyElementsOf(part.keys());
        assertThat(described.get("additionalProperties").asBoolean(true)).isFalse();
        for (JsonNode key : described.get("properties")) {
            assertThat(key.get("description").asText()).hasSizeGreaterThan(10);
        }
    }

    private static JsonNode definition(Part part) throws IOException {
        JsonNode whole = JSON.readTree(SCHEMA.toFile());
        return part == Part.TOP ? whole : whole.get("$defs").get(SchemaWriter.name(part));
    }

    // ---- files

    @ParameterizedTest
    @MethodSource("io.sluice.config.ExamplesTest#good")
    void takesTheExamples(Path file) throws IOException {
        assertThat(wrong(Files.readString(file))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("included")
    void takesTheIncludedExamples(Path file) throws IOException {
        assertThat(includedSchema.validate(CoreYaml.read(Files.readString(file)))).isEmpty();
        assertThat(wrong(Files.readString(file))).isNotEmpty();
    }

    /** The others are no YAML, or wrong in what only the whole file shows. */
    @ParameterizedTest
    @ValueSource(strings = {"addresses", "empty", "headers", "paths", "routes", "unknown-keys", "values"})
    void refusesBadExamples(String name) throws IOException {
        String text = Files.readString(Path.of("examples", "bad", name + ".yaml"));

        assertThat(wrong(name.equals("unknown-keys") ? text.replace("    balance: random\n", "") : text))
                .isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("withModelines")
    void isNamedByTheFilesThatEditorsOpen(Path file) throws IOException {
        Matcher modeline = MODELINE.matcher(Files.readAllLines(file).getFirst());

        assertThat(modeline.matches()).as(file.toString()).isTrue();
        Path named = file.toAbsolutePath().resolveSibling(modeline.group(1)).normalize();
        assertThat(named).isEqualTo((file.startsWith(INCLUDED) ? INCLUDED_SCHEMA : SCHEMA).toAbsolutePath());
    }

    static List<Path> withModelines() throws IOException {
        return Stream.concat(ExamplesTest.good().stream(), included().stream()).toList();
    }

    // ---- values

    static List<Key> scalars() throws IOException {
        List<Key> keys = new ArrayList<>();
        for (Part part : Part.values()) {
            for (String key : part.keys()) {
                boolean scalar = heard.of(part, key).alternatives.stream()
                        .anyMatch(one -> one.form() == Vocabulary.Form.ONE || one.form() == Vocabulary.Form.SEVERAL);
                if (scalar && part != Part.INCLUDED && !key.equals("include")) {
                    keys.add(new Key(part, key, definition(part).get("properties").get(key)));
                }
            }
        }
        return keys;
    }

    record Key(Part part, String name, JsonNode schema) {

        /** Texts to try: what the schema offers, and what other keys take. */
        Set<String> probes() {
            Set<String> probes = new LinkedHashSet<>();
            schema.findValues("enum").forEach(list -> list.forEach(word -> probes.add(quoted(word))));
            schema.path("examples").forEach(example -> probes.add(quoted(example)));
            if (schema.has("default")) {
                probes.add(quoted(schema.get("default")));
            }
            probes.addAll(PROBES);
            return probes;
        }

        private static String quoted(JsonNode value) {
            return value.toString();
        }

        @Override
        public String toString() {
            return part.place() + " " + name;
        }
    }

    @ParameterizedTest
    @MethodSource("scalars")
    void takesWhatTheReaderTakes(Key key) {
        int taken = 0;
        int refused = 0;
        for (String probe : key.probes()) {
            String yaml = Places.config(key.part(), key.name(), probe);
            if (Configs.read(yaml) instanceof LoadResult.Loaded) {
                assertThat(wrong(yaml)).as(yaml).isEmpty();
                taken++;
            } else if (!wrong(yaml).isEmpty()) {
                refused++;
            }
        }
        assertThat(taken).as("probes that the reader takes").isPositive();
        boolean anyText = key.schema().path("type").toString().contains("boolean");
        assertThat(refused > 0).as("probes that both refuse").isEqualTo(!anyText);
    }

    @ParameterizedTest
    @MethodSource("scalars")
    void offersOnlyWhatTheReaderTakes(Key key) {
        List<String> offered = new ArrayList<>();
        key.schema().findValues("enum").forEach(list -> list.forEach(word -> offered.add(word.toString())));
        if (key.schema().has("default")) {
            offered.add(key.schema().get("default").toString());
        }
        for (String value : offered) {
            String yaml = Places.config(key.part(), key.name(), value);
            assertThat(Configs.read(yaml)).as(yaml).isInstanceOf(LoadResult.Loaded.class);
            assertThat(wrong(yaml)).as(yaml).isEmpty();
        }
    }

    /** To write all defaults of a part but one means the same as to write all. */
    @ParameterizedTest
    @EnumSource(Part.class)
    void hasTheDefaultsOfTheReader(Part part) throws IOException {
        JsonNode properties = definition(part).get("properties");
        List<String> defaults = new ArrayList<>();
        properties.fields().forEachRemaining(key -> {
            if (key.getValue().has("default")) {
                defaults.add(key.getKey() + ": " + key.getValue().get("default"));
            }
        });
        if (!defaults.isEmpty()) {
            GatewayConfig all = Configs.load(Places.config(part, defaults));
            for (String one : defaults) {
                List<String> others = new ArrayList<>(defaults);
                others.remove(one);
                assertThat(Configs.load(Places.config(part, others))).as(one).isEqualTo(all);
            }
        }
    }

    // ---- structure

    @ParameterizedTest
    @EnumSource(value = Part.class, names = "INCLUDED", mode = EnumSource.Mode.EXCLUDE)
    void refusesAnUnknownKeyOfEachPart(Part part) {
        String yaml = Places.config(part, List.of("noSuchKey: 1"));

        assertThat(Configs.problems(yaml)).anyMatch(problem -> problem.message().contains("noSuchKey"));
        assertThat(wrong(yaml)).anyMatch(message -> message.getMessage().contains("noSuchKey"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}
            listeners: {}, routes: 7
            listeners: [1]
            listeners: { web: {} }
            listeners: { "a b": { bind: ":80" } }
            listeners: { web: { bind: ":80", timeouts: 5s } }
            listeners: { web: { bind: { host: a } } }
            listeners: { web: { bind: ":80" } }, upstreams: { app: {} }
            listeners: { web: { bind: ":80" } }, upstreams: { app: { endpoints: { a: b } } }
            listeners: { web: { bind: ":80" } }, routes: [{ name: a }]
            listeners: { web: { bind: ":80" } }, routes: [{ name: a, respond: { status: 200 }, redirect: { location: /a } }]
            listeners: { web: { bind: ":80" } }, routes: [{ respond: { status: 200 } }]
            listeners: { web: { bind: ":80" } }, routes: [{ name: a, respond: { status: 200 }, match: { headers: { a: {} } } }]
            listeners: { web: { bind: ":80" } }, routes: [{ name: a, respond: { status: 200 }, match: { method: [] } }]
            """)
    void refusesWhatTheReaderRefuses(String keys) {
        String yaml = keys.equals("{}") ? "{}" : "{ " + keys + " }";

        assertThat(Configs.problems(yaml)).isNotEmpty();
        assertThat(wrong(yaml)).as(yaml).isNotEmpty().allSatisfy(message -> assertThat(message.toString())
                .isNotBlank());
    }

    @Test
    void takesSectionsWithoutKeys() {
        String yaml = "listeners: { web: { bind: \":80\", timeouts: } }\nupstreams:\nroutes:\nadmin:\n";

        assertThat(Configs.read(yaml)).isInstanceOf(LoadResult.Loaded.class);
        assertThat(wrong(yaml)).isEmpty();
    }

    /** Configs that name one part, in YAML's flow style. */
    private static final class Places {
        private static final Map<String, String> SIBLINGS = Map.of(
                "listeners.NAME", "bind: \":81\"",
                "upstreams.NAME", "endpoints: [\"127.0.0.1:1\"]",
                "upstreams.NAME.endpoints[]", "address: \"127.0.0.1:1\"",
                "routes[]", "name: r",
                "routes[].redirect", "location: /",
                "routes[].respond", "status: 200");
        private static final List<String> ACTIONS = List.of("to", "split", "redirect", "respond");

        private Places() {}

        static String config(Part part, String key, String value) {
            return config(part, List.of(key + ": " + value));
        }

        static String config(Part part, List<String> entries) {
            String path = part.place();
            String body = body(path, entries);
            while (!path.isEmpty()) {
                if (path.endsWith("[]")) {
                    body = "[" + body + "]";
                    path = path.substring(0, path.length() - 2);
                }
                int dot = path.lastIndexOf('.');
                String name = path.substring(dot + 1);
                path = dot < 0 ? "" : path.substring(0, dot);
                String entry = (name.equals("NAME") ? path.endsWith("upstreams") ? "up" : "a" : name) + ": " + body;
                boolean plain = name.equals("NAME");
                body = plain ? "{ " + entry + " }" : body(path, List.of(entry));
            }
            return body;
        }

        /** A section with these entries, and what else it must have. */
        private static String body(String path, List<String> entries) {
            List<String> all = new ArrayList<>(entries);
            Set<String> keys = new LinkedHashSet<>();
            entries.forEach(entry -> keys.add(entry.substring(0, entry.indexOf(':'))));
            String sibling = SIBLINGS.get(path);
            if (sibling != null && !keys.contains(sibling.substring(0, sibling.indexOf(':')))) {
                all.add(sibling);
            }
            if (path.equals("routes[]") && ACTIONS.stream().noneMatch(keys::contains)) {
                all.add(keys.contains("splitBy") ? "split: { app: 1 }" : "to: app");
            }
            if (path.isEmpty() && !keys.contains("listeners")) {
                all.add("listeners: { web: { bind: \":80\" } }");
            }
            if (path.isEmpty() && !keys.contains("upstreams")) {
                all.add("upstreams: { app: { endpoints: [\"127.0.0.1:1\"] } }");
            }
            return "{ " + String.join(", ", all) + " }";
        }
    }
}
