package io.sluice.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection, a client's or a backend's: raw bytes out, and messages in by strict framing, or raw bytes.
 * Blocking, for one reader and one writer at a time; a read that waits ten seconds fails.
 */
public final class RawPeer implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int NOTHING_MILLIS = 500;

    private final Socket socket;
    private final BufferedInputStream in;
    private final OutputStream out;
    private final Runnable closing;
    private final AtomicBoolean closed = new AtomicBoolean();

    RawPeer(Socket socket, Runnable closing) throws IOException {
        this.socket = socket;
        this.closing = closing;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
        out = socket.getOutputStream();
    }

    /** A client. */
    public static RawPeer connect(InetSocketAddress address) throws IOException {
        return connect(address, 0);
    }

    /** A client of a Unix socket. */
    public static RawPeer connect(Path path) throws IOException {
        return new RawPeer(UnixSocket.connect(path), () -> {});
    }

    /** A client that lets little wait unread in its kernel: 0 for the system's choice of bytes. */
    public static RawPeer connect(InetSocketAddress address, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(address, PATIENCE_MILLIS);
        return new RawPeer(socket, () -> {});
    }

    /** A client at another address of this machine, such as 127.0.0.2. */
    public static RawPeer connectFrom(String local, InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(local, 0));
        socket.connect(address, PATIENCE_MILLIS);
        return new RawPeer(socket, () -> {});
    }

    /**
     * A client that speaks TLS, once the handshake is done.
     *
     * @param name that it asks for; null: none
     * @param versions that it knows; none: the usual ones
     */
    public static RawPeer connect(
            InetSocketAddress address, SSLContext context, @Nullable String name, String... versions)
            throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
        socket.setSoTimeout(PATIENCE_MILLIS);
        SSLParameters parameters = socket.getSSLParameters();
        if (name != null) {
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        if (versions.length > 0) {
            parameters.setProtocols(versions);
        }
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        socket.setSSLParameters(parameters);
        try {
            socket.connect(address, PATIENCE_MILLIS);
            socket.startHandshake();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return new RawPeer(socket, () -> {});
    }

    /** What the handshake has settled, where TLS is spoken. */
    public SSLSession session() {
        return ((SSLSocket) socket).getSession();
    }

    /** As a backend over TLS, before the handshake: what it chooses from by ALPN, the preferred one first. Nothing without TLS. */
    public RawPeer choosing(String... protocols) {
        if (socket instanceof SSLSocket secure) {
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setApplicationProtocols(protocols);
            secure.setSSLParameters(parameters);
        }
        return this;
    }

    /** What was chosen by ALPN, once the handshake is done; "" is nothing, and so it is without TLS. */
    public String protocol() throws IOException {
        if (!(socket instanceof SSLSocket secure)) {
            return "";
        }
        secure.startHandshake();
        return secure.getApplicationProtocol();
    }

    // ---- out

    /** In one write. */
    public RawPeer send(String text) throws IOException {
        return send(text.getBytes(ISO_8859_1));
    }

    /** In one write. */
    public RawPeer send(byte[] bytes) throws IOException {
        out.write(bytes);
        return this;
    }

    /** Sends this and closes; the connection counts as closed before the first byte of it can be seen. */
    void sendLast(String text) throws IOException {
        countClosed();
        send(text);
        close();
    }

    /** In one write a byte. */
    public RawPeer sendByteByByte(String text) throws IOException {
        for (byte b : text.getBytes(ISO_8859_1)) {
            out.write(b);
        }
        return this;
    }

    /** Sends FIN; reading goes on. */
    public RawPeer halfClose() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** As {@link #halfClose}, once the other thread has sent all. */
    public void halfCloseWhenSent(Flood flood) {
        Aside.start(() -> {
            flood.awaitDone();
            halfClose();
        });
    }

    /** Closes with a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        close();
    }

    // ---- in

    /** The next message's head; its body stays unread. */
    public WireMessage head() throws IOException {
        return MessageReader.head(in);
    }

    /** A whole request. */
    public WireMessage request() throws IOException {
        WireMessage head = head();
        return MessageReader.requestBody(in, head);
    }

    /** A whole request, or null where the other side sends no more. */
    public @Nullable WireMessage requestOrEnd() throws IOException {
        in.mark(1);
        if (in.read() < 0) {
            return null;
        }
        in.reset();
        return request();
    }

    /** A whole response to any method but HEAD; interim ones are responses too. */
    public WireMessage response() throws IOException {
        return MessageReader.responseBody(in, head());
    }

    /** A whole response, checked for its status. */
    public WireMessage response(int status) throws IOException {
        WireMessage head = head();
        if (head.status() != status) {
            throw new AssertionError("expected status " + status + ", but got\n" + head.head());
        }
        return MessageReader.responseBody(in, head);
    }

    /** Waits until something has come, and leaves it there. */
    public void awaitByte() throws IOException {
        in.mark(1);
        if (in.read() < 0) {
            throw new EOFException("expected a byte, but got the end");
        }
        in.reset();
    }

    /** That many bytes. */
    public String read(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        String text = new String(bytes, ISO_8859_1);
        if (bytes.length < count) {
            throw new EOFException("expected " + count + " bytes, but got " + bytes.length + ": " + text);
        }
        return text;
    }

    /** What one read gives: what the other side sent in one piece, as long as nothing is left over from before. */
    public String readOnce() throws IOException {
        byte[] bytes = new byte[64 * 1024];
        int count = in.read(bytes);
        return count < 0 ? "" : new String(bytes, 0, count, ISO_8859_1);
    }

    /** Everything up to the FIN. */
    public String readToEnd() throws IOException {
        return new String(in.readAllBytes(), ISO_8859_1);
    }

    /** Everything up to the FIN or the reset. */
    public String readUntilGone() throws IOException {
        StringBuilder text = new StringBuilder();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) {
                text.append((char) b);
            }
        } catch (SocketException reset) {
            return text.toString();
        }
        return text.toString();
    }

    /** Reads and drops that many bytes. */
    public void skip(long count) throws IOException {
        in.skipNBytes(count);
    }

    /** Whether what comes up to the FIN or the reset ends with this text. */
    public boolean endsLike(String text) throws IOException {
        return readUntilGone().endsWith(text);
    }

    /** The other side sends FIN, and not a byte before it. */
    public void expectEnd() throws IOException {
        int next = in.read();
        if (next >= 0) {
            throw new AssertionError("expected the end, but got " + (char) next + readUntilGone());
        }
    }

    /** The other side goes away by a reset, without another byte. */
    public void expectReset() throws IOException {
        int next;
        try {
            next = in.read();
        } catch (SocketException reset) {
            return;
        }
        throw new AssertionError("expected a reset, but got " + (next < 0 ? "the end" : "" + (char) next));
    }

    /** The other side goes away, by FIN or reset; what it sent before is dropped. */
    public void expectGone() throws IOException {
        readUntilGone();
    }

    /** Not a byte comes for half a second: for what can't come, since a slow machine would hide it. */
    public void expectNothing() throws IOException {
        socket.setSoTimeout(NOTHING_MILLIS);
        try {
            int next = in.read();
            throw new AssertionError("expected nothing, but got " + (next < 0 ? "the end" : "" + (char) next));
        } catch (SocketTimeoutException nothing) {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    // ---- the socket

    public InetSocketAddress local() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    OutputStream out() {
        return out;
    }

    /** Closes; bytes that were not read yet make it a reset. */
    @Override
    public void close() throws IOException {
        countClosed();
        socket.close();
    }

    private void countClosed() {
        if (closed.compareAndSet(false, true)) {
            closing.run();
        }
    }
}
