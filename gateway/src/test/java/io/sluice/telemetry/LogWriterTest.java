package io.sluice.telemetry;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.AccessLogConfig.Target;
import io.sluice.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogWriterTest {
    private final AccessLogFigures figures = new AccessLogFigures();

    @TempDir
    private Path folder;

    @Test
    void writesLinesInOrder() throws IOException {
        try (LogWriter log = open("access.log")) {
            for (int i = 0; i < 5000; i++) {
                log.write(line("/" + i));
            }
        }

        assertThat(lines("access.log")).hasSize(5000);
        assertThat(lines("access.log").get(4321)).isEqualTo("/4321");
        assertThat(figures.written()).isEqualTo(5000);
        assertThat(figures.dropped()).isZero();
    }

    @Test
    void writesWithoutBeingClosed() throws Exception {
        try (LogWriter log = open("access.log")) {
            log.write(line("a"));
            Await.until("first line", () -> figures.written() == 1);
            log.write(line("b"));
            Await.until("second line", () -> figures.written() == 2);

            assertThat(lines("access.log")).containsExactly("a", "b");
        }
    }

    @Test
    void writesALineThatIsLongerThanABatch() throws IOException {
        String large = "b".repeat(200_000);
        try (LogWriter log = open("access.log")) {
            log.write(line("a"));
            log.write(line(large));
            log.write(line("c"));
        }

        assertThat(lines("access.log")).containsExactly("a", large, "c");
        assertThat(figures.written()).isEqualTo(3);
    }

    @Test
    void appendsToWhatTheFileHolds() throws IOException {
        Files.writeString(folder.resolve("access.log"), "before\n");
        try (LogWriter log = open("access.log")) {
            log.write(line("a"));
        }

        assertThat(lines("access.log")).containsExactly("before", "a");
    }

    @Test
    void countsLinesAfterItsEndAsDropped() throws IOException {
        LogWriter log = open("access.log");
        log.close();
        log.write(line("a"));

        assertThat(figures.dropped()).isEqualTo(1);
    }

    // ---- what is lost

    @Test
    void dropsAndCountsLinesWhileTheTargetTakesNoneAndSaysSoInTheLog() throws Exception {
        Disk disk = new Disk();
        CountDownLatch taking = disk.stall();
        byte[] line = line("x".repeat(299));
        int lines = 40_000;
        try (LogWriter log = writer(disk)) {
            for (int i = 0; i < lines; i++) {
                log.write(line);
            }
            assertThat(figures.dropped()).isPositive();
            taking.countDown();
            Await.until("rest", () -> figures.written() + figures.dropped() == lines);
        }

        String dropped = "lost " + figures.dropped();
        assertThat(disk.lines()).hasSize((int) figures.written() + 1).contains(dropped);
        assertThat(disk.text().length()).isBetween(LogWriter.MAX_QUEUED - 1000, LogWriter.MAX_QUEUED + 100_000);
    }

    @Test
    void goesOnAfterAFullDiskAndSaysWhatIsMissing() throws Exception {
        Disk disk = new Disk();
        disk.room(0);
        try (LogWriter log = writer(disk)) {
            log.write(line("a"));
            log.write(line("b"));
            Await.until("loss", () -> figures.dropped() == 2);
            assertThat(figures.written()).isZero();
            disk.room(Integer.MAX_VALUE);
            log.write(line("c"));
            Await.until("third line", () -> figures.written() == 1);
        }

        assertThat(disk.lines()).containsExactly("lost 2", "c");
    }

    @Test
    void endsALineThatWasCutOffByAFullDisk() throws Exception {
        Disk disk = new Disk();
        CountDownLatch taking = disk.stall();
        disk.room("first\nsec".length());
        try (LogWriter log = writer(disk)) {
            // what the writer takes before the others are queued must not count
            log.write(line("first"));
            log.write(line("second"));
            log.write(line("third"));
            taking.countDown();
            Await.until("loss", () -> figures.dropped() == 2);
            disk.room(Integer.MAX_VALUE);
            log.write(line("fourth"));
            Await.until("fourth line", () -> figures.written() == 2);
        }

        assertThat(disk.lines()).containsExactly("first", "sec", "lost 2", "fourth");
    }

    // ---- rotation

    @Test
    void goesOnInANewFileAfterReopening() throws Exception {
        Path file = folder.resolve("access.log");
        try (LogWriter log = open("access.log")) {
            log.write(line("old"));
            Await.until("first line", () -> figures.written() == 1);
            Files.move(file, folder.resolve("access.log.1"));
            log.reopen();
            Await.until("new file, without a line", () -> Files.exists(file));
            log.write(line("new"));
        }

        assertThat(lines("access.log.1")).containsExactly("old");
        assertThat(lines("access.log")).containsExactly("new");
    }

    @Test
    void noticesThatTheFileWasMovedAway() throws Exception {
        Path file = folder.resolve("access.log");
        try (LogWriter log = open("access.log")) {
            log.write(line("old"));
            Await.until("first line", () -> figures.written() == 1);
            Files.move(file, folder.resolve("access.log.1"));
            Await.until("new file", () -> {
                log.write(line("line"));
                return Files.exists(file);
            });
        }

        assertThat(lines("access.log")).isNotEmpty();
        assertThat(figures.dropped()).isZero();
        assertThat(lines("access.log").size() + lines("access.log.1").size()).isEqualTo((int) figures.written());
    }

    @Test
    void goesOnInTheOldFileIfTheNewOneCantBeOpened() throws Exception {
        Path dir = Files.createDirectory(folder.resolve("logs"));
        try (LogWriter log = open("logs/access.log")) {
            Files.move(dir, folder.resolve("moved"));
            log.reopen();
            log.write(line("a"));
            Await.until("line", () -> figures.written() == 1);
        }

        assertThat(lines("moved/access.log")).containsExactly("a");
        assertThat(figures.dropped()).isZero();
    }

    // ---- tools

    private LogWriter open(String name) throws IOException {
        return writer(LogTarget.of(new Target.File(folder.resolve(name).toString())));
    }

    private LogWriter writer(LogTarget target) throws IOException {
        return new LogWriter(target, (lost, epochMillis) -> line("lost " + lost), figures);
    }

    private List<String> lines(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name));
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(US_ASCII);
    }

    /** Has so much room, and takes nothing while it is stalled. */
    private static final class Disk implements LogTarget, WritableByteChannel {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int room = Integer.MAX_VALUE;
        private volatile CountDownLatch taking = new CountDownLatch(0);

        CountDownLatch stall() {
            CountDownLatch made = new CountDownLatch(1);
            taking = made;
            return made;
        }

        synchronized void room(int bytesMore) {
            room = bytesMore;
        }

        synchronized String text() {
            return bytes.toString(US_ASCII);
        }

        List<String> lines() {
            return text().lines().toList();
        }

        @Override
        public WritableByteChannel open() {
            return this;
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            try {
                taking.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return take(from);
        }

        private synchronized int take(ByteBuffer from) throws IOException {
            int length = Math.min(from.remaining(), room);
            if (length == 0) {
                throw new IOException("no space left");
            }
            byte[] taken = new byte[length];
            from.get(taken);
            bytes.write(taken, 0, length);
            room -= length;
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // its room stays
        }
    }
}
