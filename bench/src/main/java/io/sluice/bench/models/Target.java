package io.sluice.bench.models;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where requests go, and what they are.
 *
 * @param port of 127.0.0.1
 * @param host the Host header
 * @param path of the request
 * @param bodyBytes length of the body of each answer
 */
public record Target(int port, String host, String path, int bodyBytes) {
    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    /** One GET that leaves the connection open. */
    byte[] request() {
        return ("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").getBytes(US_ASCII);
    }
}
