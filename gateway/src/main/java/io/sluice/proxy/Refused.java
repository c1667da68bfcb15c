package io.sluice.proxy;

import io.netty.buffer.ByteBuf;
import io.sluice.wire.WireEvents;
import org.jspecify.annotations.Nullable;

/** A client connection that the listener does not take: it is being closed and nothing of it matters. */
enum Refused implements WireEvents {
    CONNECTION;

    @Override
    public void read(ByteBuf bytes) {}

    @Override
    public void inputEnded() {}

    @Override
    public void writable() {}

    @Override
    public void closed(@Nullable Throwable cause) {}
}
