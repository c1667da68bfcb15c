package io.sluice.http;

import io.netty.buffer.ByteBuf;
import io.sluice.http.Scan.State;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads heads by the strict grammar of RFC 9112, in linear time however the bytes are cut. Stateless between calls but
 * for what it keeps in the {@link Head}: one parser serves all connections with the same limits, on any thread.
 *
 * <p>What is read and what is refused does not depend on how the bytes are cut, either: a refusal is made at the first
 * wrong byte, or at the end of its line or of the head. The rules stand with {@link StartLine}, {@link Target},
 * {@link FieldLines}, {@link Framing} and {@link Connection}.
 */
public final class HeadParser {
    /** Where a head stands. */
    public enum Progress {
        /** All bytes were taken; more are needed. */
        MORE,
        /** The head is complete; the buffer's reader index stands behind it. */
        COMPLETE,
        /** See {@link #refusal}. */
        REFUSED
    }

    private enum Kind {
        REQUEST,
        RESPONSE,
        REQUEST_TRAILERS,
        RESPONSE_TRAILERS
    }

    private final Kind kind;
    private final int maxBytes;
    private final int maxFields;

    private HeadParser(Kind kind, int maxBytes, int maxFields) {
        this.kind = kind;
        this.maxBytes = maxBytes;
        this.maxFields = maxFields;
    }

    /**
     * A parser of requests.
     *
     * @param maxBytes of the whole head, with the empty line at its end
     * @param maxFields number of header fields
     */
    public static HeadParser requests(int maxBytes, int maxFields) {
        return new HeadParser(Kind.REQUEST, maxBytes, maxFields);
    }

    /** A parser of responses; limits as for {@link #requests}. */
    public static HeadParser responses(int maxBytes, int maxFields) {
        return new HeadParser(Kind.RESPONSE, maxBytes, maxFields);
    }

    /** A parser of what stands behind the last chunk, the empty line included; limits as for {@link #requests}. */
    static HeadParser trailers(boolean request, int maxBytes, int maxFields) {
        return new HeadParser(request ? Kind.REQUEST_TRAILERS : Kind.RESPONSE_TRAILERS, maxBytes, maxFields);
    }

    /** Takes bytes from {@code in} into {@code head}, which was cleared before the first byte. A leading empty line before a request is skipped (RFC 9112 section 2.2). */
    public Progress parse(ByteBuf in, Head head) {
        Scan scan = head.scan;
        if (scan.refusal != null) {
            return Progress.REFUSED;
        }
        while (true) {
            take(in, head);
            Failure refusal = read(head);
            if (refusal == null && scan.state == State.DONE) {
                giveBack(in, head);
                refusal = settle(head);
                if (refusal == null) {
                    return Progress.COMPLETE;
                }
            }
            if (refusal == null && head.length >= maxBytes) {
                refusal = tooLong(scan.state);
            }
            if (refusal != null) {
                scan.refusal = named(refusal);
                return Progress.REFUSED;
            }
            if (!in.isReadable()) {
                return Progress.MORE;
            }
        }
    }

    /** Why the last parse of this head was refused. */
    public Failure refusal(Head head) {
        return Objects.requireNonNull(head.scan.refusal);
    }

    /** Copies what fits into the block as it is; it grows only when that is not enough. */
    private void take(ByteBuf in, Head head) {
        if (head.room() == 0) {
            head.room(1);
        }
        int bytes = Math.min(in.readableBytes(), Math.min(head.room(), maxBytes - head.length));
        in.readBytes(head.block(), head.length, bytes);
        head.length += bytes;
    }

    private static void giveBack(ByteBuf in, Head head) {
        int surplus = head.length - head.scan.at;
        in.readerIndex(in.readerIndex() - surplus);
        head.length -= surplus;
    }

    private @Nullable Failure read(Head head) {
        Scan scan = head.scan;
        if (scan.state.compareTo(State.LINE) < 0) {
            Failure refusal = startLine(head);
            if (refusal != null || scan.state != State.LINE) {
                return refusal;
            }
        }
        return FieldLines.read(head, maxFields);
    }

    private @Nullable Failure startLine(Head head) {
        return switch (kind) {
            case REQUEST -> StartLine.request(head);
            case RESPONSE -> StartLine.response(head);
            case REQUEST_TRAILERS, RESPONSE_TRAILERS -> {
                head.scan.state = State.LINE;
                yield null;
            }
        };
    }

    private @Nullable Failure settle(Head head) {
        return switch (kind) {
            case REQUEST -> Framing.request(head);
            case RESPONSE -> Framing.response(head);
            case REQUEST_TRAILERS, RESPONSE_TRAILERS -> null;
        };
    }

    private static Failure tooLong(State state) {
        return state == State.TARGET || state == State.QUERY || state == State.VERSION
                ? Failure.REQUEST_TARGET_LONG
                : Failure.REQUEST_HEAD_LARGE;
    }

    private Failure named(Failure refusal) {
        return switch (kind) {
            case REQUEST -> refusal;
            case RESPONSE -> ofResponse(refusal);
            case REQUEST_TRAILERS -> Failure.REQUEST_TRAILERS;
            case RESPONSE_TRAILERS -> Failure.RESPONSE_TRAILERS;
        };
    }

    /** What a refusal is called where the message is a response. */
    static Failure ofResponse(Failure refusal) {
        if (refusal == Failure.REQUEST_HEAD_LARGE || refusal == Failure.REQUEST_FIELDS_MANY) {
            return Failure.RESPONSE_HEAD_LARGE;
        }
        if (refusal == Failure.REQUEST_LENGTH || refusal == Failure.REQUEST_AMBIGUOUS) {
            return Failure.RESPONSE_AMBIGUOUS;
        }
        if (refusal == Failure.REQUEST_ENCODING || refusal == Failure.REQUEST_ENCODING_UNSUPPORTED) {
            return Failure.RESPONSE_ENCODING;
        }
        return Failure.RESPONSE_HEAD;
    }
}
