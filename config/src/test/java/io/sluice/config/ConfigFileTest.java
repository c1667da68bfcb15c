package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
    @TempDir
    Path folder;

    private static void assertProblem(Path file, String message) {
        LoadResult result = ConfigReader.read(file, Map.of());
        assertThat(result).isInstanceOf(LoadResult.Rejected.class);
        LoadResult.Rejected rejected = (LoadResult.Rejected) result;
        assertThat(rejected.problems()).extracting(Problem::toString).containsExactly(file + message);
        assertThat(rejected.text()).isEmpty();
    }

    @Test
    void readsAFileWithItsNeighbours() throws IOException {
        Files.writeString(folder.resolve("port.txt"), "8081\n");
        Path file = Files.writeString(folder.resolve("a.yaml"), "listeners: { web: { bind: \":${file:port.txt}\" } }");

        LoadResult.Loaded loaded = (LoadResult.Loaded) ConfigReader.read(file, Map.of());

        assertThat(loaded.config().listeners().get("web").bind()).isEqualTo(new HostPort("", 8081));
        assertThat(loaded.text()).isEqualTo(Files.readString(file));
    }

    @Test
    void readsTheEnvironment() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), "threads: ${THREADS}\n" + Configs.LISTENER);

        LoadResult.Loaded loaded = (LoadResult.Loaded) ConfigReader.read(file, Map.of("THREADS", "7"));

        assertThat(loaded.config().threads()).isEqualTo(7);
    }

    @Test
    void namesTheFileAsTheUserDid() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), "threads: 0\n" + Configs.LISTENER);
        Path named = Path.of("").toAbsolutePath().relativize(file);

        LoadResult.Rejected rejected = (LoadResult.Rejected) ConfigReader.read(named, Map.of());

        assertThat(rejected.problems().getFirst().file()).isEqualTo(named.toString());
        assertThat(rejected.text()).startsWith("threads: 0");
    }

    @Test
    void tellsOfAFileThatIsNotThere() {
        assertProblem(folder.resolve("none.yaml"), ": no such file");
        assertProblem(folder, ": a folder (expected: a YAML file)");
        assertProblem(folder.resolve("none").resolve("a.yaml"), ": no such file");
    }

    @Test
    void tellsOfAFileBelowAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), "");

        LoadResult result = ConfigReader.read(file.resolve("b.yaml"), Map.of());

        assertThat(((LoadResult.Rejected) result).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).startsWith("can't be read: "));
    }

    @Test
    void tellsOfAFileThatIsTooLarge() throws IOException {
        Path file = Files.write(folder.resolve("large.yaml"), new byte[ConfigReader.MAX_SIZE + 1]);

        assertProblem(file, ": too large (expected: at most 16MiB)");
    }

    @Test
    void tellsWhereAFileIsNotUtf8() throws IOException {
        Path file = folder.resolve("latin1.yaml");
        Files.write(file, "# ä\n# ü".getBytes(StandardCharsets.ISO_8859_1));
        assertProblem(file, ":1:3: byte 0xE4 is not UTF-8 (save the file as UTF-8)");

        Files.write(file, "# ä\n# ü".replace("ä", "Ã¤").getBytes(StandardCharsets.ISO_8859_1));
        assertProblem(file, ":2:3: byte 0xFC is not UTF-8 (save the file as UTF-8)");
    }

    @Test
    void tellsOfACharacterThatIsCutOff() throws IOException {
        Path file = Files.write(folder.resolve("cut.yaml"), new byte[] {'a', (byte) 0xE2, (byte) 0x82});

        assertProblem(file, ":1:2: byte 0xE2 is not UTF-8 (save the file as UTF-8)");
    }
}
