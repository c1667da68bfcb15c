package io.sluice.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A client that speaks HTTP/2, on one stream after the other. */
public final class H2ClientParty implements Party {
    private static final int CANCEL = 8;

    private final H2Peer peer;
    private int stream = 1;
    private boolean ended;
    private List<String> trailers = List.of();

    public H2ClientParty(H2Peer peer) {
        this.peer = peer;
    }

    @Override
    public Party head(boolean ends, String... lines) throws IOException {
        List<String> all = new ArrayList<>(List.of(":scheme: http", ":authority: gateway.test"));
        for (String line : lines) {
            all.add(line.startsWith(":") ? 0 : all.size(), line);
        }
        return fields(ends, all.toArray(String[]::new));
    }

    private Party fields(boolean ends, String... lines) throws IOException {
        int flags = H2Frame.END_HEADERS | (ends ? H2Frame.END_STREAM : 0);
        peer.frame(H2Frame.HEADERS, flags, stream, peer.block(lines));
        return this;
    }

    @Override
    public Party piece(String text) throws IOException {
        peer.data(stream, text, false);
        return this;
    }

    @Override
    public Party end(String... lines) throws IOException {
        if (lines.length == 0) {
            peer.data(stream, "", true);
            return this;
        }
        return fields(true, lines);
    }

    @Override
    public void abort() throws IOException {
        peer.reset(stream, CANCEL);
    }

    @Override
    public List<String> head() throws IOException {
        H2Frame frame = frame();
        if (frame.type() != H2Frame.HEADERS) {
            throw new AssertionError("expected HEADERS, but got " + frame);
        }
        return peer.lastFields();
    }

    @Override
    public String piece() throws IOException {
        if (ended) {
            return "";
        }
        H2Frame frame = frame();
        if (frame.type() == H2Frame.HEADERS) {
            trailers = peer.lastFields();
            return "";
        }
        if (frame.type() != H2Frame.DATA) {
            throw new AssertionError("expected DATA or HEADERS, but got " + frame);
        }
        int length = frame.payload().length;
        if (length > 0) {
            peer.openWindow(0, length);
        }
        return new String(frame.payload(), ISO_8859_1);
    }

    /** The next frame of the stream. */
    private H2Frame frame() throws IOException {
        H2Frame frame = peer.read();
        while (frame.stream() != stream || frame.type() == H2Frame.WINDOW_UPDATE) {
            frame = peer.read();
        }
        ended = frame.has(H2Frame.END_STREAM) && frame.type() <= H2Frame.HEADERS;
        return frame;
    }

    @Override
    public List<String> trailers() {
        return trailers;
    }

    @Override
    public void awaitAbort() throws IOException {
        peer.resetOf(stream);
    }

    @Override
    public void next() {
        stream += 2;
        ended = false;
        trailers = List.of();
    }

    @Override
    public void close() throws IOException {
        peer.close();
    }
}
