package io.sluice.testing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One who speaks HTTP/1.1. */
public final class H1Party implements Party {
    private static final String METHOD = ":method: ";
    private static final String PATH = ":path: ";
    private static final String STATUS = ":status: ";

    private final RawPeer peer;
    private boolean saysChunks;
    /** What is heard comes in chunks, or has that length. */
    private boolean chunks;

    private int length;
    /** It has asked by HEAD. */
    private boolean noBody;

    private List<String> trailers = List.of();

    public H1Party(RawPeer peer) {
        this.peer = peer;
    }

    @Override
    public Party head(boolean ends, String... lines) throws IOException {
        List<String> fields = new ArrayList<>();
        String method = "";
        String path = "";
        String start = "";
        boolean framed = ends;
        for (String line : lines) {
            if (line.startsWith(METHOD)) {
                method = line.substring(METHOD.length());
                noBody = method.equals("HEAD");
            } else if (line.startsWith(PATH)) {
                path = line.substring(PATH.length());
            } else if (line.startsWith(STATUS)) {
                start = "HTTP/1.1 " + line.substring(STATUS.length()) + " Said";
                framed |= line.startsWith(STATUS + "1");
            } else {
                fields.add(line);
                framed |= line.startsWith("content-length: ");
            }
        }
        if (start.isEmpty()) {
            start = method + " " + path + " HTTP/1.1";
            fields.addFirst("host: gateway.test");
        }
        if (!framed) {
            fields.add("transfer-encoding: chunked");
        }
        saysChunks = !framed;
        peer.send(HttpText.head(start, fields.toArray(String[]::new)));
        return this;
    }

    @Override
    public Party piece(String text) throws IOException {
        peer.send(saysChunks ? HttpText.chunk(text) : text);
        return this;
    }

    @Override
    public Party end(String... lines) throws IOException {
        if (saysChunks) {
            peer.send(HttpText.head("0", lines));
        }
        return this;
    }

    @Override
    public void abort() throws IOException {
        peer.reset();
    }

    @Override
    public List<String> head() throws IOException {
        WireMessage head = peer.head();
        List<String> lines = new ArrayList<>();
        String[] start = head.startLine().split(" ", -1);
        boolean response = start[0].equals("HTTP/1.1");
        if (response) {
            lines.add(STATUS + head.status());
        } else {
            lines.add(METHOD + start[0]);
            lines.add(PATH + start[1]);
        }
        head.fields().forEach(field -> lines.add(field.name().toLowerCase(Locale.ROOT) + ": " + field.value()));
        boolean empty = response && (noBody || head.status() < 200 || head.status() == 204 || head.status() == 304);
        String announced = head.value("content-length");
        chunks = !empty && head.has("transfer-encoding");
        length = empty || announced == null ? 0 : Integer.parseInt(announced);
        return lines;
    }

    @Override
    public String piece() throws IOException {
        if (!chunks) {
            String text = peer.read(length);
            length = 0;
            return text;
        }
        int size = Integer.parseInt(line(), 16);
        if (size > 0) {
            String text = peer.read(size);
            line();
            return text;
        }
        chunks = false;
        trailers = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            trailers.add(line.toLowerCase(Locale.ROOT));
        }
        return "";
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < 2 || !line.substring(line.length() - 2).equals("\r\n")) {
            line.append(peer.read(1));
        }
        return line.substring(0, line.length() - 2);
    }

    @Override
    public List<String> trailers() {
        return List.copyOf(trailers);
    }

    @Override
    public void awaitAbort() throws IOException {
        String last = peer.readUntilGone();
        if (chunks && last.endsWith("0\r\n\r\n")) {
            throw new AssertionError("expected to be cut off, but got the end: " + last);
        }
    }

    @Override
    public void next() {
        trailers = List.of();
    }

    @Override
    public void close() throws IOException {
        peer.close();
    }
}
