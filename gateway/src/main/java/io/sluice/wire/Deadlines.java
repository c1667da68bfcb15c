package io.sluice.wire;

import org.jspecify.annotations.Nullable;

/** All armed deadlines of one loop with one duration, oldest first. */
final class Deadlines {
    /** Deadlines are looked at no more often than this: 10 ms. */
    static final long TICK_NANOS = 10_000_000;

    private final Loop loop;
    final long nanos;
    private @Nullable Deadline head;
    private @Nullable Deadline tail;

    Deadlines(Loop loop, long nanos) {
        this.loop = loop;
        this.nanos = nanos;
    }

    void append(Deadline deadline) {
        deadline.at = loop.nanoTime() + nanos;
        deadline.list = this;
        deadline.previous = tail;
        if (tail == null) {
            head = deadline;
            loop.wakeAt(deadline.at);
        } else {
            tail.next = deadline;
        }
        tail = deadline;
    }

    void remove(Deadline deadline) {
        Deadline before = deadline.previous;
        Deadline after = deadline.next;
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
        deadline.list = null;
        deadline.previous = null;
        deadline.next = null;
    }

    boolean isEmpty() {
        return head == null;
    }

    /** Expires what is due; returns when the next one is, or {@link Long#MAX_VALUE}. */
    long sweep(long now) {
        Deadline first;
        while ((first = head) != null && first.at - now <= 0) {
            remove(first);
            first.expire();
        }
        return first == null ? Long.MAX_VALUE : first.at;
    }
}
