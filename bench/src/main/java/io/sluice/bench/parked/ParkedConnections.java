package io.sluice.bench.parked;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.proxy.SimulatedListener;
import io.sluice.wire.SimulatedLoop;
import io.sluice.wire.Timed;
import io.sluice.wire.WireEvents;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The program that parks connections of the gateway on one event loop, each after a request that was answered, and tells what
 * they cost. It must run in a JVM of its own with the launcher's flags.
 */
public final class ParkedConnections {
    /** Never over while this runs: it says itself when time is up. */
    private static final long SEND_NANOS = TimeUnit.HOURS.toNanos(1);

    private static final long IDLE_NANOS = TimeUnit.HOURS.toNanos(3);
    private static final String CONFIG = """
            listeners:
              web: { bind: "127.0.0.1:0", timeouts: { send: 1h, idle: 3h } }
            routes:
              - { name: all, respond: { status: 204 } }
            """;
    private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: parked.bench.test\r\n\r\n".getBytes(US_ASCII);

    private static final int AT_ONCE = 1000;
    private static final int COLLECTIONS = 5;
    private static final int LOOKS = 1_000_000;
    private static final double NANOS_PER_MILLI = 1e6;

    private final SimulatedLoop loop;
    private final SimulatedListener listener;
    private final ByteBuf request = Unpooled.directBuffer().writeBytes(REQUEST);
    private int opened;

    private ParkedConnections(SimulatedLoop loop) {
        this.loop = loop;
        this.listener = new SimulatedListener(loop.loops(), CONFIG);
    }

    /** Prints the figures; its argument is how many connections. */
    public static void main(String[] args) throws IOException {
        System.out.println("ok " + measure(Integer.parseInt(args[0])).text());
        System.out.flush();
        // the loop holds what was never to be done
        Runtime.getRuntime().halt(0);
    }

    /** Takes as much memory as so many connections do, and leaves a loop behind that is of no use. */
    static ParkedFigures measure(int count) throws IOException {
        ParkedConnections parked = new ParkedConnections(SimulatedLoop.open());
        int first = count / 10;
        parked.open(first);
        double before = heap();
        parked.open(count);
        double after = heap();
        double collection = fullCollectionNanos() / NANOS_PER_MILLI;
        double look = parked.nanos(() -> {
                    for (int i = 0; i < LOOKS; i++) {
                        parked.loop.sweep(SEND_NANOS, 0);
                    }
                })
                / LOOKS;
        double rearm = parked.rearmNanos() / NANOS_PER_MILLI;
        double goOn = parked.nanos(() -> parked.loop.sweep(SEND_NANOS, 2 * SEND_NANOS)) / NANOS_PER_MILLI;
        parked.check(0, count, 0);
        double close = parked.nanos(() -> parked.loop.lastSweep(IDLE_NANOS - SEND_NANOS, 2 * IDLE_NANOS));
        parked.check(0, 0, count);
        return new ParkedFigures(
                count,
                after,
                (after - before) / (count - first),
                parked.listener.parkedBytes(),
                collection,
                look,
                rearm,
                goOn,
                close / NANOS_PER_MILLI);
    }

    /** Until there are so many. */
    private void open(int count) {
        while (opened < count) {
            int until = Math.min(count, opened + AT_ONCE);
            loop.run(() -> {
                for (; opened < until; opened++) {
                    WireEvents connection = loop.accept(listener::take);
                    loop.read(connection, request.duplicate());
                }
            });
        }
        check(0, count, 0);
    }

    private void check(int active, int parked, int draining) {
        var counts = listener.counts();
        if (counts.active() != active || counts.parked() != parked || counts.draining() != draining) {
            throw new IllegalStateException(counts + " (expected: parked " + parked + ", draining " + draining + ")");
        }
    }

    /** Each as if it had a request. */
    private double rearmNanos() {
        Timed[] all = new Timed[opened];
        int[] found = new int[1];
        loop.run(() -> loop.loops().all().getFirst().timed(timed -> all[found[0]++] = timed));
        if (found[0] != opened) {
            throw new IllegalStateException(found[0] + " are armed (expected: " + opened + ")");
        }
        return nanos(() -> {
            for (Timed timed : all) {
                loop.arm(timed, SEND_NANOS);
            }
        });
    }

    /** How long it takes the loop. */
    private double nanos(Runnable work) {
        long[] took = new long[1];
        loop.run(() -> {
            long begun = System.nanoTime();
            work.run();
            took[0] = System.nanoTime() - begun;
        });
        return took[0];
    }

    private static double heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static double fullCollectionNanos() {
        long[] took = new long[COLLECTIONS];
        for (int i = 0; i < COLLECTIONS; i++) {
            long begun = System.nanoTime();
            System.gc();
            took[i] = System.nanoTime() - begun;
        }
        Arrays.sort(took);
        return took[COLLECTIONS / 2];
    }
}
