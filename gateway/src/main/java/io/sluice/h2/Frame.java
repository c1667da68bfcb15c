package io.sluice.h2;

import io.netty.buffer.ByteBuf;
import io.sluice.wire.Wire;

/** The layout of frames (RFC 9113 sections 4.1 and 6), and how the short ones are written. */
final class Frame {
    /** What a client says first (RFC 9113 section 3.4). */
    static final byte[] PREFACE = {
        'P', 'R', 'I', ' ', '*', ' ', 'H', 'T', 'T', 'P', '/', '2', '.', '0', '\r', '\n', '\r', '\n', 'S', 'M', '\r',
        '\n', '\r', '\n'
    };

    static final int HEADER = 9;
    /** A frame may carry so much until the other end allows more (RFC 9113 section 6.5.2). */
    static final int MAX_PAYLOAD = 16384;

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 0x1;
    static final int ACK = 0x1;
    static final int END_HEADERS = 0x4;
    static final int PADDED = 0x8;
    static final int HAS_PRIORITY = 0x20;

    static final int HEADER_TABLE_SIZE = 1;
    static final int ENABLE_PUSH = 2;
    static final int MAX_CONCURRENT_STREAMS = 3;
    static final int INITIAL_WINDOW_SIZE = 4;
    static final int MAX_FRAME_SIZE = 5;
    static final int MAX_HEADER_LIST_SIZE = 6;
    /** RFC 8441 section 3. */
    static final int ENABLE_CONNECT_PROTOCOL = 8;

    static final int SETTING = 6;

    static final int PRIORITY_PAYLOAD = 5;
    static final int PING_PAYLOAD = 8;
    static final int CODE_PAYLOAD = 4;
    static final int GOAWAY_PAYLOAD = 8;
    /** The highest bit of a stream id or a window increment is reserved. */
    static final int UNRESERVED = 0x7fffffff;

    private Frame() {}

    static void header(ByteBuf out, int length, int type, int flags, int stream) {
        out.writeInt((length << 8) | type);
        out.writeByte(flags);
        out.writeInt(stream);
    }

    static void setting(ByteBuf out, int setting, int value) {
        out.writeShort(setting);
        out.writeInt(value);
    }

    static void settingsAck(Wire wire) {
        header(wire.out(HEADER), 0, SETTINGS, ACK, 0);
    }

    static void ping(Wire wire, long payload, boolean ack) {
        ByteBuf out = wire.out(HEADER + PING_PAYLOAD);
        header(out, PING_PAYLOAD, PING, ack ? ACK : 0, 0);
        out.writeLong(payload);
    }

    static void goAway(Wire wire, int lastStream, ErrorCode code) {
        ByteBuf out = wire.out(HEADER + GOAWAY_PAYLOAD);
        header(out, GOAWAY_PAYLOAD, GOAWAY, 0, 0);
        out.writeInt(lastStream);
        out.writeInt(code.code());
    }

    static void reset(Wire wire, int stream, ErrorCode code) {
        ByteBuf out = wire.out(HEADER + CODE_PAYLOAD);
        header(out, CODE_PAYLOAD, RST_STREAM, 0, stream);
        out.writeInt(code.code());
    }

    static void windowUpdate(Wire wire, int stream, int increment) {
        ByteBuf out = wire.out(HEADER + CODE_PAYLOAD);
        header(out, CODE_PAYLOAD, WINDOW_UPDATE, 0, stream);
        out.writeInt(increment);
    }

    /** A whole field block, in as many frames as it takes. */
    static void fields(Wire wire, Block block, int stream, boolean ends, int maxPayload) {
        int type = HEADERS;
        int flags = ends ? END_STREAM : 0;
        int at = 0;
        do {
            int length = Math.min(block.length - at, maxPayload);
            boolean last = at + length == block.length;
            ByteBuf out = wire.out(HEADER + length);
            header(out, length, type, flags | (last ? END_HEADERS : 0), stream);
            out.writeBytes(block.bytes, at, length);
            at += length;
            type = CONTINUATION;
            flags = 0;
        } while (at < block.length);
    }
}
