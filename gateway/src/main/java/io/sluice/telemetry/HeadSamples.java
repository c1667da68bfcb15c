package io.sluice.telemetry;

import io.sluice.http.Head;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The heads of some requests of one loop, the last ones: taken by chance, one of as many requests as make them span
 * {@value #SPAN_MINUTES} minutes when all places are taken. While there are fewer requests than that, it is each of them. {@link #see}
 * is called by the loop alone and costs a count; a head is copied a few times a second. All else may be called from any thread.
 */
public final class HeadSamples {
    private static final int SPAN_MINUTES = 10;
    /** After so many the pace is looked at. */
    private static final int LOOKED_AFTER = 16;
    /** Of so many requests one is taken at the least. */
    private static final int RAREST = 1 << 20;
    /** Requests until it is looked whether any are wanted now. */
    private static final int WHILE_OFF = 1000;

    private volatile Ring ring = Ring.NONE;
    private int left = 1;
    private int every = 1;
    private int taken;
    private long lookedAt;
    private long lastAt;
    private long random;

    /** @param seed any, another one for each loop */
    public HeadSamples(long seed) {
        random = (seed + 1) * 0x9E3779B97F4A7C15L;
    }

    /** Those that are kept. */
    private static final class Ring {
        static final Ring NONE = new Ring(0, 0);

        final int room;
        final long bytes;
        final AtomicReferenceArray<@Nullable SampledHead> places;
        /** How many were put in, and of these thrown out; the loop's. */
        private long put;

        private long out;
        private long held;

        Ring(int room, long bytes) {
            this.room = room;
            this.bytes = bytes;
            this.places = new AtomicReferenceArray<>(room);
        }

        void put(SampledHead head) {
            held += head.bytes().length;
            while (put - out == room || (held > bytes && out < put)) {
                SampledHead oldest = places.getAndSet((int) (out++ % room), null);
                held -= oldest == null ? 0 : oldest.bytes().length;
            }
            places.set((int) (put++ % room), head);
        }
    }

    /**
     * From now on so many are kept at most; those that there are are forgotten if that is another number.
     *
     * @param room 0: none
     * @param bytes of all of them together
     */
    public void keep(int room, long bytes) {
        if (ring.room != room) {
            ring = new Ring(room, bytes);
        }
    }

    /**
     * A request has come. On its loop.
     *
     * @param head as the client sent it, but for the form of its path
     * @param client the other end of the connection
     * @param now time of the loop, in nanoseconds
     */
    public void see(Head head, InetAddress client, long now) {
        if (--left <= 0) {
            take(head, client, now);
        }
    }

    private void take(Head head, InetAddress client, long now) {
        Ring to = ring;
        if (to.room == 0) {
            left = WHILE_OFF;
            every = 1;
            return;
        }
        SampledHead made = SampledHead.of(head, client, every);
        if (made != null) {
            to.put(made);
        }
        pace(TimeUnit.MINUTES.toNanos(SPAN_MINUTES) / to.room, now);
        // any number from 1 on whose mean is the pace: an even one would meet what comes in turn at the same turn
        left = 1 + (int) Long.remainderUnsigned(next(), 2L * every - 1);
    }

    /** @param wanted nanoseconds from one to the next */
    private void pace(long wanted, long now) {
        if (taken++ == 0) {
            lookedAt = now;
        } else if (now - lastAt > 4 * wanted) {
            every = Math.max(1, every / 2);
        }
        lastAt = now;
        if (taken > LOOKED_AFTER) {
            long each = (now - lookedAt) / LOOKED_AFTER;
            if (each < wanted / 2) {
                every = Math.min(RAREST, every * 2);
            } else if (each > 2 * wanted) {
                every = Math.max(1, every / 2);
            }
            taken = 1;
            lookedAt = now;
        }
    }

    /** Xorshift (Marsaglia). */
    private long next() {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return random;
    }

    /** Adds those that are kept, oldest first or nearly so. */
    public void collect(List<SampledHead> into) {
        Ring from = ring;
        for (int i = 0; i < from.room; i++) {
            SampledHead head = from.places.get(i);
            if (head != null) {
                into.add(head);
            }
        }
    }
}
