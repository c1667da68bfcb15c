package io.sluice.http;

import java.util.ArrayDeque;

/** Heads that are not in use, of one loop: a connection takes one when a head begins and gives it back at the end. */
public final class Heads {
    private static final int KEPT = 64;

    private final ArrayDeque<Head> free = new ArrayDeque<>(KEPT);

    /** An empty head. */
    public Head take() {
        Head head = free.pollLast();
        return head == null ? new Head() : head;
    }

    /** Takes a head back, whose taker must not use it any more. */
    public void give(Head head) {
        head.clear();
        if (free.size() < KEPT) {
            free.addLast(head);
        }
    }
}
