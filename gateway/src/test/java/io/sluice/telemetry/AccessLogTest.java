package io.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.config.AccessLogConfig;
import io.sluice.config.AccessLogConfig.Field;
import io.sluice.config.AccessLogConfig.Format;
import io.sluice.config.AccessLogConfig.On;
import io.sluice.config.AccessLogConfig.Sampling;
import io.sluice.config.AccessLogConfig.Target;
import io.sluice.http.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccessLogTest {
    private static final int MANY = 20_000;
    /** What every reader of the combined format goes by. */
    private static final Pattern COMBINED = Pattern.compile(
            "(\\S+) (\\S+) (\\S+) \\[([^\\]]+)\\] \"([^\"]*)\" (\\d{3})" + " (\\d+) \"([^\"]*)\" \"([^\"]*)\"(.*)");

    private final RouteMetrics route = new RouteMetrics("orders");

    @TempDir
    private Path folder;

    // ---- formats

    @Test
    void writesOneJsonLineForAnExchange() throws IOException {
        String text = logged(
                json(),
                Finished.ok(route)
                        .status(502)
                        .failure(Failure.UPSTREAM_CLOSED)
                        .bytes(3, 10)
                        .path("/a?b=\"c\""));

        JsonNode line = new ObjectMapper().readTree(text);
        assertThat(Instant.parse(line.get("time").asText()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now());
        assertThat(line.toString())
                .endsWith("\"requestId\":\"abc\",\"traceId\":\"0af7651916cd43dd8448eb211c80319c\","
                        + "\"listener\":\"web\",\"client\":\"192.0.2.1\",\"method\":\"GET\","
                        + "\"host\":\"example.test\",\"path\":\"/a?b=\\\"c\\\"\",\"route\":\"orders\",\"status\":502,"
                        + "\"failure\":\"upstream-closed\",\"upstream\":\"orders\",\"endpoint\":null,\"attempts\":2,"
                        + "\"reused\":true,\"requestBytes\":3,\"responseBytes\":10,\"durationMs\":1.5,"
                        + "\"queueMs\":0.002,\"connectMs\":0.001,\"firstByteMs\":1.0,\"config\":7}");
        assertThat(text).hasLineCount(1).endsWith("\n");
    }

    @Test
    void writesCombinedLinesAsApacheAndNginxDo() throws IOException {
        String text = logged(
                combined(), Finished.ok(route).bytes(3, 1234).path("/a?b").agent("curl/8.5.0"));

        assertThat(text)
                .matches("192\\.0\\.2\\.1 - - \\[\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\+0000]"
                        + " \"GET /a\\?b HTTP/1\\.1\" 200 1234 \"-\" \"curl/8\\.5\\.0\"\n");
    }

    @Test
    void appendsTheFieldsThatTheConfigNames() throws IOException {
        On config = combined(Field.DURATION, Field.ROUTE, Field.ENDPOINT, Field.REUSED, Field.ATTEMPTS, Field.FAILURE);
        String text = logged(config, Finished.ok(route).status(0).failure(Failure.CLIENT_GONE));

        assertThat(text)
                .endsWith(" 000 0 \"-\" \"-\" durationMs=1.500 route=\"orders\" endpoint=- reused=true attempts=2"
                        + " failure=\"client-gone\"\n");
    }

    @Test
    void letsNoClientForgeALineOrAField() throws IOException {
        String evil = "a\" 200 \\\r\n192.0.2.9 - - \u0000\u001b[2J\u007f\u00e9";
        String text =
                logged(combined(Field.PATH), Finished.ok(route).path("/" + evil).agent(evil));

        String escaped = "a\\x22 200 \\x5C\\x0D\\x0A192.0.2.9 - - \\x00\\x1B[2J\\x7F\\xE9";
        Matcher line = COMBINED.matcher(text.strip());
        assertThat(text).hasLineCount(1).isASCII();
        assertThat(line.matches()).isTrue();
        assertThat(line.group(5)).isEqualTo("GET /" + escaped + " HTTP/1.1");
        assertThat(line.group(9)).isEqualTo(escaped);
        assertThat(line.group(10)).isEqualTo(" path=\"/" + escaped + "\"");
    }

    // ---- which exchanges

    @Test
    void logsAboutTheShareThatIsWanted() throws IOException {
        Finished[] exchanges = new Finished[MANY];
        Arrays.fill(exchanges, Finished.ok(route));

        assertThat(logged(sampled(0.25, true), exchanges).lines().count()).isBetween(MANY / 5L, MANY * 3L / 10);
    }

    @Test
    void logsFailedExchangesBesidesTheSample() throws IOException {
        String text = logged(
                sampled(0, true),
                Finished.ok(route).path("/good"),
                Finished.ok(route).status(404).path("/theirs"),
                Finished.ok(route).status(500).path("/500"),
                Finished.ok(route).failure(Failure.CLIENT_GONE).path("/gone"));

        assertThat(text).hasLineCount(2).contains("/500", "/gone");
    }

    @Test
    void logsNoFailedExchangesWhereTheyAreNotWanted() throws IOException {
        assertThat(logged(sampled(0, false), Finished.ok(route).status(502).failure(Failure.CONNECT_REFUSED)))
                .isEmpty();
    }

    @Test
    void asksTheRouteFirst() throws IOException {
        Finished failed = Finished.ok(route).status(502).failure(Failure.CONNECT_REFUSED);

        assertThat(logged(json(), Finished.ok(route).sampling(Sampling.NONE), failed.sampling(Sampling.NONE)))
                .isEmpty();
        assertThat(logged(sampled(0, false), Finished.ok(route).sampling(Sampling.ALL)))
                .hasLineCount(1);
    }

    // ---- changes

    @Test
    void keepsTheLogThatRunsIfTheNewOneCantBeOpened() throws IOException {
        Path file = folder.resolve("access.log");
        try (Telemetry telemetry = new Telemetry()) {
            telemetry.accessLog(On.json(target(file)));
            assertThatThrownBy(() -> telemetry.accessLog(On.json(target(folder.resolve("none/access.log")))))
                    .isInstanceOf(IOException.class);
            telemetry.finished(Finished.ok(route));
        }

        assertThat(Files.readAllLines(file)).hasSize(1);
    }

    @Test
    void isTurnedOffAndElsewhereWhileItRuns() throws IOException {
        Path first = folder.resolve("first.log");
        Path second = folder.resolve("second.log");
        try (Telemetry telemetry = new Telemetry()) {
            telemetry.accessLog(On.json(target(first)));
            telemetry.finished(Finished.ok(route));
            telemetry.accessLog(On.json(target(second)));
            telemetry.finished(Finished.ok(route));
            telemetry.accessLog(new AccessLogConfig.Off());
            assertThat(telemetry.logs()).isFalse();
            telemetry.finished(Finished.ok(route));
        }

        assertThat(Files.readAllLines(first)).hasSize(1);
        assertThat(Files.readAllLines(second)).hasSize(1);
    }

    @Test
    void changesItsFormatWithoutLosingALine() throws IOException {
        Path file = folder.resolve("access.log");
        Target target = target(file);
        try (Telemetry telemetry = new Telemetry()) {
            for (int i = 0; i < 100; i++) {
                telemetry.accessLog(
                        new On(target, i % 2 == 0 ? Format.JSON : Format.COMBINED, List.of(), Sampling.ALL));
                telemetry.finished(Finished.ok(route).path("/" + i));
            }
        }

        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(100);
        assertThat(lines.get(98)).startsWith("{").contains("\"/98\"");
        assertThat(lines.get(99)).startsWith("192.0.2.1").contains("GET /99 HTTP/1.1");
    }

    // ---- tools

    private On json() {
        return On.json(target(folder.resolve("access.log")));
    }

    private On combined(Field... fields) {
        return new On(target(folder.resolve("access.log")), Format.COMBINED, List.of(fields), Sampling.ALL);
    }

    private On sampled(double share, boolean failures) {
        return new On(target(folder.resolve("access.log")), Format.JSON, List.of(), new Sampling(share, failures));
    }

    private static Target target(Path file) {
        return new Target.File(file.toString());
    }

    /** What these exchanges leave behind. */
    private String logged(On config, Finished... exchanges) throws IOException {
        Path file = folder.resolve("access.log");
        Files.deleteIfExists(file);
        try (Telemetry telemetry = new Telemetry()) {
            telemetry.accessLog(config);
            for (Finished exchange : exchanges) {
                telemetry.finished(exchange);
            }
        }
        return Files.readString(file);
    }
}
