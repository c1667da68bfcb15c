package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The JSON Schemas in config/ are those that the readers make. {@code ./schema} runs this test so that it writes them. */
class SchemaFileTest {
    static final Path FILE = Path.of("sluice.schema.json");
    static final Path INCLUDED_FILE = Path.of("sluice-routes.schema.json");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void areWhatTheReadersSay() throws IOException {
        WrittenSchema now = WrittenSchema.now();
        if (Boolean.getBoolean("sluice.schema.write")) {
            Files.writeString(FILE, now.text());
            Files.writeString(INCLUDED_FILE, now.includedText());
            for (Path file : SchemaTest.withModelines()) {
                addModeline(file);
            }
        }
        check(FILE, now.text());
        check(INCLUDED_FILE, now.includedText());
    }

    private static void addModeline(Path file) throws IOException {
        String text = Files.readString(file);
        if (!text.startsWith(SchemaTest.MODELINE)) {
            Files.writeString(file, SchemaTest.modeline(file) + "\n" + text);
        }
    }

    private static void check(Path file, String now) throws IOException {
        String kept = Files.readString(file);
        if (!kept.equals(now)) {
            fail("config/" + file + " is not what the readers and docs/configuration.md say: " + differences(kept, now)
                    + ".\nRun ./schema in the root of the project, which writes it anew, and commit what it wrote."
                    + " It does so too where a merge left conflicts in the file.");
        }
    }

    private static String differences(String kept, String now) throws JsonProcessingException {
        JsonNode old;
        try {
            old = JSON.readTree(kept);
        } catch (JsonProcessingException e) {
            return "it is no JSON";
        }
        Set<String> before = keys(old);
        Set<String> after = keys(JSON.readTree(now));
        Set<String> added = new TreeSet<>(after);
        added.removeAll(before);
        Set<String> gone = new TreeSet<>(before);
        gone.removeAll(after);
        if (added.isEmpty() && gone.isEmpty()) {
            return "it has the same keys, but says other things about them";
        }
        return "it lacks the keys " + added + ", and has " + gone + " which there are not";
    }

    /** As users name them. */
    private static Set<String> keys(JsonNode schema) {
        Set<String> keys = new TreeSet<>();
        for (Part part : Part.values()) {
            JsonNode of = part == Part.TOP ? schema : schema.path("$defs").path(SchemaWriter.name(part));
            of.path("properties")
                    .fieldNames()
                    .forEachRemaining(key -> keys.add(new HeardKeys.Key(part, key).toString()));
        }
        List<String> known =
                java.util.Arrays.stream(Part.values()).map(SchemaWriter::name).toList();
        schema.path("$defs").properties().forEach(one -> {
            if (!known.contains(one.getKey())) {
                keys.add("$defs/" + one.getKey());
            }
        });
        return keys;
    }

    @Test
    void isBuiltIn() throws IOException {
        assertThat(ConfigSchema.text()).isEqualTo(Files.readString(FILE));
    }
}
