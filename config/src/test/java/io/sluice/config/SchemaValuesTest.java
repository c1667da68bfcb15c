package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import io.sluice.config.HeardKeys.Key;
import io.sluice.config.Vocabulary.Form;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The JSON Schema takes and offers those values of each key that the readers take. */
class SchemaValuesTest {
    /** Texts that keys of one kind take and those of others don't. */
    private static final List<String> PROBES = List.of(
            "10s",
            "250ms",
            "0s",
            "10",
            "0",
            "-1",
            "1.5",
            "0.5",
            "20%",
            "2147483648",
            "64KiB",
            "64KB",
            "0B",
            "none",
            "off",
            "on",
            "auto",
            "true",
            "false",
            "yes",
            "a",
            "A-b_c.d",
            "a b",
            "/",
            "/a",
            "/a/",
            "/a/**",
            "\"/{id}\"",
            "GET",
            "get",
            "\":80\"",
            "127.0.0.1:80",
            "\"[::1]:80\"",
            "localhost",
            "10.0.0.1",
            "10.0.0.0/8",
            "\"::1\"",
            "\"*.example.com\"",
            "\"*\"",
            "\"https://{host}{path}\"",
            "client",
            "header:x-a",
            "\"cookie:\"",
            "text/plain",
            "200",
            "308",
            "404",
            "stdout",
            "./a.log",
            "nio",
            "http1",
            "leastRequest",
            "keep",
            "refuse",
            "normalize",
            "app",
            "\"${NO:10s}\"",
            "\"${NO:7}\"",
            "\"${NO:off}\"",
            "\"${TOKEN}\"",
            "\"5\"",
            "\"\"",
            "' '",
            "\"ä\"",
            "99999999999999999999",
            "0x10",
            "1e3");

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "TOKEN", "0123456789abcdef0123456789abcdef",
            "ADMIN_TOKEN", "fedcba9876543210fedcba9876543210");

    private static WrittenSchema written;
    private static JsonSchema schema;
    /** Keys that are seen with a value that the reader takes. */
    private static Set<Key> tried;

    @BeforeAll
    static void write() {
        written = WrittenSchema.now();
        schema = written.validator();
        tried = new LinkedHashSet<>(scalars());
        tried.removeIf(key -> examples(key).isEmpty()
                && probes(key).stream()
                        .noneMatch(probe -> configs(key, probe).stream().anyMatch(SchemaValuesTest::reads)));
    }

    private static boolean reads(String yaml) {
        return ConfigReader.read("test.yaml", yaml, null, ENVIRONMENT) instanceof LoadResult.Loaded;
    }

    private static boolean refuses(String yaml) {
        return !schema.validate(CoreYaml.read(yaml)).isEmpty();
    }

    private static List<String> configs(Key key, String value) {
        return Surroundings.all(written, key.part(), Map.of(key.name(), value));
    }

    private static JsonNode described(Key key) {
        return written.of(key.part()).get("properties").get(key.name());
    }

    /** Those with one value, or a list of such. */
    static List<Key> scalars() {
        List<Key> keys = new ArrayList<>();
        for (Part part : Part.values()) {
            for (String key : part.keys()) {
                boolean scalar = written.heard().of(part, key).alternatives.stream()
                        .anyMatch(one -> one.form() == Form.ONE || one.form() == Form.SEVERAL);
                if (scalar && !key.equals("include")) {
                    keys.add(new Key(part, key));
                }
            }
        }
        return keys;
    }

    @Test
    void isTriedWithEachKey() {
        Set<Key> untried = new LinkedHashSet<>(scalars());
        untried.removeAll(tried);

        assertThat(untried)
                .as("keys that no file in config/examples uses, and that take no text of SchemaValuesTest.PROBES alone:"
                        + " add an example that uses them, or such a text")
                .isEmpty();
    }

    private static Set<String> examples(Key key) {
        return written.heard().of(key.part(), key.name()).examples;
    }

    @ParameterizedTest
    @MethodSource("scalars")
    void takesWhatTheReaderTakes(Key key) {
        int refused = 0;
        for (String probe : probes(key)) {
            for (String yaml : configs(key, probe)) {
                if (reads(yaml)) {
                    assertThat(schema.validate(CoreYaml.read(yaml))).as(yaml).isEmpty();
                } else if (refuses(yaml)) {
                    refused++;
                }
            }
        }
        boolean anyText = described(key).toString().contains("\"boolean\"");
        assertThat(anyText || refused > 0)
                .as(key + ": the reader refuses some values, and the schema none")
                .isTrue();
    }

    /** What is offered, what is documented, and what other keys take. */
    private static Set<String> probes(Key key) {
        JsonNode schema = described(key);
        Set<String> probes = new LinkedHashSet<>(offered(key));
        schema.path("examples").forEach(example -> probes.add(example.toString()));
        written.tables().row(key.part(), key.name()).orElseThrow().literals().stream()
                .map(literal -> SchemaWriter.typed(literal).toString())
                .forEach(probes::add);
        probes.addAll(PROBES);
        return probes;
    }

    private static List<String> offered(Key key) {
        List<String> offered = new ArrayList<>();
        described(key).findValues("enum").forEach(list -> list.forEach(word -> offered.add(word.toString())));
        if (described(key).has("default")) {
            offered.add(described(key).get("default").toString());
        }
        return offered;
    }

    @ParameterizedTest
    @MethodSource("scalars")
    void offersOnlyWhatTheReaderTakes(Key key) {
        for (String value : tried.contains(key) ? offered(key) : List.<String>of()) {
            boolean used = examples(key).contains(value.replaceAll("^\"|\"$", ""));
            assertThat(used || configs(key, value).stream().anyMatch(yaml -> reads(yaml) && !refuses(yaml)))
                    .as(key + ": " + value + " is offered, and the reader takes it in none of " + configs(key, value)
                            + "; if it takes it elsewhere, add such a config to config/examples")
                    .isTrue();
        }
    }

    /** To write all defaults of a part but one means the same as to write all. */
    @ParameterizedTest
    @EnumSource(value = Part.class, names = "INCLUDED", mode = EnumSource.Mode.EXCLUDE)
    void hasTheDefaultsOfTheReader(Part part) {
        Map<String, String> defaults = new LinkedHashMap<>();
        written.of(part).get("properties").properties().forEach(key -> {
            if (key.getValue().has("default") && tried.contains(new Key(part, key.getKey()))) {
                defaults.put(key.getKey(), key.getValue().get("default").toString());
            }
        });
        assertThat(Surroundings.all(written, part, defaults))
                .as(part + ": a config with all defaults of docs/configuration.md")
                .anyMatch(SchemaValuesTest::reads);
        for (String one : defaults.keySet()) {
            Map<String, String> others = new LinkedHashMap<>(defaults);
            others.remove(one);
            assertThat(loaded(part, others)).as(one).containsAnyElementsOf(loaded(part, defaults));
        }
    }

    private static List<GatewayConfig> loaded(Part part, Map<String, String> entries) {
        return Surroundings.all(written, part, entries).stream()
                .map(yaml -> ConfigReader.read("test.yaml", yaml, null, ENVIRONMENT))
                .map(result -> result instanceof LoadResult.Loaded loaded ? loaded.config() : null)
                .filter(Objects::nonNull)
                .toList();
    }
}
