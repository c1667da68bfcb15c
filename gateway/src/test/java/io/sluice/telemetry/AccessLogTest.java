package io.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.config.GatewayConfig;
import io.sluice.http.Failure;
import io.sluice.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccessLogTest {
    private final AccessLogFigures figures = new AccessLogFigures();
    private final RouteMetrics route = new RouteMetrics("orders");

    @TempDir
    private Path folder;

    @Test
    void writesOneJsonLineForAnExchange() throws IOException {
        Path file = folder.resolve("access.log");
        try (AccessLog log = open(file)) {
            log.write(Finished.ok(route)
                    .status(502)
                    .failure(Failure.UPSTREAM_CLOSED)
                    .bytes(3, 10)
                    .path("/a?b=\"c\""));
        }

        JsonNode line = new ObjectMapper().readTree(Files.readString(file));
        assertThat(Instant.parse(line.get("time").asText()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now());
        assertThat(line.toString())
                .endsWith("\"requestId\":\"abc\",\"listener\":\"web\",\"client\":\"192.0.2.1\",\"method\":\"GET\","
                        + "\"host\":\"example.test\",\"path\":\"/a?b=\\\"c\\\"\",\"route\":\"orders\",\"status\":502,"
                        + "\"failure\":\"upstream-closed\",\"upstream\":\"orders\",\"endpoint\":null,\"attempts\":2,"
                        + "\"reused\":true,\"requestBytes\":3,\"responseBytes\":10,\"durationMs\":1.5,"
                        + "\"queueMs\":0.002,\"firstByteMs\":1.0,\"config\":7}");
    }

    @Test
    void writesALineForEachExchangeInOrder() throws IOException {
        Path file = folder.resolve("access.log");
        try (AccessLog log = open(file)) {
            for (int i = 0; i < 5000; i++) {
                log.write(Finished.ok(route).path("/" + i));
            }
        }

        assertThat(Files.readAllLines(file)).hasSize(5000);
        assertThat(Files.readAllLines(file).get(4321)).contains("\"path\":\"/4321\"");
        assertThat(figures.written()).isEqualTo(5000);
        assertThat(figures.dropped()).isZero();
    }

    @Test
    void writesWithoutBeingClosed() throws Exception {
        Path file = folder.resolve("access.log");
        try (AccessLog log = open(file)) {
            log.write(Finished.ok(route));
            Await.until("first line", () -> figures.written() == 1);
            log.write(Finished.ok(route));
            Await.until("second line", () -> figures.written() == 2);

            assertThat(Files.readAllLines(file)).hasSize(2);
        }
    }

    @Test
    void writesALineThatIsLongerThanABatch() throws IOException {
        Path file = folder.resolve("access.log");
        try (AccessLog log = open(file)) {
            log.write(Finished.ok(route).path("/a"));
            log.write(Finished.ok(route).path("/" + "b".repeat(200_000)));
            log.write(Finished.ok(route).path("/c"));
        }

        assertThat(Files.readAllLines(file)).hasSize(3);
        assertThat(figures.written()).isEqualTo(3);
    }

    @Test
    void appendsToWhatTheFileHolds() throws IOException {
        Path file = folder.resolve("access.log");
        Files.writeString(file, "before\n");
        try (AccessLog log = open(file)) {
            log.write(Finished.ok(route));
        }

        assertThat(Files.readAllLines(file)).hasSize(2).first().isEqualTo("before");
    }

    @Test
    void dropsAndCountsLinesWhileTheTargetTakesNone() throws Exception {
        CountDownLatch taking = new CountDownLatch(1);
        Blocked target = new Blocked(taking);
        int lines = 40_000;
        try (AccessLog log = new AccessLog(() -> target, figures)) {
            for (int i = 0; i < lines; i++) {
                log.write(Finished.ok(route));
            }
            assertThat(figures.dropped()).isPositive();
            taking.countDown();
            Await.until("rest", () -> figures.written() + figures.dropped() == lines);
        }

        String written = target.bytes.toString(StandardCharsets.US_ASCII);
        assertThat(written.lines().count()).isEqualTo(figures.written());
        assertThat(written.length()).isBetween(AccessLog.MAX_QUEUED - 1000, AccessLog.MAX_QUEUED + 100_000);
    }

    @Test
    void countsLinesThatCantBeWritten() throws Exception {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("no space left");
            }
        };
        try (AccessLog log = new AccessLog(() -> full, figures)) {
            log.write(Finished.ok(route));
            Await.until("loss", () -> figures.dropped() == 1);
        }

        assertThat(figures.written()).isZero();
    }

    @Test
    void goesOnInANewFileAfterReopening() throws Exception {
        Path file = folder.resolve("access.log");
        Path moved = folder.resolve("access.log.1");
        try (AccessLog log = open(file)) {
            log.write(Finished.ok(route).path("/old"));
            Await.until("first line", () -> figures.written() == 1);
            Files.move(file, moved);
            log.reopen();
            log.write(Finished.ok(route).path("/new"));
        }

        assertThat(Files.readString(moved)).contains("/old").hasLineCount(1);
        assertThat(Files.readString(file)).contains("/new").hasLineCount(1);
    }

    @Test
    void countsLinesAfterItsEndAsDropped() throws IOException {
        AccessLog log = open(folder.resolve("access.log"));
        log.close();
        log.write(Finished.ok(route));

        assertThat(figures.dropped()).isEqualTo(1);
    }

    @Test
    void keepsTheLogThatRunsIfTheNewOneCantBeOpened() throws IOException {
        Path file = folder.resolve("access.log");
        try (Telemetry telemetry = new Telemetry()) {
            telemetry.accessLog(new GatewayConfig.AccessLog.File(file.toString()));
            assertThatThrownBy(() -> telemetry.accessLog(new GatewayConfig.AccessLog.File(
                            folder.resolve("none/access.log").toString())))
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
            telemetry.accessLog(new GatewayConfig.AccessLog.File(first.toString()));
            telemetry.finished(Finished.ok(route));
            telemetry.accessLog(new GatewayConfig.AccessLog.File(second.toString()));
            telemetry.finished(Finished.ok(route));
            telemetry.accessLog(new GatewayConfig.AccessLog.Off());
            assertThat(telemetry.logs()).isFalse();
            telemetry.finished(Finished.ok(route));
        }

        assertThat(Files.readAllLines(first)).hasSize(1);
        assertThat(Files.readAllLines(second)).hasSize(1);
    }

    private AccessLog open(Path file) throws IOException {
        AccessLog log = AccessLog.open(new GatewayConfig.AccessLog.File(file.toString()), figures);
        assertThat(log).isNotNull();
        return log;
    }

    /** Takes nothing until it is told to. */
    private static final class Blocked extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CountDownLatch taking;

        Blocked(CountDownLatch taking) {
            this.taking = taking;
        }

        @Override
        public void write(int b) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            try {
                taking.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            bytes.write(from, offset, length);
        }
    }
}
