package io.sluice.testing;

import java.nio.ByteBuffer;

/** One frame of HTTP/2, as on the wire. Knows nothing of the gateway's own classes. */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record H2Frame(int type, int flags, int stream, byte[] payload) {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PUSH_PROMISE = 5;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    public static final int END_STREAM = 1;
    public static final int ACK = 1;
    public static final int END_HEADERS = 4;
    public static final int PADDED = 8;
    public static final int HAS_PRIORITY = 0x20;

    private static final int HEADER = 9;

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The error code of RST_STREAM or GOAWAY. */
    public int code() {
        return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
    }

    /** The last stream that a GOAWAY names, or the increment of a WINDOW_UPDATE. */
    public int number() {
        return ByteBuffer.wrap(payload).getInt(0) & 0x7fffffff;
    }

    /** As on the wire, with a length that may be wrong. */
    public byte[] bytes(int length) {
        return ByteBuffer.allocate(HEADER + payload.length)
                .put((byte) (length >>> 16))
                .putShort((short) length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    public byte[] bytes() {
        return bytes(payload.length);
    }

    /** Of ints, big-endian. */
    public static byte[] ints(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES);
        for (int value : values) {
            bytes.putInt(value);
        }
        return bytes.array();
    }

    /** A setting. */
    public static byte[] setting(int name, int value) {
        return ByteBuffer.allocate(6).putShort((short) name).putInt(value).array();
    }

    @Override
    public String toString() {
        return "type " + type + " flags " + Integer.toHexString(flags) + " stream " + stream + ", " + payload.length
                + " bytes";
    }
}
