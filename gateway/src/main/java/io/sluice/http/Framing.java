package io.sluice.http;

import org.jspecify.annotations.Nullable;

/**
 * What the fields say about the body and the connection, settled once a head is complete (RFC 9112 sections 6 and 9.3).
 *
 * <p>One Content-Length of digits only (at most 18), or one Transfer-Encoding that is just {@code chunked} and only in
 * HTTP/1.1, or neither. Everything else is refused: also equal repeated lengths, and {@code identity}. A request whose
 * codings end in chunked but name others before it is well-formed and not supported (501).
 */
final class Framing {
    private static final long CODED = Name.TRANSFER_ENCODING.bit();
    private static final long SIZED = Name.CONTENT_LENGTH.bit();
    private static final int MAX_LENGTH_DIGITS = 18;
    private static final String CHUNKED = "chunked";
    private static final String CONTINUE = "100-continue";

    private Framing() {}

    static @Nullable Failure request(Head head) {
        FieldIndex index = head.index;
        Failure refusal = null;
        if (index.any(CODED | SIZED)) {
            refusal = body(head);
        }
        if (refusal == null) {
            refusal = Target.settleHost(head);
        }
        if (refusal == null) {
            refusal = Connection.settle(head);
        }
        if (refusal == null && index.any(Name.EXPECT.bit())) {
            refusal = expectation(head);
        }
        return refusal;
    }

    static @Nullable Failure response(Head head) {
        FieldIndex index = head.index;
        Failure refusal = null;
        if (index.any(CODED | SIZED)) {
            refusal = body(head);
        } else {
            head.body = Head.UNTIL_CLOSE;
        }
        if (isBodiless(head.status)) {
            head.body = 0;
        }
        if (refusal == null) {
            refusal = Connection.settle(head);
        }
        return refusal;
    }

    /** No body whatever the fields say (RFC 9112 section 6.3). */
    static boolean isBodiless(int status) {
        return status < 200 || status == 204 || status == 304;
    }

    /**
     * As {@link #request} where the frames tell the end of the body (RFC 9113 section 8.1.1), and no Transfer-Encoding can be there.
     *
     * @param ended nothing follows the head
     */
    static @Nullable Failure framedRequest(Head head, boolean ended) {
        Failure refusal = head.isConnect() ? connect(head) : framedBody(head, ended);
        if (refusal == null && ended && head.body != 0) {
            return Failure.REQUEST_MALFORMED;
        }
        if (refusal == null) {
            refusal = Target.settleHost(head);
        }
        if (refusal == null && head.index.any(Name.EXPECT.bit())) {
            refusal = expectation(head);
        }
        return refusal;
    }

    /** What follows is not content but belongs to the tunnel, and has no length (RFC 9110 section 9.3.6). */
    private static @Nullable Failure connect(Head head) {
        head.keepsAlive = true;
        head.body = 0;
        return head.index.any(SIZED) ? Failure.REQUEST_MALFORMED : null;
    }

    /** As {@link #response}, of one whose end the frames tell. */
    static @Nullable Failure framedResponse(Head head, boolean ended) {
        Failure refusal = framedBody(head, ended);
        if (isBodiless(head.status)) {
            head.body = 0;
        }
        return refusal;
    }

    private static @Nullable Failure framedBody(Head head, boolean ended) {
        head.keepsAlive = true;
        if (head.index.any(SIZED)) {
            return body(head);
        }
        head.body = ended ? 0 : Head.CHUNKED;
        return null;
    }

    private static @Nullable Failure body(Head head) {
        FieldIndex index = head.index;
        if (!index.any(SIZED)) {
            return coding(head);
        }
        if (index.any(CODED)) {
            return Failure.REQUEST_AMBIGUOUS;
        }
        int field = index.find(Name.CONTENT_LENGTH, 0);
        head.body = length(head.block(), index.valueStart(field), index.valueEnd(field));
        return head.body < 0 || index.repeated(SIZED) ? Failure.REQUEST_LENGTH : null;
    }

    /** -1 if it is no length. */
    private static long length(byte[] block, int from, int to) {
        if (from == to || to - from > MAX_LENGTH_DIGITS) {
            return -1;
        }
        long length = 0;
        for (int at = from; at < to; at++) {
            if (!Octets.isDigit(block[at])) {
                return -1;
            }
            length = length * 10 + block[at] - '0';
        }
        return length;
    }

    private static @Nullable Failure coding(Head head) {
        FieldIndex index = head.index;
        int field = index.find(Name.TRANSFER_ENCODING, 0);
        if (index.repeated(CODED) || head.minor == 0) {
            return Failure.REQUEST_ENCODING;
        }
        byte[] block = head.block();
        int from = index.valueStart(field);
        int to = index.valueEnd(field);
        if (!Octets.equalsIgnoreCase(block, from, to, CHUNKED)) {
            return endsChunked(block, from, to) ? Failure.REQUEST_ENCODING_UNSUPPORTED : Failure.REQUEST_ENCODING;
        }
        head.body = Head.CHUNKED;
        return null;
    }

    /** A list of tokens of which the last, and only the last, is chunked. */
    private static boolean endsChunked(byte[] block, int from, int to) {
        int start = from;
        while (true) {
            int end = Lists.end(block, start, to);
            int first = Lists.first(block, start, end);
            int last = Lists.last(block, first, end);
            boolean chunked = Octets.equalsIgnoreCase(block, first, last, CHUNKED);
            if (first == last || !Lists.isToken(block, first, last) || chunked != (end == to)) {
                return false;
            }
            if (end == to) {
                return true;
            }
            start = end + 1;
        }
    }

    private static @Nullable Failure expectation(Head head) {
        FieldIndex index = head.index;
        for (int field = index.find(Name.EXPECT, 0); field >= 0; field = index.find(Name.EXPECT, field + 1)) {
            if (!Octets.equalsIgnoreCase(head.block(), index.valueStart(field), index.valueEnd(field), CONTINUE)) {
                return Failure.REQUEST_EXPECTATION;
            }
        }
        if (head.minor == 0) {
            // such a client cannot take a 100: the expectation is ignored and must not go on (RFC 9110 section 10.1.1)
            index.drop(Name.EXPECT);
        } else {
            head.expectsContinue = head.body != 0;
        }
        return null;
    }
}
