package io.sluice.telemetry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes lines to a target. Loops put them into a queue, without a lock and without waiting; one thread writes what is there, in
 * batches. While more than {@value #MAX_QUEUED} bytes wait, lines are dropped and counted, and so are those that can't be
 * written; when it goes on, a line of its own says how many are missing.
 *
 * <p>The thread sleeps while there is nothing to do: the first line after a pause wakes it, and it then looks again every
 * {@value #LINGER_MILLIS} ms until a pass finds nothing, so that a busy log costs no wake-up per line. Before it writes it looks,
 * once a second at most, whether the file is still the one of that name, and opens it anew if not. It ends with {@link #close}.
 */
final class LogWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LogWriter.class);

    static final int MAX_QUEUED = 8 * 1024 * 1024;
    private static final int LINGER_MILLIS = 10;
    private static final int BATCH = 64 * 1024;
    private static final int CLOSE_MILLIS = 2000;
    private static final long COMPLAIN_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Makes the line that says that lines are missing. On the writer's thread. */
    @FunctionalInterface
    interface Gap {
        byte[] line(long lost, long epochMillis);
    }

    private final LogTarget target;
    private final AccessLogFigures figures;
    private final ConcurrentLinkedQueue<byte[]> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicBoolean asleep = new AtomicBoolean();
    /** Lines that are lost, which no line tells of yet. */
    private final AtomicLong untold = new AtomicLong();

    private final Thread writer;
    private volatile Gap gap;
    private volatile boolean closed;
    private volatile boolean reopens;

    // of the writer alone
    private @Nullable WritableByteChannel out;
    private @Nullable Object identity;
    private long lookAgainAt;
    private final byte[] batch = new byte[BATCH];
    private int filled;
    /** The last write ended within a line. */
    private boolean torn;

    private boolean failing;
    private long complainAgainAt = System.nanoTime();
    private long gapAgainAt = System.nanoTime();

    /** @throws IOException if the target can't be opened */
    LogWriter(LogTarget target, Gap gap, AccessLogFigures figures) throws IOException {
        this.target = target;
        this.gap = gap;
        this.figures = figures;
        out = target.open();
        identity = target.identity();
        lookAgainAt = System.nanoTime() + LOOK_NANOS;
        writer = Thread.ofPlatform().daemon().name("access-log").unstarted(this::run);
        writer.start();
    }

    /** Lines will look differently from now on. Any thread. */
    void gap(Gap other) {
        gap = other;
    }

    /** Takes a line with its line feed, or drops it. Any thread, without waiting. */
    void write(byte[] line) {
        if (queued.addAndGet(line.length) > MAX_QUEUED || closed) {
            queued.addAndGet(-line.length);
            lost(1);
            return;
        }
        queue.add(line);
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            LockSupport.unpark(writer);
        }
    }

    private void lost(int lines) {
        figures.countDropped(lines);
        untold.addAndGet(lines);
    }

    /** Opens the target anew, soon. Any thread. */
    void reopen() {
        reopens = true;
        LockSupport.unpark(writer);
    }

    /** Writes what is queued, for at most two seconds; lines that come later are dropped. Not on a loop. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(writer);
        try {
            writer.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- the writer

    private void run() {
        while (true) {
            boolean last = closed;
            if (reopens || (!queue.isEmpty() && isMoved())) {
                reopenNow();
            }
            int taken = drain();
            if (last) {
                shut();
                return;
            }
            if (taken > 0) {
                LockSupport.parkNanos(this, LINGER_MILLIS * 1_000_000L);
            } else {
                sleep();
            }
        }
    }

    private void sleep() {
        asleep.set(true);
        // a line that came before the flag was up woke nobody
        if (queue.isEmpty() && !closed && !reopens) {
            LockSupport.park(this);
        }
        asleep.set(false);
    }

    private int drain() {
        int taken = 0;
        byte[] line;
        while ((line = queue.poll()) != null) {
            taken++;
            append(line);
            queued.addAndGet(-line.length);
            if (untold.get() > 0 && System.nanoTime() - gapAgainAt >= 0) {
                flush();
                tellOfGap();
            }
        }
        flush();
        tellOfGap();
        return taken;
    }

    private void append(byte[] line) {
        if (filled + line.length > BATCH) {
            flush();
        }
        if (line.length > BATCH) {
            put(line, line.length);
        } else {
            System.arraycopy(line, 0, batch, filled, line.length);
            filled += line.length;
        }
    }

    private void flush() {
        if (filled > 0) {
            put(batch, filled);
            filled = 0;
        }
    }

    private void put(byte[] lines, int length) {
        if (failing) {
            tellOfGap();
        }
        ByteBuffer bytes = ByteBuffer.wrap(lines, 0, length);
        try {
            write(bytes);
        } catch (IOException e) {
            complain(e);
        }
        int written = lines(lines, 0, bytes.position());
        figures.countWritten(written);
        if (bytes.hasRemaining()) {
            lost(lines(lines, 0, length) - written);
        }
    }

    private static int lines(byte[] bytes, int from, int to) {
        int lines = 0;
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                lines++;
            }
        }
        return lines;
    }

    private void tellOfGap() {
        long lines = untold.get();
        if (lines == 0) {
            return;
        }
        gapAgainAt = System.nanoTime() + LOOK_NANOS;
        try {
            write(ByteBuffer.wrap(gap.line(lines, System.currentTimeMillis())));
            untold.addAndGet(-lines);
            if (failing) {
                failing = false;
                log.info("access log is written again; {} lines are missing", lines);
            }
        } catch (IOException e) {
            complain(e);
        }
    }

    /** Writes all of it, on a line of its own. */
    private void write(ByteBuffer bytes) throws IOException {
        WritableByteChannel open = out;
        if (open == null) {
            throw new IOException("not open");
        }
        if (torn) {
            writeFully(open, ByteBuffer.wrap(new byte[] {'\n'}));
            torn = false;
        }
        try {
            writeFully(open, bytes);
        } catch (IOException e) {
            torn = bytes.position() > 0 && bytes.get(bytes.position() - 1) != '\n';
            throw e;
        }
    }

    private static void writeFully(WritableByteChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    // ---- its target

    private boolean isMoved() {
        long now = System.nanoTime();
        if (identity == null || now - lookAgainAt < 0) {
            return false;
        }
        lookAgainAt = now + LOOK_NANOS;
        return !identity.equals(target.identity());
    }

    private void reopenNow() {
        reopens = false;
        WritableByteChannel previous = out;
        try {
            out = target.open();
            identity = target.identity();
            torn = false;
            close(previous);
        } catch (IOException e) {
            complain(e); // and goes on with the one that is open
        }
    }

    private void complain(IOException failure) {
        failing = true;
        long now = System.nanoTime();
        if (now - complainAgainAt >= 0) {
            complainAgainAt = now + COMPLAIN_NANOS;
            log.warn("access log can't be written: {}", failure.getMessage());
        }
    }

    private void shut() {
        WritableByteChannel open = out;
        out = null;
        close(open);
    }

    private void close(@Nullable WritableByteChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                complain(e);
            }
        }
    }
}
