package io.sluice.h2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what arrives into frames (RFC 9113 section 4.1). Content of DATA is passed on as it comes; other frames are needed whole, and one
 * that is not there yet is kept, which is the only memory that this takes.
 */
final class FrameReader {
    private final H2Connection to;
    private @Nullable ByteBuf kept;
    /** Bytes of the client's preface that have come. */
    private int preface;

    // of a DATA frame that has begun
    private @Nullable H2Stream stream;
    private int id;
    private boolean inData;
    private int left;
    private int padding;
    private boolean ends;

    FrameReader(H2Connection to, boolean server) {
        this.to = to;
        this.preface = server ? 0 : Frame.PREFACE.length;
    }

    /** Takes all bytes, or as many as came before the connection failed. */
    void read(ByteBuf in) {
        if (preface < Frame.PREFACE.length && !preface(in)) {
            return;
        }
        while (!to.isFailed()) {
            if (inData) {
                if (!data(in)) {
                    return;
                }
            } else if (!in.isReadable()) {
                return;
            } else if (kept != null) {
                fill(kept, in);
            } else if (!frame(in)) {
                keep(in);
                return;
            }
        }
        in.skipBytes(in.readableBytes());
    }

    private boolean preface(ByteBuf in) {
        while (in.isReadable() && preface < Frame.PREFACE.length) {
            if (in.readByte() != Frame.PREFACE[preface++]) {
                to.fail(ErrorCode.PROTOCOL_ERROR);
                return false;
            }
        }
        return preface == Frame.PREFACE.length;
    }

    /** Takes one frame, or the beginning of a DATA frame, if enough of it is there. */
    private boolean frame(ByteBuf in) {
        int at = in.readerIndex();
        int readable = in.readableBytes();
        if (readable < Frame.HEADER) {
            return false;
        }
        int needed = needed(in, at);
        if (needed == 0) {
            return true; // failed
        }
        if (readable < needed) {
            return false;
        }
        in.skipBytes(needed);
        take(in, at);
        return true;
    }

    /** Bytes that must be there, with the header; 0 if the frame is an error. */
    private int needed(ByteBuf in, int at) {
        int length = in.getUnsignedMedium(at);
        int type = in.getByte(at + 3);
        int flags = in.getByte(at + 4);
        if (length > Frame.MAX_PAYLOAD) {
            to.fail(ErrorCode.FRAME_SIZE_ERROR);
            return 0;
        }
        if (type != Frame.DATA) {
            return Frame.HEADER + length;
        }
        return Frame.HEADER + ((flags & Frame.PADDED) != 0 && length > 0 ? 1 : 0);
    }

    private void take(ByteBuf in, int at) {
        int length = in.getUnsignedMedium(at);
        int type = in.getUnsignedByte(at + 3);
        int flags = in.getByte(at + 4);
        int number = in.getInt(at + 5) & Frame.UNRESERVED;
        if (type == Frame.DATA) {
            beginData(in, at + Frame.HEADER, length, flags, number);
        } else {
            to.frame(type, flags, number, in, at + Frame.HEADER, length);
        }
    }

    private void beginData(ByteBuf in, int at, int length, int flags, int number) {
        int pads = 0;
        int content = length;
        if ((flags & Frame.PADDED) != 0) {
            if (length == 0) {
                to.fail(ErrorCode.FRAME_SIZE_ERROR);
                return;
            }
            pads = in.getUnsignedByte(at);
            content = length - 1 - pads;
            if (content < 0) {
                to.fail(ErrorCode.PROTOCOL_ERROR);
                return;
            }
        }
        ends = (flags & Frame.END_STREAM) != 0;
        H2Stream of = to.dataBegins(number, length, content, ends);
        if (to.isFailed()) {
            return;
        }
        stream = of;
        id = number;
        left = content;
        padding = pads;
        inData = true;
        if (of != null && length > content) {
            of.consumed(length - content);
        }
        if (of == null) {
            to.consumed(length);
        }
    }

    /** Passes content on; returns whether the frame is over. */
    private boolean data(ByteBuf in) {
        int length = Math.min(left, in.readableBytes());
        if (length > 0) {
            int from = in.readerIndex();
            in.skipBytes(length);
            left -= length;
            H2Stream of = stream();
            if (of != null && !of.receive(in, from, length)) {
                to.fault(of, ErrorCode.PROTOCOL_ERROR);
            }
        }
        int pads = Math.min(padding, in.readableBytes());
        if (left == 0) {
            in.skipBytes(pads);
            padding -= pads;
        }
        if (left > 0 || padding > 0) {
            return false;
        }
        inData = false;
        H2Stream of = stream();
        stream = null;
        if (of != null && ends && !of.endInput(null)) {
            to.fault(of, ErrorCode.PROTOCOL_ERROR);
        }
        return true;
    }

    /** The stream of the frame, if it is not closed; its object may belong to another one by now. */
    private @Nullable H2Stream stream() {
        H2Stream of = stream;
        return of == null || of.isClosed() || of.id() != id ? null : of;
    }

    // ---- what is not there yet

    private void keep(ByteBuf in) {
        int room = in.readableBytes() < Frame.HEADER ? Frame.HEADER : needed(in, in.readerIndex());
        kept = PooledByteBufAllocator.DEFAULT.directBuffer(room).writeBytes(in);
    }

    private void fill(ByteBuf part, ByteBuf in) {
        int needed = part.readableBytes() < Frame.HEADER ? Frame.HEADER : needed(part, 0);
        part.writeBytes(in, Math.min(needed - part.readableBytes(), in.readableBytes()));
        if (part.readableBytes() < Frame.HEADER) {
            return;
        }
        needed = needed(part, 0);
        if (needed == 0 || part.readableBytes() == needed) {
            kept = null;
            if (needed > 0) {
                take(part, 0);
            }
            part.release();
        }
    }

    /** A frame has begun; of DATA only if its header is not there. */
    boolean isInFrame() {
        return kept != null;
    }

    void release() {
        if (kept != null) {
            kept.release();
            kept = null;
        }
        stream = null;
    }
}
