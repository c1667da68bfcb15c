package io.sluice.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A server on loopback that does what a test tells it, byte by byte: each accepted connection is a {@link Peer} that the
 * test takes in order of arrival and plays itself. Nothing happens by itself.
 */
final class ScriptedBackend implements AutoCloseable {
    private static final int SECONDS = 10;

    private final ServerSocket server;
    private final BlockingQueue<Peer> accepted = new LinkedBlockingQueue<>();

    ScriptedBackend() throws IOException {
        this(0);
    }

    ScriptedBackend(int port) throws IOException {
        server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        Thread.ofVirtual().start(this::acceptAll);
    }

    private void acceptAll() {
        try {
            while (true) {
                accepted.add(new Peer(server.accept()));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** The next connection; waits for it. */
    Peer accept() throws InterruptedException {
        Peer peer = accepted.poll(SECONDS, TimeUnit.SECONDS);
        if (peer == null) {
            throw new AssertionError("no connection came");
        }
        return peer;
    }

    /** Connections that came and were not taken by {@link #accept}. */
    int unaccepted() {
        return accepted.size();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** One connection, as its server sees it. */
    static final class Peer implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;

        Peer(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(SECONDS * 1000);
            socket.setTcpNoDelay(true);
            in = socket.getInputStream();
        }

        /** Reads up to and including an empty line. */
        String readHead() throws IOException {
            return readUntil("\r\n\r\n");
        }

        /** What one read gives. */
        String readOnce() throws IOException {
            byte[] bytes = new byte[64 * 1024];
            int length = in.read(bytes);
            return new String(bytes, 0, Math.max(0, length), ISO_8859_1);
        }

        String readUntil(String end) throws IOException {
            StringBuilder text = new StringBuilder();
            while (text.indexOf(end, Math.max(0, text.length() - end.length())) < 0) {
                int octet = in.read();
                if (octet < 0) {
                    throw new AssertionError("connection ended after: " + text);
                }
                text.append((char) octet);
            }
            return text.toString();
        }

        String read(int length) throws IOException {
            byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
                throw new AssertionError(
                        "connection ended after " + bytes.length + " bytes (expected: " + length + ")");
            }
            return new String(bytes, ISO_8859_1);
        }

        Peer send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
            return this;
        }

        /** A complete response with this body. */
        Peer respond(String body) throws IOException {
            return send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }

        /** Reads one request without a body and answers it. */
        Peer serve(String body) throws IOException {
            readHead();
            return respond(body);
        }

        /** Waits until the other side has ended; returns what came before, with {@code !} behind it for a reset. */
        String readAll() throws IOException {
            StringBuilder text = new StringBuilder();
            try {
                int octet;
                while ((octet = in.read()) >= 0) {
                    text.append((char) octet);
                }
            } catch (SocketException reset) {
                text.append('!');
            }
            return text.toString();
        }

        /** Sends FIN, goes on reading. */
        Peer shutdownOutput() throws IOException {
            socket.shutdownOutput();
            return this;
        }

        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        int localPort() {
            return socket.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
