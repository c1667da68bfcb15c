package io.sluice.wire;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All that is armed on one loop with one duration, oldest first. */
final class Deadlines {
    /** Deadlines are looked at no more often than this: 10 ms. */
    static final long TICK_NANOS = 10_000_000;

    /** Most that expire at a time, so that a loop whose connections all run out of time still serves the others. */
    private static final int AT_ONCE = 1000;

    /** The shortest unit of time is 2^20 ns, some 1 ms. */
    private static final int SHIFT = 20;
    /** No duration has more units than 2^24, so that the time of each can be an int that may overflow. */
    private static final int UNIT_BITS = 24;

    private final Loop loop;
    final long nanos;
    private final int shift;
    private @Nullable Timed head;
    private @Nullable Timed tail;

    Deadlines(Loop loop, long nanos) {
        this.loop = loop;
        this.nanos = nanos;
        this.shift = Math.max(SHIFT, Long.SIZE - Long.numberOfLeadingZeros(nanos) - UNIT_BITS);
    }

    void append(Timed timed) {
        timed.list = this;
        timed.previous = tail;
        if (nanos != Timed.NEVER) {
            // rounded up: never too early
            timed.at = (int) ((loop.nanoTime() + nanos) >> shift) + 1;
        }
        if (tail == null) {
            head = timed;
            wake(timed);
        } else {
            tail.next = timed;
        }
        tail = timed;
    }

    private void wake(Timed first) {
        if (nanos != Timed.NEVER) {
            loop.wakeAt(dueAt(first, loop.nanoTime()));
        }
    }

    private long dueAt(Timed timed, long now) {
        long units = now >> shift;
        return (units + (timed.at - (int) units)) << shift;
    }

    void remove(Timed timed) {
        Timed before = timed.previous;
        Timed after = timed.next;
        if (before == null) {
            head = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            tail = before;
        } else {
            after.previous = before;
        }
        timed.list = null;
        timed.previous = null;
        timed.next = null;
    }

    @Nullable
    Timed head() {
        return head;
    }

    /** Puts one that is not armed behind one of this list: it is due at the same time. */
    void insertBehind(Timed place, Timed inserted) {
        Timed after = place.next;
        inserted.list = this;
        inserted.at = place.at;
        inserted.previous = place;
        inserted.next = after;
        place.next = inserted;
        if (after == null) {
            tail = inserted;
        } else {
            after.previous = inserted;
        }
    }

    /** Since when it is armed, as {@link Loop#nanoTime}: not exactly. */
    long armedAt(Timed timed) {
        return dueAt(timed, loop.nanoTime()) - nanos;
    }

    boolean isEmpty() {
        return head == null;
    }

    void forEach(Consumer<Timed> action) {
        for (Timed timed = head; timed != null; timed = timed.next) {
            action.accept(timed);
        }
    }

    /** Expires what is due, or some of it; returns when the next one is due, or {@link Long#MAX_VALUE}. */
    long sweep(long now) {
        if (nanos == Timed.NEVER) {
            return Long.MAX_VALUE;
        }
        int units = (int) (now >> shift);
        Timed first;
        int expired = 0;
        while ((first = head) != null && units - first.at >= 0 && expired++ < AT_ONCE) {
            remove(first);
            first.expired();
        }
        return first == null ? Long.MAX_VALUE : dueAt(first, now);
    }
}
