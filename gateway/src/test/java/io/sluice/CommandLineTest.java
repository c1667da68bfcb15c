package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line in this process. What needs one of its own is in {@link ProcessTest}. */
final class CommandLineTest {
    private static final String CONFIG = """
            listeners:
              web: { bind: '127.0.0.1:0' }
            upstreams:
              orders: { endpoints: [ 'orders.invalid:80' ] }
            routes:
              - { name: all, to: orders }
              - { name: beta, match: { path: '/beta/**', headers: { x-beta: '1' } }, respond: { status: 204 } }
              - { name: inside, match: { path: '/in', client: 10.0.0.0/8 }, respond: { status: 204 } }
            """;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    // ---- run

    @Test
    void runWantsAFileOrAnApplication() {
        assertThat(run("run")).isEqualTo(2);
        assertThat(err.toString()).startsWith("nothing given (expected: --config FILE or --to ADDRESS)\n");
    }

    @Test
    void runWantsNotBoth() {
        assertThat(run("run", "-c", "sluice.yaml", "--to", "127.0.0.1:9000")).isEqualTo(2);
        assertThat(err.toString()).startsWith("both given (expected: --config FILE or --to ADDRESS)\n");
    }

    @Test
    void runRefusesFlagsOfASidecarBesideAFile() {
        assertThat(run("run", "-c", "sluice.yaml", "--listen", ":8080")).isEqualTo(2);
        assertThat(err.toString()).startsWith("--listen: not with a config file (expected: what sluice.yaml says)\n");
    }

    @Test
    void runTellsWhichFlagIsBad() {
        assertThat(run("run", "--to", "127.0.0.1:9000", "--listen", "8080x", "--connections", "0"))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("listeners.inbound.bind", "# --listen", "upstreams.app.connections.max", "# --connections")
                .contains("2 problems in sluice run\n");
    }

    // ---- check

    @Test
    void saysThatAConfigIsGood() throws IOException {
        Path file = write(CONFIG);

        assertThat(run("check", file.toString())).isZero();
        assertThat(out.toString()).isEqualTo(file + ": ok (3 routes, 1 upstream)\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void showsAllProblemsOfABadConfigWithTheirPlaces() throws IOException {
        Path file = write(CONFIG + "rooutes: []\ndrain: { timeout: soon }\n");

        assertThat(run("check", file.toString())).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .contains(file + ":9:1: ", "rooutes: []", "^", file + ":10:19: ", "2 problems in " + file + "\n");
    }

    @Test
    void saysThatThereIsNoSuchFile() {
        assertThat(run("check", folder.resolve("none.yaml").toString())).isEqualTo(1);
        assertThat(err.toString()).contains("none.yaml: no such file");
    }

    // ---- schema

    @Test
    void printsTheSchemaOfConfigFiles() throws IOException {
        assertThat(run("schema")).isZero();
        assertThat(out.toString()).isEqualTo(Files.readString(Path.of("../config/sluice.schema.json")));
    }

    // ---- explain

    @Test
    void explainsARouteThatMatches() throws IOException {
        int code = run("explain", "-c", write(CONFIG).toString(), "GET", "http://a/beta/1", "-H", "X-Beta: 1");

        assertThat(code).isZero();
        assertThat(out.toString()).startsWith("GET a/beta/1\n").contains("yes  beta");
    }

    @Test
    void explainsWhyABetterPlacedRouteDoesNot() throws IOException {
        int code = run("explain", "-c", write(CONFIG).toString(), "GET", "http://a/beta/1");

        assertThat(code).isZero();
        assertThat(out.toString()).contains("no   beta", "x-beta").contains("yes  all");
    }

    @Test
    void explainsForAClientAddress() throws IOException {
        String file = write(CONFIG).toString();

        assertThat(run("explain", "-c", file, "GET", "http://a/in", "--client", "10.1.2.3"))
                .isZero();
        assertThat(out.toString()).contains("yes  inside");
    }

    @Test
    void failsWhereNoRouteMatches() throws IOException {
        String file = write(CONFIG.replace("{ name: all, ", "{ name: all, match: { host: b }, "))
                .toString();

        assertThat(run("explain", "-c", file, "GET", "http://a/")).isEqualTo(1);
        assertThat(out.toString()).contains("no route matches");
    }

    @Test
    void failsWhereARequestIsRefusedBeforeRouting() throws IOException {
        assertThat(run("explain", "-c", write(CONFIG).toString(), "GET", "http://a/.."))
                .isEqualTo(1);
        assertThat(out.toString()).contains("refused before routing: 400 request-path");
    }

    @Test
    void showsTheProblemsOfAConfigThatCantBeAsked() throws IOException {
        assertThat(run("explain", "-c", write("rooutes: []\n").toString(), "GET", "http://a/"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("rooutes");
    }

    // ---- run, demo

    @ParameterizedTest
    @ValueSource(strings = {"run", "demo"})
    void doesNotStartWithABadConfig(String command) throws IOException {
        assertThat(run(command, "-c", write("rooutes: []\n").toString())).isEqualTo(1);
        assertThat(err.toString()).contains("rooutes");
    }

    @Test
    void doesNotStartOnAnAddressInUse() throws IOException {
        try (ServerSocket other = new ServerSocket(0)) {
            String bind = "127.0.0.1:" + other.getLocalPort();
            String config = "admin: { bind: off }\n"
                    + CONFIG.replace("127.0.0.1:0", bind).replace("orders.invalid", "127.0.0.1");

            assertThat(run("run", "-c", write(config).toString())).isEqualTo(1);
            assertThat(err.toString()).isEqualTo("listeners.web.bind: " + bind + " (address in use)\n");
        }
    }

    @Test
    void saysWhatTheDemoNeedsOfItsConfig() throws IOException {
        assertThat(run("demo", "-c", write(CONFIG).toString())).isEqualTo(1);
        assertThat(err.toString()).contains("no upstream demo");
    }

    // ---- usage

    @Test
    void printsTheVersion() {
        assertThat(run("version")).isZero();
        assertThat(out.toString()).isEqualTo("sluice " + Version.read() + "\n");
    }

    @Test
    void showsTheCommandsWithoutOne() {
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("run", "check", "explain", "demo", "version");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "check", "explain", "demo", "version"})
    void hasHelpForEachCommand(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out.toString()).startsWith("Usage: sluice " + command).contains("--help");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "check",
                "explain -c a.yaml GET",
                "explain GET http://a/",
                "explain -c a.yaml GET a",
                "explain -c a.yaml GET http://a/ -H nothing",
                "explain -c a.yaml GET http://a/ --client somewhere",
                "check a.yaml b.yaml",
                "reload",
                "version --loud",
            })
    void endsWith2ForWrongUsage(String line) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).isNotEmpty();
    }

    private int run(String... arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        return line.execute(arguments);
    }

    private Path write(String config) throws IOException {
        return Files.writeString(folder.resolve("sluice.yaml"), config);
    }
}
