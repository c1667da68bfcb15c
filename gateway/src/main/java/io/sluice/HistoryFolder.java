package io.sluice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.admin.Author;
import io.sluice.admin.ConfigVersion;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Where versions of a config lie on the disk: in a folder beside the file, of which only its owner may read anything. Each has its
 * text, as it was, in a file of its own, and then, in one step, another one that makes it count. Where the folder can't be
 * written that is told once, as a warning only if there is one, and nothing else is lost: in a container it often can't. For one
 * thread at a time.
 */
final class HistoryFolder {
    private static final Logger log = LoggerFactory.getLogger(HistoryFolder.class);
    private static final Pattern FACTS = Pattern.compile("[0-9]{1,18}\\.json");
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final long LARGEST = 64 << 20;

    private final Path folder;
    private boolean failed;

    /** @param file the config, as the user named it */
    HistoryFolder(Path file) {
        folder = file.toAbsolutePath().resolveSibling("." + file.getFileName() + ".history");
    }

    Path path() {
        return folder;
    }

    /** Whether what was stored last lies there. */
    boolean isGood() {
        return !failed;
    }

    /** The versions that lie there, oldest first. What is not whole is passed over. */
    List<ConfigVersion> load() {
        List<ConfigVersion> versions = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return versions;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path facts : files.filter(HistoryFolder::isFacts).toList()) {
                ConfigVersion version = read(facts);
                if (version != null) {
                    versions.add(version);
                }
            }
        } catch (IOException e) {
            failed("read", e);
        }
        versions.sort(Comparator.comparingLong(ConfigVersion::version));
        return versions;
    }

    private static boolean isFacts(Path path) {
        return FACTS.matcher(String.valueOf(path.getFileName())).matches();
    }

    private static @Nullable ConfigVersion read(Path facts) {
        try {
            String name = String.valueOf(facts.getFileName()).replace(".json", ".yaml");
            Path text = facts.resolveSibling(name);
            if (Files.size(facts) > LARGEST || Files.size(text) > LARGEST) {
                return null;
            }
            JsonNode node = new ObjectMapper().readTree(Files.readString(facts));
            List<ConfigVersion.Included> included = new ArrayList<>();
            node.path("included")
                    .forEach(file -> included.add(new ConfigVersion.Included(
                            file.path("file").asText(), file.path("text").asText())));
            JsonNode confirmed = node.path("confirmed");
            return new ConfigVersion(
                    node.path("version").asLong(),
                    Instant.parse(node.path("at").asText()),
                    new Author(
                            Author.Kind.valueOf(node.path("kind").asText().toUpperCase(Locale.ROOT)),
                            node.path("caller").asText(null),
                            node.path("address").asText(null)),
                    node.path("summary").asText(),
                    confirmed.isBoolean() ? confirmed.asBoolean() : null,
                    Files.readString(text),
                    List.copyOf(included));
        } catch (IOException | RuntimeException e) {
            log.warn("{}: no version of a config: {}", facts, e.toString());
            return null;
        }
    }

    void store(ConfigVersion version) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectory(folder, permissions("rwx------"));
            }
            write(name(version.version(), ".yaml"), version.text());
            write(name(version.version(), ".json"), facts(version).toPrettyString() + "\n");
            failed = false;
        } catch (IOException e) {
            failed("written", e);
        }
    }

    private static ObjectNode facts(ConfigVersion version) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("version", version.version())
                .put("at", version.at().toString())
                .put("kind", version.author().kind().name().toLowerCase(Locale.ROOT))
                .put("caller", version.author().caller())
                .put("address", version.author().address())
                .put("summary", version.summary())
                .put("confirmed", version.confirmed());
        ArrayNode included = node.putArray("included");
        version.included()
                .forEach(file -> included.addObject().put("file", file.file()).put("text", file.text()));
        return node;
    }

    private void write(Path to, String text) throws IOException {
        Path draft = Files.createTempFile(folder, ".new", "", permissions("rw-------"));
        try {
            Files.writeString(draft, text);
            Files.move(draft, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static FileAttribute<?>[] permissions(String text) {
        return POSIX
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))}
                : new FileAttribute<?>[0];
    }

    private Path name(long version, String end) {
        return folder.resolve(version + end);
    }

    void remove(long version) {
        try {
            Files.deleteIfExists(name(version, ".json"));
            Files.deleteIfExists(name(version, ".yaml"));
        } catch (IOException e) {
            failed("written", e);
        }
    }

    private void failed(String what, IOException e) {
        if (!failed) {
            log.atLevel(Files.exists(folder) ? Level.WARN : Level.INFO)
                    .log(
                            "{} can't be {}, so the history of the config ends with the process: {}",
                            folder,
                            what,
                            e.toString());
        }
        failed = true;
    }
}
