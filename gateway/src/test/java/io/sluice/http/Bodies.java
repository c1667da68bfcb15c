package io.sluice.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Gathers what a {@link BodyReader} finds. */
final class Bodies implements BodyReader.Sink {
    final StringBuilder body = new StringBuilder();
    final StringBuilder trailers = new StringBuilder();
    int ends;
    int pieces;

    @Nullable
    Failure failure;

    @Nullable
    BodyReader stopAfterPiece;

    @Override
    public void bodyPiece(ByteBuf in, int from, int length) {
        pieces++;
        body.append(in.toString(from, length, StandardCharsets.ISO_8859_1));
        if (stopAfterPiece != null) {
            stopAfterPiece.stop();
        }
    }

    @Override
    public void bodyEnd(@Nullable Head fields) {
        ends++;
        if (fields != null) {
            trailers.append(Shown.fields(fields));
        }
    }

    /** Reads one body from the beginning of a text; what stands behind it is left in the buffer. */
    static Bodies read(long kind, ByteBuf in) {
        Bodies read = new Bodies();
        BodyReader reader = new BodyReader(true);
        reader.start(kind);
        read.failure = reader.read(in, read);
        return read;
    }

    static Bodies chunked(String text) {
        return read(Head.CHUNKED, Messages.bytes(text));
    }

    /** As {@link #chunked}, handing over one byte at a time. */
    static Bodies chunkedByteByByte(String text) {
        Bodies read = new Bodies();
        BodyReader reader = new BodyReader(true);
        reader.start(Head.CHUNKED);
        for (int i = 0; i < text.length() && !reader.done() && read.failure == null; i++) {
            read.failure = reader.read(Messages.bytes(text.substring(i, i + 1)), read);
        }
        return read;
    }
}
