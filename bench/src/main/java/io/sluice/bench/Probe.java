package io.sluice.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** One plain request over a connection of its own: is the server there, and is the answer the right one? */
record Probe(int port, String host, Size size) {
    private static final int PAUSE_MILLIS = 20;

    /** Asks until the answer is right; fails with the last wrong one if the program ends or the time is over. */
    void await(Program program, Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        String problem = ask();
        while (!problem.isEmpty()) {
            if (!program.isAlive() || System.nanoTime() > deadline) {
                throw program.failure(program.isAlive() ? problem : "has ended");
            }
            Thread.sleep(PAUSE_MILLIS);
            problem = ask();
        }
    }

    /** What is wrong with the answer; empty if nothing is. */
    private String ask() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1000);
            socket.setSoTimeout(5000);
            String request = "GET " + size.path() + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return judge(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1), size);
        } catch (IOException e) {
            return "port " + port + ": " + e.getMessage();
        }
    }

    /** Checks status and length of a response that was read to its end. */
    static String judge(String response, Size size) {
        int end = response.indexOf("\r\n\r\n");
        if (!response.startsWith("HTTP/1.1 200 ") || end < 0) {
            return "answers " + response.lines().findFirst().orElse("nothing") + " (expected: HTTP/1.1 200)";
        }
        int length = response.length() - end - 4;
        return length == size.bytes() ? "" : "answers " + length + " bytes (expected: " + size.bytes() + ")";
    }
}
