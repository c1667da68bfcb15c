package io.sluice.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Writes heads, chunks and trailers in the form of RFC 9112. Kept fields that are neighbours are copied in one piece.
 *
 * <p>Connection is the writer's alone: what is received or added under that name is never written. A received
 * Content-Length or Transfer-Encoding stays where it is when it is what the body needs; else it is left out and the
 * right one is written.
 */
public final class H1Writer {
    private static final long SIZED = Name.CONTENT_LENGTH.bit();
    private static final long CODED = Name.TRANSFER_ENCODING.bit();
    private static final long CONNECTED = Name.CONNECTION.bit();
    private static final long UPGRADED = Name.UPGRADE.bit();

    private static final byte[] VERSION_1_1 = Head.ascii("HTTP/1.1 ");
    private static final byte[] LINE_END_1_1 = Head.ascii(" HTTP/1.1\r\n");
    private static final byte[] CONTENT_LENGTH = Head.ascii("Content-Length: ");
    private static final byte[] CHUNKED = Head.ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] NO_HOST = Head.ascii("Host:\r\n");
    private static final byte[] CLOSE = Head.ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = Head.ascii("Connection: keep-alive\r\n");
    private static final byte[] UPGRADE = Head.ascii("Connection: upgrade\r\n");
    private static final byte[] TE = Head.ascii("Connection: TE\r\n");
    private static final byte[] UPGRADE_AND_TE = Head.ascii("Connection: upgrade, TE\r\n");
    private static final byte[] LAST_CHUNK = Head.ascii("0\r\n");
    private static final int CR_LF = ('\r' << 8) | '\n';
    private static final int STATUS_AT = 9;
    private static final int REASON_AT = 12;

    /** More than all that the writer itself adds to a head. */
    private static final int ADDED_BYTES = 128;

    private H1Writer() {}

    /**
     * Method, path and query, HTTP/1.1, all fields that are not dropped, and the framing field that {@code body} needs.
     * A request without Host (HTTP/1.0) goes on with an empty one: its sender should rather add the endpoint's name.
     *
     * @param upgrade Upgrade goes on, and Connection names it
     */
    public static void request(Head head, long body, boolean upgrade, ByteBuf out) {
        out.ensureWritable(head.length + ADDED_BYTES);
        FieldIndex index = head.index;
        long skipped = CONNECTED | misfits(head, body) | (upgrade ? 0 : UPGRADED);
        if (head.verbatim) {
            fields(head, skipped, head.lineStart, head.lineEnd, out);
        } else {
            requestLine(head, out);
            fields(head, skipped, 0, 0, out);
        }
        if (index.find(Name.HOST, 0) < 0) {
            out.writeBytes(NO_HOST);
        }
        if (body != 0 || head.body != 0) {
            framing(head, body, skipped, out);
        }
        boolean te = index.find(Name.TE, 0) >= 0;
        if (upgrade || te) {
            out.writeBytes(!te ? UPGRADE : upgrade ? UPGRADE_AND_TE : TE);
        }
        out.writeShort(CR_LF);
    }

    /**
     * HTTP/1.1 status line, fields, framing for {@code body} (Content-Length kept as received for HEAD and 304),
     * Connection: close|keep-alive where the client needs it. A 1xx or 204 goes without either framing field.
     *
     * @param bodiless answers HEAD, or has a status without body: none follows, whatever Content-Length says
     * @param clientMinor version of the client; CHUNKED is not for HTTP/1.0
     * @param upgrade a 101: Upgrade goes on, and Connection names it
     */
    public static void response(
            Head head, long body, boolean bodiless, int clientMinor, boolean keepAlive, boolean upgrade, ByteBuf out) {
        out.ensureWritable(head.length + ADDED_BYTES);
        boolean without = bodiless || Framing.isBodiless(head.status);
        boolean sizeless = head.status != 304 && Framing.isBodiless(head.status);
        long unframed = sizeless ? SIZED | CODED : without ? CODED : misfits(head, body);
        long skipped = CONNECTED | unframed | (upgrade ? 0 : UPGRADED);
        statusLineAndFields(head, skipped, out);
        if (!without) {
            framing(head, body, skipped, out);
        }
        if (upgrade) {
            out.writeBytes(UPGRADE);
        } else if (!keepAlive || (body == Head.UNTIL_CLOSE && !without)) {
            if (clientMinor == 1) {
                out.writeBytes(CLOSE);
            }
        } else if (clientMinor == 0) {
            out.writeBytes(KEEP_ALIVE);
        }
        out.writeShort(CR_LF);
    }

    /** A 1xx response other than 101, for a client of HTTP/1.1. */
    public static void interim(Head head, ByteBuf out) {
        out.ensureWritable(head.length + ADDED_BYTES);
        statusLineAndFields(head, CONNECTED | UPGRADED | SIZED | CODED, out);
        out.writeShort(CR_LF);
    }

    /** The line before a chunk of that many bytes; length > 0. */
    public static void chunkStart(int length, ByteBuf out) {
        int digits = Math.max(1, (35 - Integer.numberOfLeadingZeros(length)) >>> 2);
        for (int shift = (digits - 1) << 2; shift >= 0; shift -= 4) {
            int digit = (length >>> shift) & 0xf;
            out.writeByte(digit < 10 ? '0' + digit : 'a' - 10 + digit);
        }
        out.writeShort(CR_LF);
    }

    /** What stands behind a chunk. */
    public static void chunkEnd(ByteBuf out) {
        out.writeShort(CR_LF);
    }

    /** The end of a chunked body. */
    public static void lastChunk(@Nullable Head trailers, ByteBuf out) {
        out.writeBytes(LAST_CHUNK);
        if (trailers != null) {
            fields(trailers, CONNECTED | UPGRADED | SIZED | CODED, 0, 0, out);
        }
        out.writeShort(CR_LF);
    }

    private static void requestLine(Head head, ByteBuf out) {
        byte[] block = head.block();
        out.writeBytes(block, head.lineStart, head.methodEnd - head.lineStart);
        out.writeByte(' ');
        out.writeBytes(block, head.pathStart, head.pathEnd - head.pathStart);
        if (head.queryStart >= 0) {
            out.writeByte('?');
            out.writeBytes(block, head.queryStart, head.queryEnd - head.queryStart);
        }
        out.writeBytes(LINE_END_1_1);
    }

    private static void statusLineAndFields(Head head, long skipped, ByteBuf out) {
        if (head.verbatim) {
            fields(head, skipped, 0, head.lineEnd, out);
            return;
        }
        byte[] block = head.block();
        out.writeBytes(VERSION_1_1);
        out.writeBytes(block, STATUS_AT, REASON_AT - STATUS_AT);
        if (head.lineEnd - 2 == REASON_AT) {
            out.writeByte(' ');
        }
        out.writeBytes(block, REASON_AT, head.lineEnd - REASON_AT);
        fields(head, skipped, 0, 0, out);
    }

    /** Framing fields that do not say what {@code body} is. */
    private static long misfits(Head head, long body) {
        if (body != head.body) {
            return SIZED | CODED;
        }
        return body >= 0 ? CODED : body == Head.CHUNKED ? SIZED : SIZED | CODED;
    }

    /** The framing field for {@code body}, unless it was among the fields that were not skipped. */
    private static void framing(Head head, long body, long skipped, ByteBuf out) {
        if (body >= 0) {
            if ((skipped & SIZED) != 0 || head.index.find(Name.CONTENT_LENGTH, 0) < 0) {
                out.writeBytes(CONTENT_LENGTH);
                decimal(body, out);
                out.writeShort(CR_LF);
            }
        } else if (body == Head.CHUNKED) {
            if ((skipped & CODED) != 0 || head.index.find(Name.TRANSFER_ENCODING, 0) < 0) {
                out.writeBytes(CHUNKED);
            }
        }
    }

    /**
     * Writes [from, to) of the block, which stands before the fields, and all fields but the dropped and the skipped.
     */
    private static void fields(Head head, long skipped, int from, int to, ByteBuf out) {
        FieldIndex index = head.index;
        byte[] block = head.block();
        int runStart = from;
        int runEnd = to;
        for (int field = 0, count = index.count(); field < count; field++) {
            int name = index.nameIfKept(field);
            if (name < 0 || ((skipped >>> name) & 1) != 0) {
                continue;
            }
            int start = index.start(field);
            if (start != runEnd) {
                out.writeBytes(block, runStart, runEnd - runStart);
                runStart = start;
            }
            runEnd = index.end(field);
        }
        out.writeBytes(block, runStart, runEnd - runStart);
    }

    static void decimal(long number, ByteBuf out) {
        long unit = 1;
        while (number / unit >= 10) {
            unit *= 10;
        }
        for (; unit > 0; unit /= 10) {
            out.writeByte((int) ('0' + number / unit % 10));
        }
    }
}
