package io.sluice.testing;

import java.io.IOException;
import java.util.List;

/** A backend that speaks HTTP/2, and takes one stream after the other. */
public final class H2BackendParty implements Party {
    private static final int INTERNAL_ERROR = 2;

    private final H2Backend peer;
    private int stream;
    private boolean ended;
    private List<String> trailers = List.of();

    /** Takes the client's preface. */
    public H2BackendParty(RawPeer connection) throws IOException {
        peer = H2Backend.on(connection).settings();
    }

    @Override
    public Party head(boolean ends, String... lines) throws IOException {
        peer.headers(stream, ends, lines);
        return this;
    }

    @Override
    public Party piece(String text) throws IOException {
        peer.data(stream, false, text);
        return this;
    }

    @Override
    public Party end(String... lines) throws IOException {
        if (lines.length == 0) {
            peer.data(stream, true, "");
        } else {
            peer.headers(stream, true, lines);
        }
        return this;
    }

    @Override
    public void abort() throws IOException {
        peer.reset(stream, INTERNAL_ERROR);
    }

    @Override
    public List<String> head() throws IOException {
        H2Backend.Section head = peer.section();
        stream = head.stream();
        ended = head.ended();
        return head.fields();
    }

    @Override
    public String piece() throws IOException {
        if (ended) {
            return "";
        }
        H2Backend.Frame frame = peer.next();
        ended = frame.endsStream();
        if (frame.type() == H2Backend.HEADERS) {
            trailers = peer.section(frame).fields();
            return "";
        }
        if (frame.type() != H2Backend.DATA || frame.stream() != stream) {
            throw new AssertionError("expected DATA or HEADERS of stream " + stream + ", but got " + frame);
        }
        peer.opened(frame);
        return frame.text();
    }

    @Override
    public List<String> trailers() {
        return trailers;
    }

    @Override
    public void awaitAbort() throws IOException {
        H2Backend.Frame frame = peer.next();
        while (frame.type() == H2Backend.DATA) {
            frame = peer.next();
        }
        if (frame.type() != H2Backend.RST_STREAM || frame.stream() != stream) {
            throw new AssertionError("expected the reset of stream " + stream + ", but got " + frame);
        }
    }

    @Override
    public void next() {
        ended = false;
        trailers = List.of();
    }

    @Override
    public void close() throws IOException {
        peer.close();
    }
}
