package io.sluice.h2;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What the frames other than DATA ask of a connection (RFC 9113 sections 6.3 to 6.9): each returns the connection error that it is, or null. */
final class Control {
    /** A window that is opened by less, while bytes wait for it, is opened in vain. */
    private static final int SMALL_INCREMENT = 256;

    private Control() {}

    static @Nullable ErrorCode frame(
            H2Connection of, FieldBlocks blocks, int type, int flags, int id, ByteBuf in, int at, int length) {
        return switch (type) {
            case Frame.HEADERS -> blocks.headers(flags, id, in, at, length);
            case Frame.CONTINUATION -> blocks.continuation(flags, id, in, at, length);
            case Frame.PRIORITY -> priority(of, id, in, at, length);
            case Frame.RST_STREAM -> resetStream(of, id, in, at, length);
            case Frame.SETTINGS -> settings(of, flags, id, in, at, length);
            case Frame.PUSH_PROMISE -> ErrorCode.PROTOCOL_ERROR;
            case Frame.PING -> ping(of, flags, id, in, at, length);
            case Frame.GOAWAY -> goAway(of, id, in, at, length);
            case Frame.WINDOW_UPDATE -> windowUpdate(of, id, in, at, length);
            default -> {
                of.noise(Noise.IGNORED);
                yield null;
            }
        };
    }

    private static @Nullable ErrorCode priority(H2Connection of, int id, ByteBuf in, int at, int length) {
        if (id == 0) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        if (length != Frame.PRIORITY_PAYLOAD) {
            return faultOrFail(of, id, ErrorCode.FRAME_SIZE_ERROR);
        }
        if ((in.getInt(at) & Frame.UNRESERVED) == id) {
            return faultOrFail(of, id, ErrorCode.PROTOCOL_ERROR);
        }
        of.noise(Noise.IGNORED);
        return null;
    }

    /** An error of a stream, which need not be there: then only the other end is told. */
    private static @Nullable ErrorCode faultOrFail(H2Connection of, int id, ErrorCode code) {
        H2Stream stream = of.find(id);
        if (stream != null) {
            of.fault(stream, code);
            return null;
        }
        return code;
    }

    private static @Nullable ErrorCode resetStream(H2Connection of, int id, ByteBuf in, int at, int length) {
        if (length != Frame.CODE_PAYLOAD) {
            return ErrorCode.FRAME_SIZE_ERROR;
        }
        if (id == 0 || of.isIdle(id)) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        H2Stream stream = of.find(id);
        if (stream != null) {
            ErrorCode code = ErrorCode.of(in.getInt(at));
            boolean refused = !of.isServer() && code == ErrorCode.REFUSED_STREAM;
            of.noise(Noise.RESETS);
            if (!stream.isClosed()) {
                of.close(stream, refused ? StreamEvents.Ending.REFUSED : StreamEvents.Ending.RESET, code);
            }
        }
        return null;
    }

    private static @Nullable ErrorCode settings(H2Connection of, int flags, int id, ByteBuf in, int at, int length) {
        if (id != 0) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        if ((flags & Frame.ACK) != 0) {
            return length == 0 ? null : ErrorCode.FRAME_SIZE_ERROR;
        }
        if (length % Frame.SETTING != 0) {
            return ErrorCode.FRAME_SIZE_ERROR;
        }
        for (int setting = at; setting < at + length; setting += Frame.SETTING) {
            ErrorCode wrong = setting(of, in.getUnsignedShort(setting), in.getUnsignedInt(setting + 2));
            if (wrong != null) {
                return wrong;
            }
        }
        of.settled();
        return null;
    }

    private static @Nullable ErrorCode setting(H2Connection of, int setting, long value) {
        if (!Settings.isValid(setting, value, of.isServer())) {
            return setting == Frame.INITIAL_WINDOW_SIZE ? ErrorCode.FLOW_CONTROL_ERROR : ErrorCode.PROTOCOL_ERROR;
        }
        switch (setting) {
            case Frame.HEADER_TABLE_SIZE -> of.encoder().limit(value);
            case Frame.MAX_CONCURRENT_STREAMS -> of.theirStreams((int) Math.min(value, Integer.MAX_VALUE));
            case Frame.MAX_FRAME_SIZE -> of.sender().maxPayload((int) value);
            case Frame.INITIAL_WINDOW_SIZE -> {
                return of.initialWindow((int) value);
            }
            case Frame.ENABLE_CONNECT_PROTOCOL -> {
                return of.sender().connectable(value == 1);
            }
            default -> {}
        }
        return null;
    }

    private static @Nullable ErrorCode ping(H2Connection of, int flags, int id, ByteBuf in, int at, int length) {
        if (id != 0) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        if (length != Frame.PING_PAYLOAD) {
            return ErrorCode.FRAME_SIZE_ERROR;
        }
        if ((flags & Frame.ACK) != 0) {
            of.owner().pong();
        } else {
            Frame.ping(of.wire(), in.getLong(at), true);
            of.noise(Noise.PINGS);
        }
        return null;
    }

    private static @Nullable ErrorCode goAway(H2Connection of, int id, ByteBuf in, int at, int length) {
        if (id != 0) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        if (length < Frame.GOAWAY_PAYLOAD) {
            return ErrorCode.FRAME_SIZE_ERROR;
        }
        of.shut(in.getInt(at) & Frame.UNRESERVED);
        of.owner().goingAway(ErrorCode.of(in.getInt(at + Frame.CODE_PAYLOAD)));
        return null;
    }

    private static @Nullable ErrorCode windowUpdate(H2Connection of, int id, ByteBuf in, int at, int length) {
        if (length != Frame.CODE_PAYLOAD) {
            return ErrorCode.FRAME_SIZE_ERROR;
        }
        int increment = in.getInt(at) & Frame.UNRESERVED;
        if (increment < SMALL_INCREMENT && of.held() > 0) {
            of.noise(Noise.WINDOWS);
        }
        if (id == 0) {
            if (increment == 0) {
                return ErrorCode.PROTOCOL_ERROR;
            }
            return of.sender().open(increment) ? null : ErrorCode.FLOW_CONTROL_ERROR;
        }
        if (of.isIdle(id)) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        H2Stream stream = of.find(id);
        if (stream != null && increment == 0) {
            of.fault(stream, ErrorCode.PROTOCOL_ERROR);
        } else if (stream != null && !stream.open(increment, of.sender())) {
            of.fault(stream, ErrorCode.FLOW_CONTROL_ERROR);
        }
        return null;
    }
}
