package io.sluice.tls;

import io.netty.buffer.ByteBuf;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The first message of a client (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2), as far as it decides which certificate
 * it gets. It is read before anything is made for the client, so that one that says nothing, or nothing of TLS, costs nothing.
 *
 * @param serverName in lower case (RFC 6066 section 3); null: none was told
 */
public record ClientHello(@Nullable String serverName) {
    /** Bytes of the longest one that is taken; those with keys for post-quantum groups have 2 KiB. */
    public static final int LONGEST = 16 << 10;

    /** Records that it may lie in: nobody needs as many, and each takes time. */
    private static final int MOST_RECORDS = 8;

    private static final int RECORD_HEADER = 5;
    private static final int HANDSHAKE_RECORD = 22;
    private static final int MAJOR_VERSION = 3;
    private static final int MESSAGE_HEADER = 4;
    private static final int CLIENT_HELLO = 1;
    private static final int VERSION_AND_RANDOM = 2 + 32;
    private static final int SERVER_NAME = 0;
    private static final int HOST_NAME = 0;
    private static final int LONGEST_NAME = 255;

    /**
     * Reads one, which may lie in several records, and leaves the bytes where they are.
     *
     * @return null: more bytes have to come
     * @throws NotTlsException if they can't be the beginning of one
     */
    public static @Nullable ClientHello read(ByteBuf bytes) throws NotTlsException {
        byte[] message = {};
        int at = bytes.readerIndex();
        for (int record = 0; record < MOST_RECORDS; record++) {
            int left = bytes.writerIndex() - at;
            if ((left > 0 && bytes.getByte(at) != HANDSHAKE_RECORD)
                    || (left > 1 && bytes.getByte(at + 1) != MAJOR_VERSION)) {
                throw new NotTlsException();
            }
            if (left < RECORD_HEADER) {
                return null;
            }
            int length = bytes.getUnsignedShort(at + RECORD_HEADER - 2);
            int there = Math.min(length, left - RECORD_HEADER);
            int filled = message.length;
            message = Arrays.copyOf(message, filled + there);
            bytes.getBytes(at + RECORD_HEADER, message, filled, there);
            if (length == 0 || (message.length > 0 && message[0] != CLIENT_HELLO)) {
                throw new NotTlsException();
            }
            int whole = message.length < MESSAGE_HEADER ? LONGEST : length(message);
            if (whole > LONGEST) {
                throw new NotTlsException();
            }
            if (message.length >= whole) {
                return new ClientHello(serverName(ByteBuffer.wrap(message, 0, whole)));
            }
            if (there < length) {
                return null;
            }
            at += RECORD_HEADER + length;
        }
        throw new NotTlsException();
    }

    private static int length(byte[] message) {
        return MESSAGE_HEADER + (((message[1] & 0xFF) << 16) | ((message[2] & 0xFF) << 8) | (message[3] & 0xFF));
    }

    /** What is malformed here will be found, and refused, by who speaks TLS. */
    private static @Nullable String serverName(ByteBuffer hello) {
        try {
            skip(hello, MESSAGE_HEADER + VERSION_AND_RANDOM);
            skip(hello, hello.get() & 0xFF); // session
            skip(hello, hello.getShort() & 0xFFFF); // cipher suites
            skip(hello, hello.get() & 0xFF); // compression
            if (!hello.hasRemaining()) {
                return null;
            }
            hello.getShort();
            while (hello.hasRemaining()) {
                int type = hello.getShort() & 0xFFFF;
                int length = hello.getShort() & 0xFFFF;
                if (type == SERVER_NAME) {
                    return hostName(hello);
                }
                skip(hello, length);
            }
            return null;
        } catch (BufferUnderflowException e) {
            return null;
        }
    }

    private static @Nullable String hostName(ByteBuffer names) {
        names.getShort();
        int type = names.get();
        int length = names.getShort() & 0xFFFF;
        if (type != HOST_NAME || length > LONGEST_NAME) {
            return null;
        }
        byte[] name = new byte[length];
        names.get(name);
        return new String(name, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    private static void skip(ByteBuffer bytes, int count) {
        if (count > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        bytes.position(bytes.position() + count);
    }
}
