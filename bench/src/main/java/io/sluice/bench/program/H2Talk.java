package io.sluice.bench.program;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 (RFC 9113): each request is a stream of its own, one at a time. Of an answer's head it reads the status alone, which comes
 * first, and keeps no table.
 */
final class H2Talk implements Talk {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int HEADER = 9;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int PADDED = 8;
    private static final int HEADER_TABLE_SIZE = 1;
    /** As much as this client makes use of. */
    private static final int TABLE = 4096;

    private static final int SETTING = 6;
    /** Of a frame that is no DATA. */
    private static final int MOST_PAYLOAD = 16 * 1024;

    /** Of {@code :status} in the static table (RFC 7541 appendix A), from 8 on. */
    private static final int[] STATUS = {200, 204, 206, 304, 400, 404, 500};

    private static final int FIRST_STATUS = 8;

    private final H2Request request;
    private final @Nullable ByteArrayOutputStream body;
    private int stream = -1;
    private boolean asked;
    private boolean headed;
    private int status;
    private ByteBuffer reply = NOTHING;

    // the frame that has begun
    private ByteBuffer header = ByteBuffer.allocate(HEADER);
    private ByteBuffer payload = NOTHING;
    private int dataLeft;

    H2Talk(H2Request request) {
        this(request, null);
    }

    /** @param body gets the bodies of answers; null: nobody needs them */
    H2Talk(H2Request request, @Nullable ByteArrayOutputStream body) {
        this.request = request;
        this.body = body;
    }

    @Override
    public ByteBuffer ask() {
        stream += 2;
        asked = true;
        headed = false;
        return request.bytes(stream);
    }

    @Override
    public boolean read(ByteBuffer in) throws IOException {
        boolean before = asked;
        while (in.hasRemaining()) {
            if (header.hasRemaining()) {
                move(in, header);
                if (header.hasRemaining()) {
                    break;
                }
                begin();
            } else if (type() == DATA) {
                data(in);
            } else {
                move(in, payload);
            }
            if (!header.hasRemaining() && dataLeft == 0 && !payload.hasRemaining()) {
                end();
            }
        }
        return before && !asked;
    }

    @Override
    public boolean allows(ByteBuffer in) throws IOException {
        read(in);
        return true;
    }

    private static void move(ByteBuffer from, ByteBuffer to) {
        int length = Math.min(from.remaining(), to.remaining());
        to.put(from.slice(from.position(), length));
        from.position(from.position() + length);
    }

    private int length() {
        return header.getInt(0) >>> 8;
    }

    private int type() {
        return header.get(3);
    }

    private boolean has(int flag) {
        return (header.get(4) & flag) != 0;
    }

    private int id() {
        return header.getInt(5) & Integer.MAX_VALUE;
    }

    private void begin() throws IOException {
        boolean ofAnswer = type() == DATA || type() == HEADERS || type() == CONTINUATION || type() == RST_STREAM;
        if (ofAnswer && (!asked || id() != stream || has(PADDED))) {
            throw new IOException("a frame of type " + type() + " on stream " + id()
                    + (asked ? " (expected: stream " + stream + ", no padding)" : ", of which nobody asked"));
        }
        if (type() == DATA) {
            dataLeft = length();
        } else if (length() > MOST_PAYLOAD) {
            throw new IOException("a frame of " + length() + " bytes (expected: at most " + MOST_PAYLOAD + ")");
        } else {
            payload = length() == 0 ? NOTHING : ByteBuffer.allocate(length());
        }
    }

    private void data(ByteBuffer in) {
        int length = Math.min(in.remaining(), dataLeft);
        if (body != null) {
            byte[] piece = new byte[length];
            in.get(in.position(), piece);
            body.writeBytes(piece);
        }
        in.position(in.position() + length);
        dataLeft -= length;
    }

    /** The frame is complete. */
    private void end() throws IOException {
        payload.flip();
        switch (type()) {
            case HEADERS -> {
                if (!headed) {
                    headed = true;
                    status = status(payload);
                }
            }
            case RST_STREAM -> throw new IOException("reset with code " + payload.getInt());
            case SETTINGS -> settings();
            case PING -> {
                if (!has(ACK)) {
                    say(ByteBuffer.allocate(HEADER + payload.remaining())
                            .put(H2Request.frame(PING, ACK, payload.remaining()))
                            .put(payload)
                            .flip());
                }
            }
            case GOAWAY -> throw new IOException("GOAWAY with code " + payload.getInt(Integer.BYTES));
            case DATA, CONTINUATION, WINDOW_UPDATE -> {}
            default -> throw new IOException("a frame of type " + type());
        }
        if ((type() == DATA || type() == HEADERS) && has(END_STREAM)) {
            asked = false;
        }
        header.clear();
        payload = NOTHING;
    }

    private void settings() throws IOException {
        if (has(ACK)) {
            return;
        }
        while (payload.remaining() >= SETTING) {
            int setting = payload.getShort();
            int value = payload.getInt();
            if (setting == HEADER_TABLE_SIZE && value >= 0 && value < TABLE) {
                throw new IOException("a table of " + value + " octets (expected: at least " + TABLE + ")");
            }
        }
        say(ByteBuffer.wrap(H2Request.frame(SETTINGS, ACK, 0)));
    }

    private void say(ByteBuffer more) {
        ByteBuffer both = ByteBuffer.allocate(reply.remaining() + more.remaining());
        reply = both.put(reply).put(more).flip();
    }

    @Override
    public ByteBuffer reply() {
        ByteBuffer due = reply;
        reply = NOTHING;
        return due;
    }

    /** What the first field of a head says, behind updates of the table's size (RFC 7541 section 6); 0 if that is no status. */
    private static int status(ByteBuffer block) {
        while (block.hasRemaining()) {
            int first = block.get() & 0xff;
            if ((first & 0xe0) != 0x20) {
                return status(first, block);
            }
            boolean more = (first & 0x1f) == 0x1f;
            while (more && block.hasRemaining()) {
                more = block.get() < 0;
            }
        }
        return 0;
    }

    private static int status(int first, ByteBuffer block) {
        int place = (first & 0x7f) - FIRST_STATUS;
        if (first >= 0x80) {
            return place >= 0 && place < STATUS.length ? STATUS[place] : 0;
        }
        // a literal of that name: three digits, without Huffman's code
        int name = (first & 0x40) != 0 ? first & 0x3f : first & 0xf;
        if (name < FIRST_STATUS || name >= FIRST_STATUS + STATUS.length || block.remaining() < 4 || block.get() != 3) {
            return 0;
        }
        byte[] digits = new byte[3];
        block.get(digits);
        int status = 0;
        for (byte digit : digits) {
            status = status * 10 + digit - '0';
        }
        return status;
    }

    @Override
    public boolean isGood() {
        return status == 200;
    }

    @Override
    public String startLine() {
        return "HTTP/2 " + (status == 0 ? "with an unusual status" : status);
    }
}
