package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.config.ConfigReader;
import io.sluice.config.LoadResult;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code sluice top}. */
final class TopTest {
    private static final String TOKEN = "the-token-0123456789";
    private static final String CONFIG = """
            admin: { bind: '127.0.0.1:0', token: '${TOKEN}' }
            listeners:
              web: { bind: '127.0.0.1:0' }
            upstreams:
              orders: { endpoints: [ '127.0.0.1:1' ] }
            routes:
              - { name: all, to: orders }
              - { name: fixed, match: { path: '/fixed/**' }, respond: { status: 204 } }
            """;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private @Nullable Gateway gateway;

    @AfterEach
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    private Gateway start() throws Exception {
        LoadResult.Loaded loaded = (LoadResult.Loaded)
                ConfigReader.read("test", CONFIG.getBytes(StandardCharsets.UTF_8), null, Map.of("TOKEN", TOKEN));
        gateway = Gateway.start(loaded.config(), loaded.text(), null);
        return gateway;
    }

    private int run(String... arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    private int top(Gateway of, String token, int looks) throws IOException {
        Path file = Files.writeString(folder.resolve("token"), token + "\n");
        String address = "127.0.0.1:" + of.adminAddress().getPort();
        return run("top", "--admin", address, "--token-file", file.toString(), "-n", Integer.toString(looks));
    }

    // ---- of a gateway

    @Test
    void showsRoutesUpstreamsAndClientsOfARunningGateway() throws Exception {
        Gateway running = start();
        try (RawPeer client = RawPeer.connect(running.address("web"))) {
            client.send(HttpText.get("/fixed/")).response(204);
            client.send(HttpText.get("/")).response(502);

            assertThat(top(running, TOKEN, 1)).isZero();
        }
        assertThat(err.toString()).isEmpty();
        assertThat(out.toString())
                .contains("config version 1", "ready", "clients   1: 0 active, 0 tunnels, 1 parked")
                .containsPattern("(?m)^ROUTE +REQ/S")
                .containsPattern("(?m)^fixed +0 ")
                .containsPattern("(?m)^orders +127\\.0\\.0\\.1:1 +LEFT OUT ")
                .containsPattern("(?m)^web +1 +0 +0 +0 +1 +0 +0 +0$")
                .doesNotContain("\u001b");
    }

    @Test
    void printsOneLookBelowTheOther() throws Exception {
        assertThat(top(start(), TOKEN, 2)).isZero();

        assertThat(out.toString().split("config version", -1)).hasSize(3);
    }

    @Test
    void saysThatTheTokenIsWrong() throws Exception {
        assertThat(top(start(), "another-token-0123456789", 1)).isEqualTo(1);
        assertThat(err.toString()).contains("401, wrong token (expected: ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void saysThatThereIsNoGateway() throws IOException {
        int port = ScriptedBackend.unusedPort();

        assertThat(run("top", "-a", "127.0.0.1:" + port)).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("127.0.0.1:" + port
                        + ": can't be reached (expected: the admin listener of a running gateway)\n");
    }

    @Test
    void saysThatItIsNoGateway() throws Exception {
        try (ScriptedBackend other = ScriptedBackend.answering(request -> HttpText.ok("hello"))) {
            assertThat(run("top", "-a", other.endpoint())).isEqualTo(1);
        }
        assertThat(err.toString()).contains("the gateway has ended the connection");
    }

    @Test
    void saysWhatItExpectsOfItsOptions() {
        assertThat(run("top", "-a", "not an address")).isEqualTo(2);
        assertThat(err.toString()).contains("--admin: not an address (expected: host:port");
        assertThat(run("top", "--token-file", folder.resolve("none").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("expected: a file that can be read");
    }

    // ---- on a screen

    private static JsonNode figures(int rows) throws JsonProcessingException {
        ObjectNode figures = (ObjectNode) new ObjectMapper().readTree("""
                {"intervalMs": 1000, "version": 1, "ready": true, "routes": [], "upstreams": [], "listeners": []}
                """);
        for (int i = 0; i < rows; i++) {
            ((ArrayNode) figures.get("routes")).addObject().put("name", "route" + i);
            ObjectNode upstream =
                    ((ArrayNode) figures.get("upstreams")).addObject().put("name", "upstream" + i);
            upstream.putArray("endpoints").addObject().put("address", "192.0.2.1:" + i);
            ((ArrayNode) figures.get("listeners")).addObject().put("name", "listener" + i);
        }
        return figures;
    }

    @ParameterizedTest
    @CsvSource({"24 80, 3", "24 80, 100", "10 40, 100", "50 132, 10", "200 200, 30"})
    void fillsNoMoreThanTheScreen(String size, int rows) throws JsonProcessingException {
        TopScreen screen = TopScreen.of(size);
        List<String> lines = new TopView(figures(rows), "here").lines(screen);
        String frame = screen.frame(lines, true);

        assertThat(frame.split("\r\n", -1)).hasSizeLessThanOrEqualTo(screen.rows() + 1);
        assertThat(frame.replaceAll("\u001b\\[[0-9]*[A-Z]", "").split("\r\n", -1))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(screen.columns()));
        assertThat(screen.columns() + " " + (screen.rows() + 1)).isEqualTo(size.replaceFirst("(\\d+) (\\d+)", "$2 $1"));
    }

    @Test
    void saysHowMuchItLeavesOut() throws JsonProcessingException {
        List<String> lines = new TopView(figures(100), "here").lines(TopScreen.of("41 80"));

        assertThat(lines).hasSize(40).contains("... and 90 more", "... and 92 more");
        assertThat(lines).anyMatch(line -> line.startsWith("route9 ")).noneMatch(line -> line.startsWith("route10 "));
        assertThat(lines)
                .anyMatch(line -> line.startsWith("listener7 "))
                .noneMatch(line -> line.startsWith("listener8 "));
    }

    @Test
    void givesRoutesTheRoomThatOthersDontNeed() throws JsonProcessingException {
        ObjectNode figures = (ObjectNode) figures(30);
        figures.putArray("upstreams");
        figures.putArray("listeners");

        assertThat(new TopView(figures, "here").lines(TopScreen.of("50 80"))).noneMatch(line -> line.contains("more"));
    }

    @Test
    void letsNoNameSteerTheTerminal() throws JsonProcessingException {
        ObjectNode figures = (ObjectNode) figures(1);
        ((ObjectNode) figures.at("/routes/0")).put("name", "a\u001b[2Jb\r\nc\u009bd");

        assertThat(new TopView(figures, "\u001b]0;x").lines(TopScreen.PAPER))
                .anyMatch(line -> line.startsWith("a?[2Jb??c?d"))
                .noneMatch(line -> line.chars().anyMatch(Character::isISOControl));
    }

    @ParameterizedTest
    @CsvSource({"''", "0 0", "x y", "'24'"})
    void takesAnUnknownScreenForAUsualOne(String size) {
        assertThat(TopScreen.of(size)).isEqualTo(new TopScreen(true, 80, 23));
    }
}
