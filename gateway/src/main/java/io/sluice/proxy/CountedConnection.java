package io.sluice.proxy;

import io.netty.buffer.ByteBuf;
import io.sluice.wire.ObjectSize;
import io.sluice.wire.WireEvents;
import org.jspecify.annotations.Nullable;

/** A client connection that counts for its address until it is closed. Only where a listener limits them: the others need not know theirs. */
final class CountedConnection implements WireEvents {
    /** What it weighs in the heap, in bytes: 24. */
    static final int BYTES = ObjectSize.of(2, Long.BYTES);

    private WireEvents connection;
    private final AddressCounts counts;
    private final long key;

    CountedConnection(WireEvents connection, AddressCounts counts, long key) {
        this.connection = connection;
        this.counts = counts;
        this.key = key;
    }

    @Override
    public void read(ByteBuf bytes) {
        connection.read(bytes);
    }

    @Override
    public void inputEnded() {
        connection.inputEnded();
    }

    @Override
    public void writable() {
        connection.writable();
    }

    @Override
    public boolean isInTheWay() {
        return connection.isInTheWay();
    }

    @Override
    public void stalled() {
        connection.stalled();
    }

    @Override
    public WireEvents succeededBy(WireEvents other) {
        connection = other;
        return this;
    }

    @Override
    public void closed(@Nullable Throwable cause) {
        counts.leave(key);
        connection.closed(cause);
    }
}
