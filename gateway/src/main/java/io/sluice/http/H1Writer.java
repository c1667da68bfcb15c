package io.sluice.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Writes heads, chunks and trailers in the form of RFC 9112. Kept fields that are neighbours are copied in one piece. */
public final class H1Writer {
    /** Method, path and query, HTTP/1.1, all fields that are not dropped, and the framing field that {@code body} needs. */
    public static void request(Head head, long body, boolean upgrade, ByteBuf out) { throw new UnsupportedOperationException(); }
    /** HTTP/1.1 status line, fields, framing for {@code body} (Content-Length kept as received for HEAD and 304), Connection: close|keep-alive where the client needs it. */
    public static void response(Head head, long body, boolean bodiless, int clientMinor, boolean keepAlive, boolean upgrade, ByteBuf out) { throw new UnsupportedOperationException(); }
    public static void interim(Head head, ByteBuf out) { throw new UnsupportedOperationException(); }
    public static void chunkStart(int length, ByteBuf out) { throw new UnsupportedOperationException(); }
    public static void chunkEnd(ByteBuf out) { throw new UnsupportedOperationException(); }
    public static void lastChunk(@Nullable Head trailers, ByteBuf out) { throw new UnsupportedOperationException(); }

    private H1Writer() {}
}
