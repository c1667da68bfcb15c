package io.sluice.proxy;

import static io.sluice.http.Failure.CONNECT_FAILED;
import static io.sluice.http.Failure.CONNECT_REFUSED;
import static io.sluice.http.Failure.CONNECT_TIMEOUT;
import static io.sluice.http.Failure.RESPONSE_AMBIGUOUS;
import static io.sluice.http.Failure.RESPONSE_BODY_TIMEOUT;
import static io.sluice.http.Failure.RESPONSE_CHUNK;
import static io.sluice.http.Failure.RESPONSE_ENCODING;
import static io.sluice.http.Failure.RESPONSE_HEAD;
import static io.sluice.http.Failure.RESPONSE_HEAD_LARGE;
import static io.sluice.http.Failure.RESPONSE_HEAD_TIMEOUT;
import static io.sluice.http.Failure.RESPONSE_TRAILERS;
import static io.sluice.http.Failure.RESPONSE_TRUNCATED;
import static io.sluice.http.Failure.RESPONSE_UPGRADE;
import static io.sluice.http.Failure.UPSTREAM_CLOSED;
import static io.sluice.proxy.LoadFault.Reach.ALL;
import static io.sluice.proxy.LoadFault.Reach.NOBODY;
import static io.sluice.proxy.LoadFault.Reach.POSTS;
import static io.sluice.proxy.LoadFault.Reach.SOME_POSTS;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.response;

import io.sluice.http.Failure;
import io.sluice.proxy.LoadFault.Address;
import io.sluice.proxy.LoadFault.Place;
import io.sluice.proxy.LoadFault.Play;
import io.sluice.proxy.LoadFault.Reach;
import io.sluice.testing.RawPeer;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The thirty of them, each with its one right cause. */
final class LoadFaults {
    static final String BURST = "burst";

    private static final String CHUNKED = head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked");
    private static final String HALF = head("HTTP/1.1 200 OK", "Content-Length: 100") + "half";

    private LoadFaults() {}

