package io.sluice.bench.program;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The request that all connections of a process send: one copy for all of them. */
final class Request {
    /** Most servers limit the length of a field more than that of all fields. */
    private static final int FIELD = 2000;

    private final byte[] bytes;

    private Request(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * @param headBytes least length of the head; padded by further fields
     * @param bodyBytes 0 sends GET, otherwise POST
     */
    static Request of(String host, String path, int headBytes, int bodyBytes) {
        StringBuilder head = new StringBuilder(bodyBytes > 0 ? "POST " : "GET ");
        head.append(path).append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n");
        if (bodyBytes > 0) {
            head.append("Content-Length: ").append(bodyBytes).append("\r\n");
        }
        for (int i = 0; head.length() < headBytes - 2; i++) {
            String name = "X-Pad-" + i + ": ";
            int value = Math.clamp(headBytes - 2L - head.length() - name.length() - 2, 1, FIELD);
            head.append(name).repeat('x', value).append("\r\n");
        }
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        byte[] whole = Arrays.copyOf(start, start.length + bodyBytes);
        Arrays.fill(whole, start.length, whole.length, (byte) 'x');
        return new Request(whole);
    }

    /** All its bytes, to be sent once. */
    ByteBuffer bytes() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }
}
