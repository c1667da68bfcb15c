package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Makes a channel read into the {@link ReceiveBuffer} of the loop that its wire is on, which may change. One read a
 * readiness event: the kernel tells again if there is more, and no connection can keep the loop to itself.
 */
final class ReceiveHandle implements RecvByteBufAllocator, RecvByteBufAllocator.ExtendedHandle {
    private final ChannelWire wire;
    private int attempted;
    private int last;

    ReceiveHandle(ChannelWire wire) {
        this.wire = wire;
    }

    @Override
    public ReceiveHandle newHandle() {
        return this;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
        return wire.loop().receiveBuffer().lend(allocator);
    }

    @Override
    public int guess() {
        return ReceiveBuffer.SIZE;
    }

    @Override
    public void reset(ChannelConfig config) {}

    @Override
    public void incMessagesRead(int messages) {}

    @Override
    public void lastBytesRead(int bytes) {
        last = bytes;
    }

    @Override
    public int lastBytesRead() {
        return last;
    }

    @Override
    public void attemptedBytesRead(int bytes) {
        attempted = bytes;
    }

    @Override
    public int attemptedBytesRead() {
        return attempted;
    }

    @Override
    public boolean continueReading() {
        return false;
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
        return false;
    }

    @Override
    public void readComplete() {}
}
