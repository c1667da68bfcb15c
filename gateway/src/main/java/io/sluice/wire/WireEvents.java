package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What a wire tells its connection; always on the wire's loop, never from within a call of the connection's own on the same wire. */
public interface WireEvents {

    /** No more bytes than this are to be read at once: the fewer are, the more are left for a {@link Wire#relay} that may follow. */
    default int atOnce() {
        return Integer.MAX_VALUE;
    }

    /** Bytes came. They are lent for the call: the connection takes what it needs and copies what it must keep. */
    void read(ByteBuf bytes);

    /**
     * So many bytes more have gone the way that {@link Wire#relay} was asked for; told only to who asked.
     *
     * @param behind when these are the last: what came behind them, lent as by {@link #read}; else empty
     */
    default void relayed(int count, ByteBuf behind) {}

    /** The peer sends no more (FIN). */
    void inputEnded();

    /** {@link Wire#isWritable} is true again. */
    void writable();

    /** Whether something that others wait for is held only because the peer takes nothing. */
    default boolean isInTheWay() {
        return false;
    }

    /** The peer has taken nothing for a while, and others need what is held for it: the connection is to be ended at once. */
    default void stalled() {}

    /** Somebody else takes the connection over: who is to be told from now on, as {@link Wire#handTo} has it. */
    default WireEvents succeededBy(WireEvents other) {
        return other;
    }

    /**
     * The socket is gone; called exactly once, last.
     *
     * @param cause why, where the network said so (reset, broken pipe); null for an orderly close
     */
    void closed(@Nullable Throwable cause);
}
