package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Passes on what is whole of the TLS records that come, and copies the beginning of one whose rest is still to come. The decoder
 * behind it would keep all that was read, and with it the buffer of the loop, until that rest is there: a peer that pauses within a
 * record would hold {@link ReceiveBuffer#SIZE} bytes instead of those that came.
 */
final class WholeRecords extends ChannelInboundHandlerAdapter {
    private static final int HEADER = 5;
    /** RFC 5246 section 6.2.3, which allows more than RFC 8446. */
    private static final int LONGEST = HEADER + (16 << 10) + 2048;

    private static final int FIRST_TYPE = 20;
    private static final int LAST_TYPE = 24;

    private @Nullable ByteBuf begun;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        ByteBuf rest = begun;
        if (rest != null) {
            if (!complete(rest, in)) {
                in.release();
                return;
            }
            begun = null;
            ctx.fireChannelRead(rest);
        }
        int whole = whole(in);
        if (whole == in.readableBytes()) {
            if (whole > 0) {
                ctx.fireChannelRead(in);
            } else {
                in.release();
            }
            return;
        }
        try {
            if (whole > 0) {
                ctx.fireChannelRead(in.readRetainedSlice(whole));
            }
            // nobody listens if that was the end of the connection
            if (!ctx.isRemoved()) {
                begun = ctx.alloc().directBuffer(in.readableBytes(), LONGEST).writeBytes(in);
            }
        } finally {
            in.release();
        }
    }

    /** Moves what is missing to the record that has begun; false: more is to come. */
    private static boolean complete(ByteBuf record, ByteBuf in) {
        move(record, in, HEADER);
        if (record.readableBytes() < HEADER) {
            return false;
        }
        int length = length(record, record.readerIndex());
        if (length < 0) {
            return true;
        }
        move(record, in, length);
        return record.readableBytes() == length;
    }

    private static void move(ByteBuf record, ByteBuf in, int length) {
        int missing = Math.min(length - record.readableBytes(), in.readableBytes());
        if (missing > 0) {
            record.writeBytes(in, missing);
        }
    }

    /** How many bytes are whole records; all if they are none at all, for whoever tells what they are. */
    private static int whole(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        while (end - at >= HEADER) {
            int length = length(in, at);
            if (length < 0) {
                return in.readableBytes();
            }
            if (end - at < length) {
                break;
            }
            at += length;
        }
        return at - in.readerIndex();
    }

    /** Of the record there, its header included; -1: it is none. */
    private static int length(ByteBuf in, int at) {
        int type = in.getUnsignedByte(at);
        int length = HEADER + in.getUnsignedShort(at + 3);
        return type < FIRST_TYPE || type > LAST_TYPE || length > LONGEST ? -1 : length;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        ByteBuf rest = begun;
        if (rest != null) {
            begun = null;
            rest.release();
        }
    }
}
