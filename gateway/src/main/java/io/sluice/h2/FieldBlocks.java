package io.sluice.h2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.http.Failure;
import io.sluice.http.FieldSection.Kind;
import io.sluice.http.Head;
import org.jspecify.annotations.Nullable;

/**
 * Puts field blocks together (RFC 9113 section 4.3), decodes them, and passes on what they say: the head of a request or a response, or
 * trailers. Every block is decoded, also one that nobody wants, since the table of the connection is changed by it.
 */
final class FieldBlocks {
    /** A block in more frames than this, however small, is an attack. */
    private static final int MAX_FRAMES = 32;

    private final H2Connection connection;
    private final DynamicTable table = new DynamicTable(DynamicTable.DEFAULT_SIZE);

    // a block that goes on
    private @Nullable ByteBuf begun;
    private int id;
    private boolean ends;
    private boolean faulty;
    private int frames;

    FieldBlocks(H2Connection connection) {
        this.connection = connection;
    }

    /** What the other end's table weighs in the heap, in bytes. */
    int heldBytes() {
        return table.heldBytes();
    }

    /** The next frame must be a CONTINUATION. */
    boolean isOpen() {
        return begun != null;
    }

    @Nullable
    ErrorCode headers(int flags, int stream, ByteBuf in, int at, int length) {
        if (stream == 0) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        int from = at;
        int to = at + length;
        if ((flags & Frame.PADDED) != 0) {
            if (length == 0) {
                return ErrorCode.FRAME_SIZE_ERROR;
            }
            to -= in.getUnsignedByte(from++);
        }
        boolean prioritized = (flags & Frame.HAS_PRIORITY) != 0;
        if (prioritized) {
            if (length < from - at + Frame.PRIORITY_PAYLOAD) {
                return ErrorCode.FRAME_SIZE_ERROR;
            }
            from += Frame.PRIORITY_PAYLOAD;
        }
        if (to < from) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        id = stream;
        ends = (flags & Frame.END_STREAM) != 0;
        faulty = prioritized && (in.getInt(from - Frame.PRIORITY_PAYLOAD) & Frame.UNRESERVED) == stream;
        if ((flags & Frame.END_HEADERS) != 0) {
            return block(in, from, to);
        }
        frames = 1;
        begun = PooledByteBufAllocator.DEFAULT.directBuffer(to - from).writeBytes(in, from, to - from);
        return null;
    }

    @Nullable
    ErrorCode continuation(int flags, int stream, ByteBuf in, int at, int length) {
        ByteBuf block = begun;
        if (block == null || stream != id) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        if (length == 0) {
            connection.noise(Noise.EMPTY);
        }
        if (++frames > MAX_FRAMES || block.readableBytes() + length > maxBlock()) {
            return tooMuch();
        }
        block.writeBytes(in, at, length);
        if ((flags & Frame.END_HEADERS) == 0) {
            return null;
        }
        begun = null;
        try {
            return block(block, 0, block.readableBytes());
        } finally {
            block.release();
        }
    }

    private @Nullable ErrorCode tooMuch() {
        connection.calm(Noise.BLOCKS);
        return null;
    }

    /** A head that is not too large never needs more, and one that is a little too large is still answered. */
    private int maxBlock() {
        return 2 * connection.limits().headBytes() + Frame.MAX_PAYLOAD;
    }

    private @Nullable ErrorCode block(ByteBuf in, int from, int to) {
        Block block = connection.room().block;
        block.clear();
        block.put(in, from, to - from);
        H2Stream stream = connection.find(id);
        if (stream != null) {
            return follows(stream);
        }
        return connection.isServer() ? request() : unknown();
    }

    /** Decodes the block; returns what is wrong with the connection. What is wrong with the message is in {@link #refusal}. */
    private @Nullable ErrorCode decode(Kind kind, Head into) {
        H2Room room = connection.room();
        H2Limits limits = connection.limits();
        room.section.begin(kind, into, limits.headBytes(), limits.headFields());
        Block block = room.block;
        boolean right =
                room.decoder.decode(block.bytes, 0, block.length, table, DynamicTable.DEFAULT_SIZE, room.section);
        return right ? null : ErrorCode.COMPRESSION_ERROR;
    }

