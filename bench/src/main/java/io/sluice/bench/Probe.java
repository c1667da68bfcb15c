package io.sluice.bench;

import io.sluice.bench.program.H2Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Single requests to one server, each over a connection of its own: is it there, and does it answer as it should? */
record Probe(int port, String host, Speech speech) {
    /** Where the backend answers with the number of bytes of the request's head, as they reached it. */
    private static final String HEAD_BYTES = "/bench/head-bytes";

    private static final int CONNECT_MILLIS = 1000;
    private static final int READ_MILLIS = 5000;
    private static final int PAUSE_MILLIS = 20;

    /** In cleartext. */
    Probe(int port, String host) {
        this(port, host, Speech.PLAIN);
    }

    /** Asks until the answer is right; fails with the last wrong one if the program ends or the time is over. */
    void await(Size size, Program program, Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        String problem = problem(size);
        while (!problem.isEmpty()) {
            if (!program.isAlive() || System.nanoTime() > deadline) {
                throw program.failure(program.isAlive() ? problem : "has ended");
            }
            Thread.sleep(PAUSE_MILLIS);
            problem = problem(size);
        }
    }

    /** How long a request's head is when it has come through the server to the backend. */
    int headBytes() throws IOException {
        return Integer.parseInt(text(HEAD_BYTES));
    }

    /** The body of what is served there. */
    String text(String path) throws IOException {
        return body(ask(path));
    }

    private String problem(Size size) {
        try {
            return judge(ask(size.path()), size);
        } catch (IOException e) {
            return "port " + port + ": " + e.getMessage();
        }
    }

    private String ask(String path) throws IOException {
        try (Socket socket = speech.tls() ? TrustingClient.socket(speech.http2() ? "h2" : "http/1.1") : new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), CONNECT_MILLIS);
            socket.setSoTimeout(READ_MILLIS);
            if (speech.http2()) {
                return H2Request.get(host, path, speech.tls()).answerOn(socket);
            }
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** What is wrong with a response that was read to its end; empty if nothing is. */
    static String judge(String response, Size size) {
        if (!response.startsWith("HTTP/1.1 200 ") && !response.startsWith("HTTP/2 200\r")) {
            return "answers " + response.lines().findFirst().orElse("nothing") + " (expected: status 200)";
        }
        int length = body(response).length();
        return length == size.bytes() ? "" : "answers " + length + " bytes (expected: " + size.bytes() + ")";
    }

    private static String body(String response) {
        int end = response.indexOf("\r\n\r\n");
        return end < 0 ? "" : response.substring(end + 4);
    }
}
