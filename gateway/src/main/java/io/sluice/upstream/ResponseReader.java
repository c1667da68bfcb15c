package io.sluice.upstream;

import io.netty.buffer.ByteBuf;
import io.sluice.http.BodyReader;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.http.HeadParser;
import io.sluice.wire.Wire;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to read a response. Lent to a connection from the first byte of a response to its proper end, so that one
 * that is idle or waits for an answer has none; a reader whose response did not end properly is not used again.
 */
final class ResponseReader implements BodyReader.Sink {
    private static final HeadParser HEADS = HeadParser.responses(64 * 1024, 200);
    /** 1xx responses to one request. */
    private static final int MAX_INTERIM = 16;

    final Head head = new Head();
    private int interims;
    private final BodyReader body = new BodyReader(false);
    private @Nullable UpstreamConnection connection;
    private @Nullable ByteBuf bytes;

    /** Takes heads as long as one is awaited: who is told of one may end the attempt. */
    void readHead(ByteBuf in, UpstreamConnection reading) {
        while (reading.awaitsHead() && in.isReadable()) {
            switch (HEADS.parse(in, head)) {
                case MORE -> {}
                case REFUSED -> reading.fail(HEADS.refusal(head));
                case COMPLETE -> headComplete(in, reading);
            }
        }
    }

    private void headComplete(ByteBuf in, UpstreamConnection reading) {
        if (head.status() >= 200) {
            finalHead(in, reading);
        } else if (head.status() == 101) {
            reading.switchProtocols(this);
        } else if (++interims > MAX_INTERIM) {
            reading.fail(Failure.RESPONSE_HEAD);
        } else {
            reading.interim(head);
            head.clear();
        }
    }

    private void finalHead(ByteBuf in, UpstreamConnection reading) {
        long length = reading.finalHead(head);
        if (reading.awaitsBody()) {
            head.clear();
            body.start(length);
            if (body.done()) {
                reading.complete(in.isReadable(), null);
            }
        }
    }

    /** Takes what belongs to the body and tells the connection of its pieces and its end. */
    void readBody(ByteBuf in, UpstreamConnection reading) {
        connection = reading;
        bytes = in;
        Failure refusal = body.read(in, this);
        connection = null;
        bytes = null;
        if (refusal != null && reading.awaitsBody()) {
            reading.fail(refusal);
        }
    }

    /** What is still to come of a long body need not come through here; returns whether that is so. */
    boolean relay(Wire from, ResponseSink to) {
        long rest = body.rest();
        Wire wire = rest == 0 ? null : to.bodyWire();
        return wire != null && from.relay(wire, rest, to.bodyBound());
    }

    /** As {@link BodyReader#passed}. */
    boolean passed(int count) {
        return body.passed(count);
    }

    /** The endpoint closed: true if that is a proper end. */
    boolean closed() {
        return body.closed();
    }

    @Override
    public void bodyPiece(ByteBuf in, int from, int length) {
        if (connection != null && !connection.bodyPiece(in, from, length)) {
            body.stop();
        }
    }

    @Override
    public void bodyEnd(@Nullable Head trailers) {
        if (connection != null && bytes != null && connection.awaitsBody()) {
            connection.complete(bytes.isReadable(), trailers);
        }
    }

    /** The readers of one loop that nobody uses. */
    static final class Spare {
        /** About as many responses as are ever incomplete at the end of a read event under a normal load. */
        private static final int KEPT = 8;

        private final ArrayDeque<ResponseReader> readers = new ArrayDeque<>(KEPT);

        ResponseReader take() {
            ResponseReader reader = readers.pollLast();
            return reader == null ? new ResponseReader() : reader;
        }

        void giveBack(ResponseReader reader) {
            if (readers.size() < KEPT) {
                reader.head.clear();
                reader.interims = 0;
                readers.addLast(reader);
            }
        }
    }
}
