package io.sluice.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** What it takes to start a server that is another program. */
final class RealServer {
    private RealServer() {}

    /** A port of this machine that nobody listens on. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits until the process takes connections there; false if it ends before, or takes too long. */
    static boolean listens(Process process, int port) throws InterruptedException {
        long end = System.nanoTime() + Await.PATIENCE.toNanos();
        while (process.isAlive() && System.nanoTime() - end < 0) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return process.isAlive();
            } catch (IOException notYet) {
                Thread.sleep(5);
            }
        }
        return false;
    }
}
