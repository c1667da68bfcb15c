package io.sluice.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A client of HTTP/2 that does as told: raw frames out, frames in. Field blocks by Netty's codec. Blocking; a read that waits ten seconds
 * fails. What it reads, it answers only where told to.
 */
public final class H2Peer implements AutoCloseable {
    public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final DefaultHttp2HeadersEncoder encoder =
            new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE, true);
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);
    /** Of the last HEADERS that were read: they must be decoded in their order, whoever wants them. */
    private List<String> lastFields = List.of();
    /** While true, windows are opened by as much as comes. */
    private boolean opening = true;

    private H2Peer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64 * 1024));
        out = socket.getOutputStream();
    }

    /** Connected, and nothing said. */
    public static H2Peer silent(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.connect(address, PATIENCE_MILLIS);
        return new H2Peer(socket);
    }

    /** Connected, with these settings; the gateway's were read and acknowledged. */
    public static H2Peer connect(InetSocketAddress address, byte[]... settings) throws IOException {
        return greeted(silent(address), settings);
    }

    /** As {@link #connect}, over TLS, with HTTP/2 agreed upon. */
    public static H2Peer connect(InetSocketAddress address, SSLContext context) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.connect(address, PATIENCE_MILLIS);
        return greeted(new H2Peer(socket));
    }

    private static H2Peer greeted(H2Peer peer, byte[]... settings) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] setting : settings) {
            all.write(setting);
        }
        peer.raw(PREFACE.getBytes(ISO_8859_1));
        peer.frame(H2Frame.SETTINGS, 0, 0, all.toByteArray());
        H2Frame first = peer.read();
        if (first.type() != H2Frame.SETTINGS || first.has(H2Frame.ACK)) {
            throw new AssertionError("expected SETTINGS first, but got " + first);
        }
        peer.frame(H2Frame.SETTINGS, H2Frame.ACK, 0);
        return peer;
    }

    /** Leaves windows as they are. */
    public H2Peer keepingWindows() {
        opening = false;
        return this;
    }

    // ---- out

    public H2Peer raw(byte[] bytes) throws IOException {
        out.write(bytes);
        return this;
    }

    /** Several frames in one write. */
    public H2Peer frames(byte[]... frames) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            all.write(frame);
        }
        return raw(all.toByteArray());
    }

    public H2Peer frame(int type, int flags, int stream, byte... payload) throws IOException {
        return raw(new H2Frame(type, flags, stream, payload).bytes());
    }

    /** Fields as they go into a block: lines {@code name: value}. */
    public byte[] block(String... lines) {
        Http2Headers headers = new DefaultHttp2Headers(false);
        for (String line : lines) {
            int colon = line.indexOf(':', 1);
            headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        ByteBuf block = Unpooled.buffer();
        try {
            encoder.encodeHeaders(1, headers, block);
        } catch (Http2Exception e) {
            throw new AssertionError(e);
        }
        return Arrays.copyOf(block.array(), block.readableBytes());
    }

    /** The pseudo-fields of a request, and more lines. */
    public byte[] requestBlock(String method, String path, String... lines) {
        List<String> all = new ArrayList<>(
                List.of(":method: " + method, ":scheme: http", ":path: " + path, ":authority: gateway.test"));
        all.addAll(List.of(lines));
        return block(all.toArray(String[]::new));
    }

    /** A request without a body. */
    public H2Peer get(int stream, String path, String... lines) throws IOException {
        return frame(
                H2Frame.HEADERS, H2Frame.END_STREAM | H2Frame.END_HEADERS, stream, requestBlock("GET", path, lines));
    }

    /** The head of a request whose body follows. */
    public H2Peer post(int stream, String path, String... lines) throws IOException {
        return frame(H2Frame.HEADERS, H2Frame.END_HEADERS, stream, requestBlock("POST", path, lines));
    }

    public H2Peer data(int stream, String text, boolean ends) throws IOException {
        return frame(H2Frame.DATA, ends ? H2Frame.END_STREAM : 0, stream, text.getBytes(ISO_8859_1));
    }

    public H2Peer reset(int stream, int code) throws IOException {
        return frame(H2Frame.RST_STREAM, 0, stream, H2Frame.ints(code));
    }

    public H2Peer openWindow(int stream, int increment) throws IOException {
        return frame(H2Frame.WINDOW_UPDATE, 0, stream, H2Frame.ints(increment));
    }

    public H2Peer halfClose() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    // ---- in

    /** The next frame. */
    public H2Frame read() throws IOException {
        int lengthAndType = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(lengthAndType >>> 8);
        if (payload.length < lengthAndType >>> 8) {
            throw new EOFException("end within a frame");
        }
        H2Frame frame = new H2Frame(lengthAndType & 0xff, flags, stream, payload);
        if (frame.type() == H2Frame.HEADERS) {
            lastFields = fields(payload);
        }
        return frame;
    }

    /** What the last HEADERS that were read say. */
    public List<String> lastFields() {
        return lastFields;
    }

    /** The next frame, or null where the connection ends. */
    public @Nullable H2Frame readOrEnd() throws IOException {
        try {
            return read();
        } catch (EOFException | SocketException end) {
            return null;
        }
    }

    /** The next frame of that type; others are skipped. */
    public H2Frame await(int type) throws IOException {
        H2Frame frame = read();
        while (frame.type() != type) {
            frame = read();
        }
        return frame;
    }

    /** The lines of a field block, {@code name: value}; each block once and in the order received, since they change the table. */
    public List<String> fields(byte[] block) {
        List<String> lines = new ArrayList<>();
        try {
            for (Map.Entry<CharSequence, CharSequence> field :
                    decoder.decodeHeaders(1, Unpooled.wrappedBuffer(block))) {
                lines.add(field.getKey() + ": " + field.getValue());
            }
        } catch (Http2Exception e) {
            throw new AssertionError(e);
        }
        return lines;
    }

    /** What comes on a stream up to its end. Frames of the connection are skipped; of another stream there must be none. */
    public H2Response response(int stream) throws IOException {
        List<List<String>> heads = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        while (true) {
            H2Frame frame = read();
            if (frame.type() == H2Frame.GOAWAY && frame.code() != 0) {
                throw new AssertionError("GOAWAY with code " + frame.code());
            }
            if (frame.stream() == 0 || frame.type() == H2Frame.WINDOW_UPDATE) {
                continue;
            }
            if (frame.stream() != stream) {
                throw new AssertionError("expected stream " + stream + ", but got " + frame);
            }
            if (frame.type() == H2Frame.RST_STREAM) {
                return new H2Response(heads, body.toString(), frame.code());
            }
            if (frame.type() == H2Frame.HEADERS) {
                heads.add(lastFields);
            } else {
                body.append(new String(frame.payload(), ISO_8859_1));
                if (opening && frame.payload().length > 0) {
                    openWindow(0, frame.payload().length);
                    if (!frame.has(H2Frame.END_STREAM)) {
                        openWindow(stream, frame.payload().length);
                    }
                }
            }
            if (frame.has(H2Frame.END_STREAM)) {
                return new H2Response(heads, body.toString(), H2Response.NOT_RESET);
            }
        }
    }

    /** The code of the GOAWAY that comes, behind which the connection ends. */
    public int lost() throws IOException {
        int code = await(H2Frame.GOAWAY).code();
        while (readOrEnd() != null) {
            // what was under way
        }
        return code;
    }

    /** The code of the reset of that stream, behind whatever else. */
    public int resetOf(int stream) throws IOException {
        H2Frame frame = await(H2Frame.RST_STREAM);
        while (frame.stream() != stream) {
            frame = await(H2Frame.RST_STREAM);
        }
        return frame.code();
    }

    /** The connection is still good for something: a PING comes back. */
    public H2Peer assertAlive() throws IOException {
        byte[] payload = {1, 2, 3, 4, 5, 6, 7, 8};
        frame(H2Frame.PING, 0, 0, payload);
        H2Frame frame = read();
        while (frame.type() != H2Frame.PING || !frame.has(H2Frame.ACK)) {
            frame = read();
        }
        if (!Arrays.equals(frame.payload(), payload)) {
            throw new AssertionError("PING came back with other content");
        }
        return this;
    }

    /** Closes with a reset. */
    public void abort() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
