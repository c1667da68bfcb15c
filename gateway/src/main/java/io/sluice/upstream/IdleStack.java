package io.sluice.upstream;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The idle connections of one shelf, linked through themselves, so that any can leave at once. On the shelf's loop, but
 * for {@link #size}.
 */
final class IdleStack {
    private @Nullable UpstreamConnection top;
    private @Nullable UpstreamConnection bottom;
    /** Written by the shelf's loop only; a full store, since who puts one here looks for waiters next. */
    private final AtomicInteger size = new AtomicInteger();

    /** The one that was used last. */
    @Nullable
    UpstreamConnection top() {
        return top;
    }

    /** The one that was not used for the longest time. */
    @Nullable
    UpstreamConnection bottom() {
        return bottom;
    }

    /** Any thread. */
    int size() {
        return size.get();
    }

    void push(UpstreamConnection connection) {
        connection.shelved = true;
        connection.below = top;
        if (top != null) {
            top.above = connection;
        } else {
            bottom = connection;
        }
        top = connection;
        size.set(size.get() + 1);
    }

    void remove(UpstreamConnection connection) {
        UpstreamConnection above = connection.above;
        UpstreamConnection below = connection.below;
        if (above == null) {
            top = below;
        } else {
            above.below = below;
        }
        if (below != null) {
            below.above = above;
        } else {
            bottom = above;
        }
        connection.shelved = false;
        connection.above = null;
        connection.below = null;
        size.set(size.get() - 1);
    }
}