    static List<LoadFault> all() {
        return List.of(
                nowhere("nobody listens", CONNECT_REFUSED, Place::nobody),
                nowhere("accepts nothing", CONNECT_TIMEOUT, Place::blackhole),
                nowhere("cannot be routed to", CONNECT_FAILED, Place::broadcast),
                fault("resets at once", SOME_POSTS, UPSTREAM_CLOSED, (peer, runs) -> peer.reset()),
                fault("closes at once", SOME_POSTS, UPSTREAM_CLOSED, (peer, runs) -> {}),
                fault("resets inside the request", POSTS, UPSTREAM_CLOSED, (peer, runs) -> {
                    peer.read(9);
                    peer.reset();
                }),
                fault("resets instead of an answer", POSTS, UPSTREAM_CLOSED, (peer, runs) -> {
                    runs.take(peer);
                    peer.reset();
                }),
                fault("closes instead of an answer", POSTS, UPSTREAM_CLOSED, (peer, runs) -> runs.take(peer)),
                fault("closes a kept connection as it is used", POSTS, UPSTREAM_CLOSED, (peer, runs) -> {
                    peer.send(ok(runs.take(peer).target()));
                    peer.awaitByte();
                }),
                stall("never answers", POSTS, RESPONSE_HEAD_TIMEOUT, ""),
                closing("closes inside the status line", RESPONSE_TRUNCATED, "HTTP/1.1 20"),
                fault("resets inside the head", ALL, RESPONSE_TRUNCATED, (peer, runs) -> {
                    runs.take(peer);
                    peer.send("HTTP/1.1 200 OK\r\nContent-").reset();
                }),
                stall("stalls inside the head", ALL, RESPONSE_HEAD_TIMEOUT, "HTTP/1.1 200 OK\r\nContent-"),
                answer("speaks another protocol", RESPONSE_HEAD, "SSH-2.0-OpenSSH\r\n\r\n"),
                answer("answers with binary garbage", RESPONSE_HEAD, "\u0015\u0003\u0001\u0000\u0002\u0002F"),
                answer("has a space before a colon", RESPONSE_HEAD, head("HTTP/1.1 200 OK", "A : b")),
                answer(
                        "sends hints without end",
                        RESPONSE_HEAD,
                        head("HTTP/1.1 103 Early Hints").repeat(50)),
                answer(
                        "has a length and chunks",
                        RESPONSE_AMBIGUOUS,
                        head("HTTP/1.1 200 OK", "Content-Length: 1", "Transfer-Encoding: chunked")),
                answer(
                        "has two lengths",
                        RESPONSE_AMBIGUOUS,
                        head("HTTP/1.1 200 OK", "Content-Length: 1", "Content-Length: 2") + "ab"),
                answer(
                        "has an unknown coding",
                        RESPONSE_ENCODING,
                        head("HTTP/1.1 200 OK", "Transfer-Encoding: gzip, chunked")),
                answer(
                        "has too large a head",
                        RESPONSE_HEAD_LARGE,
                        head("HTTP/1.1 200 OK", "A: " + "x".repeat(70_000))),
                answer(
                        "switches protocols unasked",
                        RESPONSE_UPGRADE,
                        head("HTTP/1.1 101 Switching Protocols", "Connection: upgrade", "Upgrade: x")),
                closing("closes inside the body", RESPONSE_TRUNCATED, HALF),
                fault("resets inside the body", ALL, RESPONSE_TRUNCATED, (peer, runs) -> {
                    runs.take(peer);
                    peer.send(HALF).reset();
                }),
                stall("stalls inside the body", ALL, RESPONSE_BODY_TIMEOUT, HALF),
                answer("writes garbage for a chunk", RESPONSE_CHUNK, CHUNKED + "4\r\ngood\r\nzz\r\n"),
                closing("closes without the last chunk", RESPONSE_TRUNCATED, CHUNKED + "4\r\ngood\r\n"),
                answer("has broken trailers", RESPONSE_TRAILERS, CHUNKED + "4\r\ngood\r\n0\r\nA B: c\r\n\r\n"),
                fault("answers 503 in bursts", ALL, null, LoadFaults::burst),
                fault("answers twice", NOBODY, null, LoadFaults::twice));
    }

    private static void burst(RawPeer peer, LoadFault.Runs runs) throws IOException {
        for (WireMessage got = peer.requestOrEnd(); got != null; got = peer.requestOrEnd()) {
            runs.took(got);
            peer.send(response("503 Service Unavailable", BURST));
        }
    }

    private static void twice(RawPeer peer, LoadFault.Runs runs) throws IOException {
        String answer = ok(runs.take(peer).target());
        peer.send(answer + ok("of nobody"));
        peer.readUntilGone();
    }

    // ---- tools

    private static LoadFault nowhere(String name, Failure cause, Address address) {
        return new LoadFault(name, NOBODY, cause, false, null, address);
    }

    private static LoadFault fault(String name, Reach reach, @Nullable Failure cause, Play play) {
        return new LoadFault(name, reach, cause, false, play, Place::nobody);
    }

    /** Answers each request with this, and closes. */
    private static LoadFault closing(String name, Failure cause, String text) {
        return fault(name, ALL, cause, (peer, runs) -> {
            runs.take(peer);
            peer.send(text);
        });
    }

    /** Answers with this, and waits for the other side to close. */
    private static LoadFault answer(String name, Failure cause, String text) {
        return fault(name, ALL, cause, answered(text));
    }

    /** As {@link #answer}, where the other side has to wait until it loses its patience. */
    private static LoadFault stall(String name, Reach reach, Failure cause, String text) {
        return new LoadFault(name, reach, cause, true, answered(text), Place::nobody);
    }

    private static Play answered(String text) {
        return (peer, runs) -> {
            runs.take(peer);
            peer.send(text);
            peer.readUntilGone();
        };
    }
}
