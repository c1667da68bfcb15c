package io.sluice.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A Unix socket in the shape of the TCP one that the tests know. A reset is no more than a close there. */
public final class UnixSocket extends Socket {
    private final SocketChannel channel;
    private final InputStream in;
    private final OutputStream out;

    private UnixSocket(SocketChannel channel) throws IOException {
        super((SocketImpl) null);
        this.channel = channel;
        in = Channels.newInputStream(channel);
        out = Channels.newOutputStream(channel);
    }

    public static UnixSocket connect(Path path) throws IOException {
        return new UnixSocket(SocketChannel.open(UnixDomainSocketAddress.of(path)));
    }

    /** Listens; to be closed, which leaves the file where it is. */
    public static ServerSocket listen(Path path) throws IOException {
        return listen(path, 1024);
    }

    /** As {@link #listen(Path)}; so many clients may wait to be accepted, and one more. */
    public static ServerSocket listen(Path path, int backlog) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path), backlog);
        return new Server(server);
    }

    private static final class Server extends ServerSocket {
        private final ServerSocketChannel channel;

        Server(ServerSocketChannel channel) throws IOException {
            this.channel = channel;
        }

        @Override
        public Socket accept() throws IOException {
            try {
                return new UnixSocket(channel.accept());
            } catch (ClosedChannelException closed) {
                throw new SocketException("closed");
            }
        }

        @Override
        public void close() throws IOException {
            super.close();
            if (channel != null) {
                channel.close();
            }
        }
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() {
        return out;
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public void setSoTimeout(int millis) {}

    @Override
    public void setSoLinger(boolean on, int seconds) {}

    @Override
    public InetAddress getInetAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return UnixDomainSocketAddress.of("");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
