package io.sluice.telemetry;

import io.netty.util.concurrent.FastThreadLocal;
import io.sluice.config.GatewayConfig;
import io.sluice.http.Failure;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One JSON line for each exchange. A loop makes the line and puts it into a queue, without a lock and without waiting;
 * one thread writes what is there, in batches. While more than {@value #MAX_QUEUED} bytes wait, lines are dropped and counted.
 *
 * <p>The thread sleeps while there is nothing to do: the first line after a pause wakes it, and it then looks again every
 * {@value #LINGER_MILLIS} ms until a pass finds nothing, so that a busy log costs no wake-up per line. It ends with {@link #close}.
 */
final class AccessLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AccessLog.class);

    static final int MAX_QUEUED = 8 * 1024 * 1024;
    private static final int LINGER_MILLIS = 10;
    private static final int BATCH = 64 * 1024;
    private static final int CLOSE_MILLIS = 2000;
    private static final long COMPLAIN_NANOS = 60_000_000_000L;

    /** Where the lines go. */
    @FunctionalInterface
    interface Target {
        OutputStream open() throws IOException;
    }

    private final Target target;
    private final AccessLogFigures figures;
    private final ConcurrentLinkedQueue<byte[]> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final FastThreadLocal<JsonLine> lines = new FastThreadLocal<>() {
        @Override
        protected JsonLine initialValue() {
            return new JsonLine();
        }
    };
    private final Thread writer;
    private volatile boolean closed;
    private volatile boolean reopens;

    // of the writer alone
    private @Nullable OutputStream out;
    private final byte[] batch = new byte[BATCH];
    private int filled;
    private int batched;
    private long complained;

    /**
     * @return null for {@link GatewayConfig.AccessLog.Off}
     * @throws IOException if the target cannot be opened
     */
    static @Nullable AccessLog open(GatewayConfig.AccessLog wanted, AccessLogFigures figures) throws IOException {
        return switch (wanted) {
            case GatewayConfig.AccessLog.Off off -> null;
            case GatewayConfig.AccessLog.Stdout stdout -> new AccessLog(AccessLog::standardOutput, figures);
            case GatewayConfig.AccessLog.File file ->
                new AccessLog(() -> new FileOutputStream(file.path(), true), figures);
        };
    }

    private static OutputStream standardOutput() {
        return new FileOutputStream(FileDescriptor.out) {
            @Override
            public void close() {
                // the process's, not the log's
            }
        };
    }

    AccessLog(Target target, AccessLogFigures figures) throws IOException {
        this.target = target;
        this.figures = figures;
        out = target.open();
        writer = Thread.ofPlatform().daemon().name("access-log").unstarted(this::run);
        writer.start();
    }

    /** On the exchange's loop. */
    void write(ExchangeSummary exchange) {
        byte[] line = line(lines.get(), exchange, System.currentTimeMillis());
        if (queued.addAndGet(line.length) > MAX_QUEUED || closed) {
            queued.addAndGet(-line.length);
            figures.countDropped(1);
            return;
        }
        queue.add(line);
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            LockSupport.unpark(writer);
        }
    }

    /** Opens the target anew before the next batch. */
    void reopen() {
        reopens = true;
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

    static byte[] line(JsonLine line, ExchangeSummary exchange, long epochMillis) {
        Failure failure = exchange.failure();
        return line.begin()
                .time("time", epochMillis)
                .field("requestId", exchange.requestId())
                .field("listener", exchange.listener())
                .field("client", exchange.client())
                .field("method", exchange.method())
                .field("host", exchange.host())
                .field("path", exchange.path())
                .field("route", exchange.route().route())
                .field("status", exchange.status())
                .field("failure", failure == null ? null : failure.cause())
                .field("upstream", exchange.upstream())
                .field("endpoint", exchange.endpoint())
                .field("attempts", exchange.attempts())
                .field("reused", exchange.reused())
                .field("requestBytes", exchange.requestBytes())
                .field("responseBytes", exchange.responseBytes())
                .millis("durationMs", exchange.nanos())
                .millis("queueMs", exchange.queueNanos())
                .millis("firstByteMs", exchange.firstByteNanos())
                .field("config", exchange.configVersion())
                .end();
    }

    // ---- the writer

    private void run() {
        while (true) {
            boolean last = closed;
            if (reopens) {
                reopen(out);
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
        if (queue.isEmpty() && !closed) {
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
        }
        flush();
        return taken;
    }

    private void append(byte[] line) {
        if (filled + line.length > BATCH) {
            flush();
        }
        batched++;
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

    private void put(byte[] bytes, int length) {
        OutputStream open = out;
        try {
            if (open == null) {
                throw new IOException("not open");
            }
            open.write(bytes, 0, length);
            figures.countWritten(batched);
        } catch (IOException e) {
            figures.countDropped(batched);
            complain(e);
        }
        batched = 0;
    }

    private void reopen(@Nullable OutputStream previous) {
        reopens = false;
        try {
            out = target.open();
            if (previous != null) {
                previous.close();
            }
        } catch (IOException e) {
            complain(e);
        }
    }

    private void complain(IOException failure) {
        long now = System.nanoTime();
        if (complained == 0 || now - complained > COMPLAIN_NANOS) {
            complained = now;
            log.warn("access log can't be written: {}", failure.getMessage());
        }
    }

    private void shut() {
        OutputStream open = out;
        out = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                complain(e);
            }
        }
    }
}