    private @Nullable Failure refusal() {
        return connection.room().section.end(ends);
    }

    /** Only for the table's sake. */
    private @Nullable ErrorCode drop() {
        Head head = connection.room().lent;
        head.clear();
        ErrorCode wrong = decode(Kind.REQUEST_TRAILERS, head);
        connection.room().section.end(true);
        head.clear();
        return wrong;
    }

    private @Nullable ErrorCode request() {
        if ((id & 1) == 0) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        if (id <= connection.lastStream()) {
            if (connection.ended().isResetHere(id)) {
                return drop();
            }
            return connection.ended().isEnded(id) ? ErrorCode.STREAM_CLOSED : ErrorCode.PROTOCOL_ERROR;
        }
        if (!connection.admits(id)) {
            return drop();
        }
        if (faulty) {
            connection.faultOfNew(id);
            return drop();
        }
        H2Room room = connection.room();
        Head head = room.heads.take();
        ErrorCode wrong = decode(Kind.REQUEST, head);
        Failure refusal = refusal();
        if (wrong != null) {
            room.heads.give(head);
            return wrong;
        }
        connection.begin(id, head, refusal, ends);
        if (refusal == Failure.REQUEST_MALFORMED) {
            connection.noise(Noise.FAULTS);
        } else if (refusal == Failure.REQUEST_HEAD_LARGE || refusal == Failure.REQUEST_FIELDS_MANY) {
            connection.noise(Noise.BLOCKS);
        }
        return null;
    }

    /** A client is answered on a stream that it has closed, or not opened. */
    private @Nullable ErrorCode unknown() {
        return (id & 1) == 1 && id <= connection.lastOurs() ? drop() : ErrorCode.PROTOCOL_ERROR;
    }

    /** A response, or trailers. */
    private @Nullable ErrorCode follows(H2Stream stream) {
        if (stream.isInputEnded()) {
            ErrorCode wrong = drop();
            connection.fault(stream, ErrorCode.STREAM_CLOSED);
            return wrong;
        }
        boolean trailers = stream.declared.isHeaded();
        // a tunnel has none (RFC 9113 section 8.5)
        if (faulty || (trailers && (!ends || stream.declared.isTunnel()))) {
            ErrorCode wrong = drop();
            connection.fault(stream, ErrorCode.PROTOCOL_ERROR);
            return wrong;
        }
        Head head = connection.room().lent;
        head.clear();
        Kind kind = !trailers ? Kind.RESPONSE : connection.isServer() ? Kind.REQUEST_TRAILERS : Kind.RESPONSE_TRAILERS;
        ErrorCode wrong = decode(kind, head);
        Failure refusal = refusal();
        if (wrong == null) {
            if (refusal != null) {
                connection.fault(stream, ErrorCode.PROTOCOL_ERROR);
            } else if (trailers) {
                trailers(stream, head);
            } else {
                response(stream, head);
            }
        }
        head.clear();
        return wrong;
    }

    private void trailers(H2Stream stream, Head head) {
        if (!stream.endInput(head.fields() == 0 ? null : head)) {
            connection.fault(stream, ErrorCode.PROTOCOL_ERROR);
        }
    }

    private void response(H2Stream stream, Head head) {
        StreamEvents events = stream.events();
        if (events == null) {
            return;
        }
        if (head.status() < 200) {
            if (ends) {
                connection.fault(stream, ErrorCode.PROTOCOL_ERROR);
            } else {
                events.interimHead(head);
            }
            return;
        }
        if (!stream.declared.head(head, ends)) {
            connection.fault(stream, ErrorCode.PROTOCOL_ERROR);
            return;
        }
        if (ends) {
            stream.endInput();
        }
        events.head(head, ends);
        stream.closeIfEnded();
    }

    void release() {
        if (begun != null) {
            begun.release();
            begun = null;
        }
    }
}
