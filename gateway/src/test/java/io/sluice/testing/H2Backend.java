package io.sluice.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A backend's end of a connection of HTTP/2, frame by frame: it says and checks nothing that a test does not ask for, but for
 * the tables of fields, which it keeps as Netty does. Blocking, as {@link RawPeer} is.
 */
public final class H2Backend implements AutoCloseable {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    public static final int END_STREAM = 1;
    public static final int ACK = 1;
    public static final int END_HEADERS = 4;

    public static final int MAX_CONCURRENT_STREAMS = 3;
    public static final int INITIAL_WINDOW_SIZE = 4;

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int HEADER = 9;
    private static final int PIECE = 16_384;
    private static final int FIRST_WINDOW = 65_535;

    private final RawPeer peer;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private final DefaultHttp2HeadersEncoder encoder =
            new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE);

    // what the other end has room for
    private long room = FIRST_WINDOW;
    private long streamRoom = FIRST_WINDOW;
    private final Map<Integer, Long> streamRooms = new HashMap<>();

    private H2Backend(RawPeer peer) {
        this.peer = peer;
    }

    /** A frame as it came. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Frame(int type, int flags, int stream, byte[] payload) {
        public boolean endsStream() {
            return (flags & END_STREAM) != 0;
        }

        public boolean isAck() {
            return (flags & ACK) != 0;
        }

        /** The number at that byte. */
        public int number(int at) {
            return Unpooled.wrappedBuffer(payload).getInt(at);
        }

        public String text() {
            return new String(payload, ISO_8859_1);
        }

        @Override
        public String toString() {
            return "type " + type + ", flags " + flags + ", stream " + stream + ", " + payload.length + " bytes";
        }
    }

    /**
     * A head, or trailers.
     *
     * @param fields as {@code name: value}, in order
     * @param ended nothing follows
     */
    public record Section(int stream, List<String> fields, boolean ended) {
        /** Value of the first such field, or "". */
        public String get(String name) {
            String start = name + ": ";
            return fields.stream()
                    .filter(field -> field.startsWith(start))
                    .findFirst()
                    .map(field -> field.substring(start.length()))
                    .orElse("");
        }
    }

    /** Takes the client's preface and its SETTINGS, and says nothing yet. */
    public static H2Backend on(RawPeer peer) throws IOException {
        String preface = peer.read(PREFACE.length());
        if (!preface.equals(PREFACE)) {
            throw new AssertionError("expected the preface, but got " + preface);
        }
        H2Backend end = new H2Backend(peer);
        Frame first = end.frame();
        if (first.type() != SETTINGS || first.isAck()) {
            throw new AssertionError("expected SETTINGS, but got " + first);
        }
        return end;
    }

    public RawPeer raw() {
        return peer;
    }

    // ---- out

    public H2Backend send(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuf out = Unpooled.buffer(HEADER + payload.length);
        out.writeMedium(payload.length)
                .writeByte(type)
                .writeByte(flags)
                .writeInt(stream)
                .writeBytes(payload);
        peer.send(ByteBufUtil.getBytes(out));
        return this;
    }

    /** @param pairs settings and their values in turn */
    public H2Backend settings(int... pairs) throws IOException {
        ByteBuf out = Unpooled.buffer();
        for (int i = 0; i < pairs.length; i += 2) {
            out.writeShort(pairs[i]).writeInt(pairs[i + 1]);
        }
        return send(SETTINGS, 0, 0, ByteBufUtil.getBytes(out));
    }

    /** Fields as {@code name: value}, pseudo-fields first. */
    public H2Backend headers(int stream, boolean ends, String... fields) throws IOException {
        Http2Headers headers = new DefaultHttp2Headers(false);
        for (String field : fields) {
            int colon = field.indexOf(": ", 1);
            headers.add(field.substring(0, colon), field.substring(colon + 2));
        }
        ByteBuf block = Unpooled.buffer();
        try {
            encoder.encodeHeaders(stream, headers, block);
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
        int flags = END_HEADERS | (ends ? END_STREAM : 0);
        return send(HEADERS, flags, stream, ByteBufUtil.getBytes(block));
    }

    /** In one frame, whether there is room for it or not. */
    public H2Backend data(int stream, boolean ends, String text) throws IOException {
        room -= text.length();
        streamRooms.merge(stream, (long) -text.length(), Long::sum);
        return send(DATA, ends ? END_STREAM : 0, stream, text.getBytes(ISO_8859_1));
    }

    /** The whole text and the end, in as many frames as it takes, as the other end makes room; frames that come meanwhile are passed over. */
    public H2Backend flood(int stream, String text) throws IOException {
        int at = 0;
        while (at < text.length()) {
            long most = Math.min(room, streamRoom + streamRooms.getOrDefault(stream, 0L));
            int length = (int) Math.min(Math.min(most, PIECE), text.length() - at);
            if (length > 0) {
                data(stream, at + length == text.length(), text.substring(at, at + length));
                at += length;
            } else {
                frame();
            }
        }
        return this;
    }

    public H2Backend reset(int stream, int code) throws IOException {
        return send(RST_STREAM, 0, stream, numbers(code));
    }

    public H2Backend goAway(int lastStream, int code) throws IOException {
        return send(GOAWAY, 0, 0, numbers(lastStream, code));
    }

    public H2Backend window(int stream, int increment) throws IOException {
        return send(WINDOW_UPDATE, 0, stream, numbers(increment));
    }

    private static byte[] numbers(int... numbers) {
        ByteBuf out = Unpooled.buffer();
        for (int number : numbers) {
            out.writeInt(number);
        }
        return ByteBufUtil.getBytes(out);
    }

    // ---- in

    /** The next frame, whatever it is. */
    public Frame frame() throws IOException {
        ByteBuf header = Unpooled.wrappedBuffer(peer.read(HEADER).getBytes(ISO_8859_1));
        int length = header.readUnsignedMedium();
        int type = header.readByte();
        int flags = header.readByte();
        int stream = header.readInt();
        Frame frame = new Frame(type, flags, stream, peer.read(length).getBytes(ISO_8859_1));
        if (type == WINDOW_UPDATE && stream == 0) {
            room += frame.number(0);
        } else if (type == WINDOW_UPDATE) {
            streamRooms.merge(stream, (long) frame.number(0), Long::sum);
        } else if (type == SETTINGS && !frame.isAck()) {
            take(Unpooled.wrappedBuffer(frame.payload()));
        }
        return frame;
    }

    private void take(ByteBuf settings) {
        while (settings.isReadable()) {
            int setting = settings.readUnsignedShort();
            int value = settings.readInt();
            if (setting == INITIAL_WINDOW_SIZE) {
                streamRoom = value;
            }
        }
    }

    /** The next frame that concerns streams, or ends the connection; SETTINGS and PING are answered, windows passed over. */
    public Frame next() throws IOException {
        while (true) {
            Frame frame = frame();
            switch (frame.type()) {
                case SETTINGS -> {
                    if (!frame.isAck()) {
                        send(SETTINGS, ACK, 0, new byte[0]);
                    }
                }
                case PING -> {
                    if (!frame.isAck()) {
                        send(PING, ACK, 0, frame.payload());
                    }
                }
                case WINDOW_UPDATE -> {}
                default -> {
                    return frame;
                }
            }
        }
    }

    /** As {@link #next}, of that type. */
    public Frame next(int type) throws IOException {
        Frame frame = next();
        if (frame.type() != type) {
            throw new AssertionError("expected type " + type + ", but got " + frame);
        }
        return frame;
    }

    /** As {@link #next}: a head, or trailers. */
    public Section section() throws IOException {
        return section(next(HEADERS));
    }

    /** What begins with that frame. */
    public Section section(Frame first) throws IOException {
        byte[] block = first.payload();
        Frame last = first;
        while ((last.flags() & END_HEADERS) == 0) {
            last = next(CONTINUATION);
            int before = block.length;
            block = Arrays.copyOf(block, before + last.payload().length);
            System.arraycopy(last.payload(), 0, block, before, last.payload().length);
        }
        List<String> fields = new ArrayList<>();
        try {
            decoder.decodeHeaders(first.stream(), Unpooled.wrappedBuffer(block))
                    .forEach(field -> fields.add(field.getKey() + ": " + field.getValue()));
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
        return new Section(first.stream(), List.copyOf(fields), first.endsStream());
    }

    /** The content of the next DATA frames up to the one that ends the stream; windows are opened again for all that came. */
    public String body(int stream) throws IOException {
        StringBuilder text = new StringBuilder();
        while (true) {
            Frame frame = next(DATA);
            if (frame.stream() != stream) {
                throw new AssertionError("expected stream " + stream + ", but got " + frame);
            }
            text.append(frame.text());
            if (frame.endsStream()) {
                return text.toString();
            }
            opened(frame);
        }
    }

    /** Opens windows again for a DATA frame that came. */
    public H2Backend opened(Frame frame) throws IOException {
        int length = frame.payload().length;
        if (length > 0) {
            window(0, length);
            if (!frame.endsStream()) {
                window(frame.stream(), length);
            }
        }
        return this;
    }

    @Override
    public void close() throws IOException {
        peer.close();
    }
}
