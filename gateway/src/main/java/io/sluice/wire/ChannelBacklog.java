package io.sluice.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What Netty holds for the peer of a {@link ChannelWire} that has been far behind. Netty doesn't tell when a peer takes
 * something: it shows by what is left when somebody looks. On the loop.
 */
final class ChannelBacklog implements Backlogged {
    private final ChannelWire wire;
    private final Channel channel;
    private final Backlog backlog = new Backlog();
    /** What would still be held if the peer had taken nothing since the last look. */
    private long expected;

    ChannelBacklog(ChannelWire wire, Channel channel) {
        this.wire = wire;
        this.channel = channel;
        this.expected = held();
    }

    /** By Netty, in bytes. */
    long held() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes() - waiting.currentProgress();
    }

    private int waiting(int gathered) {
        return (int) Math.min(Integer.MAX_VALUE, held() + gathered);
    }

    /** So much was held before something was written that is not to count as taken. */
    void written(long before) {
        expected += held() - before;
    }

    /** Whether bytes of which there are so many are better copied: what waits must not pin the buffer that the loop reads into for a part of it. */
    boolean copies(int length) {
        return backlog.wire != null && length < Unsent.PIN_AT;
    }

    /**
     * As {@link Backlog#isFull(int, int, boolean, Backlogs)}.
     *
     * @param gathered bytes that wait besides
     */
    boolean isFull(int gathered, int bound) {
        return backlog.isFull(waiting(gathered), bound, false, wire.loop().backlogs());
    }

    /** What was written went as far as it goes; as {@link Backlog#hasDrained}. */
    boolean settled(int gathered) {
        account(gathered);
        return backlog.hasDrained(waiting(gathered), false);
    }

    /** Netty has told that little is left. */
    void drained() {
        account(0);
        backlog.hasDrained(0, false);
    }

    /** Looks what the peer has taken. Once it was far behind, it is in the list until nothing waits. */
    private void account(int gathered) {
        Backlogs all = wire.loop().backlogs();
        int waiting = waiting(gathered);
        if (waiting == 0) {
            all.remove(backlog);
        } else if (backlog.wire != null || waiting > Backlogs.FREE || backlog.isFull()) {
            if (held() < expected) {
                all.taken(backlog);
            }
            all.update(backlog, this, waiting);
        }
        expected = held();
    }

    /** How long the peer has taken nothing; {@link Long#MAX_VALUE} if that isn't known. */
    long stalledNanos(long now) {
        return backlog.wire == null ? Long.MAX_VALUE : backlog.stalledNanos(now);
    }

    /** The channel is gone. */
    void clear() {
        backlog.clear();
    }

    @Override
    public @Nullable WireEvents events() {
        return wire.events();
    }

    @Override
    public void reconsider() {
        wire.markUnsent();
    }
}
