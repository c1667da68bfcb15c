package io.sluice.bench.program;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The GET that all HTTP/2 connections of a process make: one copy for all of them. It is encoded as most clients do, so that the server
 * has to keep its fields (RFC 7541): with the first request on a connection they go into the table, with the later ones they are
 * only named. No Huffman code.
 */
public final class H2Request {
    private static final int HEADER = 9;
    private static final int STREAM_AT = 5;
    private static final int SETTINGS = 4;
    private static final int WINDOW_UPDATE = 8;
    private static final int HEADERS = 1;
    /** END_STREAM and END_HEADERS. */
    private static final int WHOLE = 5;

    private static final int INITIAL_WINDOW_SIZE = 4;
    /** Windows are never an obstacle. */
    private static final int WINDOW = Integer.MAX_VALUE;

    private static final int FIRST_WINDOW = 65_535;
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    // RFC 7541 appendix A: fields, names of fields, and the first place behind them
    private static final int METHOD_GET = 0x82;
    private static final int SCHEME_HTTP = 0x86;
    private static final int SCHEME_HTTPS = 0x87;
    private static final int PATH = 4;
    private static final int AUTHORITY = 1;
    private static final int USER_AGENT = 58;
    private static final int ACCEPT = 19;
    private static final int FIRST_OWN = 62;
    private static final int ADDED = 0x40;
    private static final int INDEXED = 0x80;
    private static final int LONGEST = 126;
    private static final int READ = 16 * 1024;

    private final byte[] greeting;
    private final byte[] first;
    private final byte[] later;

    private H2Request(byte[] greeting, byte[] first, byte[] later) {
        this.greeting = greeting;
        this.first = first;
        this.later = later;
    }

    /** @param secure over TLS */
    public static H2Request get(String host, String path, boolean secure) {
        String[] values = {path, host, "sluice-bench", "*/*"};
        int[] names = {PATH, AUTHORITY, USER_AGENT, ACCEPT};
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        ByteArrayOutputStream later = new ByteArrayOutputStream();
        for (ByteArrayOutputStream block : new ByteArrayOutputStream[] {first, later}) {
            block.write(METHOD_GET);
            block.write(secure ? SCHEME_HTTPS : SCHEME_HTTP);
        }
        for (int i = 0; i < names.length; i++) {
            byte[] value = values[i].getBytes(StandardCharsets.US_ASCII);
            if (value.length > LONGEST) {
                throw new IllegalArgumentException(values[i] + " (expected: at most " + LONGEST + " bytes)");
            }
            first.write(ADDED | names[i]);
            first.write(value.length);
            first.writeBytes(value);
            // the newest entry comes first
            later.write(INDEXED | (FIRST_OWN + names.length - 1 - i));
        }
        return new H2Request(greeting(), headers(first.toByteArray()), headers(later.toByteArray()));
    }

    private static byte[] greeting() {
        byte[] preface = PREFACE.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(preface.length + HEADER + Short.BYTES + Integer.BYTES + HEADER + Integer.BYTES)
                .put(preface)
                .put(frame(SETTINGS, 0, Short.BYTES + Integer.BYTES))
                .putShort((short) INITIAL_WINDOW_SIZE)
                .putInt(WINDOW)
                .put(frame(WINDOW_UPDATE, 0, Integer.BYTES))
                .putInt(WINDOW - FIRST_WINDOW)
                .array();
    }

    private static byte[] headers(byte[] block) {
        return ByteBuffer.allocate(HEADER + block.length)
                .put(frame(HEADERS, WHOLE, block.length))
                .put(block)
                .array();
    }

    /** The header of a frame of the connection (RFC 9113 section 4.1). */
    static byte[] frame(int type, int flags, int length) {
        return ByteBuffer.allocate(HEADER)
                .putInt((length << 8) | type)
                .put((byte) flags)
                .putInt(0)
                .array();
    }

    /** The bytes that make it on a stream; on the first one with what a connection begins with. */
    ByteBuffer bytes(int stream) {
        boolean begins = stream == 1;
        byte[] request = begins ? first : later;
        ByteBuffer bytes = ByteBuffer.allocate((begins ? greeting.length : 0) + request.length);
        bytes.put(begins ? greeting : new byte[0]);
        int at = bytes.position();
        return bytes.put(request).putInt(at + STREAM_AT, stream).flip();
    }

    /**
     * Makes it on a connection that is open, and reads the answer.
     *
     * @return {@code HTTP/2} and the status, an empty line, and the body
     */
    public String answerOn(Socket socket) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        H2Talk talk = new H2Talk(this, body);
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream();
        send(talk.ask(), out);
        byte[] piece = new byte[READ];
        boolean ended = false;
        while (!ended) {
            int length = in.read(piece);
            if (length < 0) {
                throw new IOException("closed before the answer had come");
            }
            ended = talk.read(ByteBuffer.wrap(piece, 0, length));
            send(talk.reply(), out);
        }
        return talk.startLine() + "\r\n\r\n" + body.toString(StandardCharsets.ISO_8859_1);
    }

    private static void send(ByteBuffer bytes, OutputStream out) throws IOException {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        out.write(copy);
        out.flush();
    }
}
