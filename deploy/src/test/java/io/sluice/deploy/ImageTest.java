package io.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The container image: built, unpacked, and run. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class ImageTest {
    /** Who Sluice runs as. */
    static final String USER = "65532";

    private static final Path JAR = Tree.ROOT.resolve("gateway/target/sluice.jar");
    private static final Duration WAIT = Duration.ofSeconds(30);

    private static final Path FOLDER = Tree.DEPLOY.resolve("target/image-test");

    private static Container container;
    private static JsonNode image;

    @BeforeAll
    static void build() throws Exception {
        Tool.require("umoci");
        Tool.require("apt-get");
        // made in an earlier phase of the whole build; a run of tests alone has none
        Tool.require(JAR.getParent(), JAR.getFileName().toString());
        Tool.run("rm", "-rf", FOLDER.toString()).good();
        Tool.run(Tree.DEPLOY.resolve("image/build").toString(), FOLDER.toString())
                .good();
        container = Container.unpack(FOLDER.resolve("oci"), FOLDER.resolve("bundle"));
        container.seal();
        JsonNode index = json(FOLDER.resolve("oci/index.json"));
        JsonNode manifest = json(blob(index.at("/manifests/0/digest").asText()));
        image = json(blob(manifest.at("/config/digest").asText()));
    }

    private static JsonNode json(Path file) throws IOException {
        return new JsonMapper().readTree(file.toFile());
    }

    private static Path blob(String digest) {
        return FOLDER.resolve("oci/blobs").resolve(digest.replace(':', '/'));
    }

    @Test
    void runsAsAUserWithoutRights() {
        assertThat(image.at("/config/User").asText()).isEqualTo(USER + ":" + USER);
        assertThat(container.process().at("/user/uid").asText()).isEqualTo(USER);
    }

    @Test
    void saysWhatItIs() {
        assertThat(Container.labels(image))
                .containsEntry("org.opencontainers.image.title", "Sluice")
                .containsEntry("org.opencontainers.image.licenses", "Apache-2.0")
                .containsKeys("org.opencontainers.image.revision", "org.opencontainers.image.created");
        assertThat(image.at("/config/ExposedPorts").has("8080")).isTrue();
        assertThat(image.path("architecture").asText()).isIn("amd64", "arm64");
    }

    @Test
    void holdsNothingThatSluiceDoesNotNeed() throws Exception {
        try (Stream<Path> files = Files.walk(container.root())) {
            List<String> programs = files.filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                    .map(file -> container.root().relativize(file).toString())
                    .filter(file -> !file.contains(".so"))
                    .toList();
            assertThat(programs)
                    .contains("opt/sluice/java/bin/java")
                    .allMatch(file -> file.startsWith("opt/sluice/java/"));
        }
        assertThat(container.root().resolve("bin/sh")).doesNotExist();
    }

    /** Of libraries not all is used, so they may name more. */
    @Test
    void holdsTheModulesThatSluiceNames() throws Exception {
        String jdeps = Path.of(System.getProperty("java.home"), "bin", "jdeps").toString();
        String named = Tool.run(
                        jdeps,
                        "--multi-release=25",
                        "--ignore-missing-deps",
                        "--print-module-deps",
                        Tree.ROOT.resolve("gateway/target/classes").toString(),
                        Tree.ROOT.resolve("config/target/classes").toString())
                .good();
        List<String> command = List.of(entrypoint().getFirst(), "--list-modules");
        List<String> held = Tool.run(container.command(command))
                .good()
                .lines()
                .map(module -> module.replaceFirst("@.*", ""))
                .toList();

        assertThat(held).containsAll(List.of(named.strip().split(",", -1)));
    }

    /** systemd starts what the image holds, and in the same way. */
    @Test
    void isStartedAsTheServiceIs() {
        String unit = Tree.text(Tree.DEPLOY.resolve("systemd/sluice.service"));

        assertThat(unit).contains("\nExecStart=" + String.join(" ", arguments()) + "\n");
    }

    @Test
    void tellsItsVersion() throws Exception {
        List<String> command = new ArrayList<>(entrypoint());
        command.add("version");

        assertThat(Tool.run(container.command(command)).good()).matches("sluice \\S+ \\(\\S+\\)\n");
    }

    /** With its own command, which names the file that is mounted. */
    @Test
    void answersARequestReloadsAndDrains() throws Exception {
        int port = freePort();
        int admin = freePort();
        Path config = container.root().resolve("etc/sluice/sluice.yaml");
        Files.writeString(config, config(port, admin, "pong"));
        Path output = FOLDER.resolve("output");
        Process process = new ProcessBuilder(container.command(arguments()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            await(output, process, "transport: ");
            // its own library, from beside the jar: /tmp is not writable
            assertThat(Files.readString(output)).contains("transport: epoll");
            assertThat(get(port, "/")).isEqualTo("pong");
            assertThat(get(admin, "/readyz")).contains("ready");
            assertThat(get(admin, "/metrics"))
                    .contains("sluice_ready 1.0", "process_open_fds ", "jvm_memory_bytes_used");

            Path next = Files.writeString(config.resolveSibling("next"), config(port, admin, "changed"));
            Files.move(next, config, StandardCopyOption.ATOMIC_MOVE);
            await(output, process, "config version 2 in force");
            assertThat(get(port, "/")).isEqualTo("changed");

            process.destroy();
            assertThat(process.waitFor(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(Files.readString(output)).contains("stopped").doesNotContain("WARN", "ERROR", "warning");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static List<String> arguments() {
        return texts(container.process().path("args"));
    }

    private static List<String> entrypoint() {
        return texts(image.at("/config/Entrypoint"));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static String config(int port, int admin, String body) {
        return """
                threads: 1
                admin: { bind: '127.0.0.1:%d' }
                listeners: { web: { bind: '127.0.0.1:%d' } }
                routes: [ { name: all, respond: { status: 200, body: %s } } ]
                """.formatted(admin, port, body);
    }

    private static String get(int port, String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(WAIT).build()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(WAIT)
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private static void await(Path output, Process process, String text) throws IOException, InterruptedException {
        long end = System.nanoTime() + WAIT.toNanos();
        while (!Files.readString(output).contains(text)) {
            assertThat(process.isAlive() && System.nanoTime() < end)
                    .as("'%s' in: %s", text, Files.readString(output))
                    .isTrue();
            Thread.sleep(20);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }
}
