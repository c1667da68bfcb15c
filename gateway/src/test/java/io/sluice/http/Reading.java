package io.sluice.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.http.HeadParser.Progress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One message, head and body, read from the beginning of some bytes. */
final class Reading {
    /** Small, so that made-up messages reach them. */
    private static final int MAX_BYTES = 700;

    private static final int MAX_FIELDS = 12;

    /** What a writer adds to a head of these limits. */
    private static final int ADDED = 200;

    final Head head = new Head();
    final Bodies body = new Bodies();
    private final boolean request;
    private final HeadParser parser;
    private final BodyReader reader;
    private boolean headComplete;
    private @Nullable Failure failure;
    private int taken;

    private Reading(boolean request, int added) {
        this.request = request;
        this.parser = request
                ? HeadParser.requests(MAX_BYTES + added, MAX_FIELDS + added)
                : HeadParser.responses(MAX_BYTES + added, MAX_FIELDS + added);
        this.reader = new BodyReader(request);
    }

    /** Reads bytes that arrive at once. */
    static Reading of(boolean request, byte[] bytes) {
        Reading reading = new Reading(request, 0);
        reading.take(bytes, 0, bytes.length);
        return reading;
    }

    /** Reads what {@link #written} wrote. */
    static Reading ofWritten(boolean request, byte[] bytes) {
        Reading reading = new Reading(request, ADDED);
        reading.take(bytes, 0, bytes.length);
        return reading;
    }

    /** Reads bytes that arrive in pieces of that many. */
    static Reading cut(boolean request, byte[] bytes, int piece) {
        Reading reading = new Reading(request, 0);
        for (int at = 0; at < bytes.length && !reading.isOver(); at += piece) {
            reading.take(bytes, at, Math.min(piece, bytes.length - at));
        }
        return reading;
    }

    private void take(byte[] bytes, int from, int length) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes, from, length);
        if (!headComplete) {
            Progress progress = parser.parse(in, head);
            if (progress == Progress.REFUSED) {
                failure = parser.refusal(head);
            } else if (progress == Progress.COMPLETE) {
                headComplete = true;
                reader.start(head.body());
            }
        }
        if (headComplete && !reader.done()) {
            failure = reader.read(in, body);
        }
        taken += length - in.readableBytes();
        if (failure == null && !isOver() && in.isReadable()) {
            throw new AssertionError("neither done nor all taken: " + in.readableBytes());
        }
    }

    boolean isOver() {
        return failure != null || isComplete();
    }

    boolean isRefused() {
        return failure != null;
    }

    boolean isHeadComplete() {
        return headComplete;
    }

    /** The message ended, and not by being refused. */
    boolean isComplete() {
        return headComplete && failure == null && reader.done();
    }

    /** Bytes that were taken. */
    int taken() {
        return taken;
    }

    /** All that was found, to compare. */
    String shown() {
        StringBuilder shown = new StringBuilder();
        if (failure != null) {
            shown.append("refused: ").append(failure.cause()).append('\n');
        } else {
            shown.append(isComplete() ? "complete" : "incomplete")
                    .append(" at ")
                    .append(taken)
                    .append('\n');
        }
        if (headComplete) {
            shown.append(Shown.of(head)).append('\n');
            shown.append(body.body).append('\n').append(body.trailers);
        }
        return shown.toString();
    }

    /** What is written of a complete message when it is passed on unedited. */
    byte[] written() {
        ByteBuf out = Unpooled.buffer();
        if (request) {
            H1Writer.request(head, head.body(), head.upgrades(), out);
        } else {
            H1Writer.response(head, head.body(), false, 1, head.keepsAlive(), false, out);
        }
        byte[] content = body.body.toString().getBytes(StandardCharsets.ISO_8859_1);
        if (head.body() == Head.CHUNKED) {
            if (content.length > 0) {
                H1Writer.chunkStart(content.length, out);
                out.writeBytes(content);
                H1Writer.chunkEnd(out);
            }
            H1Writer.lastChunk(null, out);
        } else {
            out.writeBytes(content);
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }
}
