package io.sluice.upstream;

import io.netty.buffer.ByteBuf;
import io.sluice.config.HealthConfig;
import io.sluice.http.BodyReader;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.http.HeadParser;
import io.sluice.tls.HandshakeException;
import io.sluice.tls.TlsPeer;
import io.sluice.upstream.CheckResult.Outcome;
import io.sluice.wire.Deadline;
import io.sluice.wire.Loop;
import io.sluice.wire.Loops;
import io.sluice.wire.Wire;
import io.sluice.wire.WireEvents;
import java.io.ByteArrayOutputStream;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One check of an endpoint: connects, asks, reads, closes. On the loop aside; ends once, in {@code timeout} at most. The
 * connection is its own and counts for no pool.
 */
final class Check implements Loops.Connect, WireEvents, BodyReader.Sink {
    /** So much of a body is searched. */
    private static final int MOST_BODY = 64 * 1024;

    private static final HeadParser HEADS = HeadParser.responses(32 * 1024, 200);

    private final HealthConfig.@Nullable Http http;
    private final @Nullable OwnConnections own;
    private final byte[] request;
    private final Loop loop;
    private final Consumer<CheckResult> result;
    private final long began = System.nanoTime();
    private final Deadline timeout = new Deadline(due -> timedOut());
    private final Head head = new Head();
    private final BodyReader body = new BodyReader(false);
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    private @Nullable Wire wire;
    private boolean inBody;
    private boolean ended;

    private Check(
            HealthConfig.@Nullable Http http,
            String authority,
            @Nullable OwnConnections own,
            Loop loop,
            Consumer<CheckResult> result) {
        this.http = http;
        this.own = own;
        this.loop = loop;
        this.result = result;
        request = http == null ? new byte[0] : request(http, authority);
    }

    /**
     * Starts one, on the loop aside; {@code result} is told there, later.
     *
     * @param tls null: in cleartext
     * @param authority what the request names as its host if the config does not say
     * @param own tells whose the connection is: nobody's; null: nothing is to be told
     */
    static Check start(
            Loops loops,
            SocketAddress address,
            @Nullable TlsPeer tls,
            String authority,
            @Nullable OwnConnections own,
            HealthConfig.Check config,
            Consumer<CheckResult> result) {
        Loop loop = loops.aside();
        Check check = new Check(config.http(), authority, own, loop, result);
        check.timeout.arm(loop, config.timeout().toNanos());
        loops.connect(loop, address, tls, config.timeout().toNanos(), check);
        return check;
    }

    private static byte[] request(HealthConfig.Http http, String authority) {
        String host = http.host() == null ? authority : http.host();
        boolean announces = List.of("POST", "PUT", "PATCH").contains(http.method());
        String text = http.method() + " " + http.target() + " HTTP/1.1\r\nHost: " + host
                + "\r\nUser-Agent: sluice-health\r\nAccept: */*\r\n" + (announces ? "Content-Length: 0\r\n" : "")
                + "Connection: close\r\n\r\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Ends it without a result. */
    void abandon() {
        ended = true;
        timeout.disarm();
        if (wire != null) {
            wire.abort();
        }
    }

    private void end(Outcome outcome, String text) {
        if (ended) {
            return;
        }
        ended = true;
        timeout.disarm();
        if (wire != null) {
            if (outcome == Outcome.PASSED) {
                wire.close();
            } else {
                wire.abort();
            }
        }
        result.accept(new CheckResult(Instant.now(), outcome, text, System.nanoTime() - began));
    }

    private void timedOut() {
        end(Outcome.TIMEOUT, wire == null ? "no connection in time" : "no whole answer in time");
    }

    // ---- connecting

    @Override
    public WireEvents connected(Wire connected) {
        wire = connected;
        // later: the wire knows its connection only once this has returned
        loop.execute(() -> ask(connected));
        return this;
    }

    private void ask(Wire connected) {
        if (ended) {
            connected.abort();
        } else if (connected.isToItself()) {
            // as for pools: nobody listens on a port that the system gives to clients, and this client got it
            end(Outcome.REFUSED, Failure.CONNECT_REFUSED.text());
        } else if (http == null) {
            end(Outcome.PASSED, "took a connection");
        } else {
            if (own != null) {
                own.introduce(connected);
            }
            connected.out(request.length).writeBytes(request);
        }
    }

    @Override
    public void failed(Throwable cause) {
        Failure failure = Opening.failure(cause);
        if (cause instanceof HandshakeException why && failure != Failure.CONNECT_TIMEOUT) {
            end(Outcome.TLS, String.valueOf(why.getMessage()));
            return;
        }
        switch (failure) {
            case CONNECT_REFUSED -> end(Outcome.REFUSED, failure.text());
            case CONNECT_TIMEOUT -> end(Outcome.TIMEOUT, failure.text());
            case UPSTREAM_CLOSED -> end(Outcome.CLOSED, failure.text());
            default -> end(Outcome.UNREACHABLE, failure.text());
        }
    }

    // ---- the answer

    @Override
    public void read(ByteBuf bytes) {
        while (!ended && !inBody && bytes.isReadable()) {
            switch (HEADS.parse(bytes, head)) {
                case MORE -> {}
                case REFUSED -> end(Outcome.MALFORMED, HEADS.refusal(head).text());
                case COMPLETE -> headComplete();
            }
        }
        if (!ended && inBody) {
            Failure refusal = body.read(bytes, this);
            if (refusal != null) {
                end(Outcome.MALFORMED, refusal.text());
            } else if (body.done()) {
                judgeBody();
            }
        }
    }

    private void headComplete() {
        int status = head.status();
        if (status < 200) {
            head.clear();
            return;
        }
        HealthConfig.Http wanted = http;
        if (wanted == null || wanted.status().stream().noneMatch(range -> range.has(status))) {
            String expected = wanted == null
                    ? "none"
                    : String.join(
                            ", ",
                            wanted.status().stream()
                                    .map(HealthConfig.Statuses::toString)
                                    .toList());
            end(Outcome.STATUS, "status " + status + " (expected: " + expected + ")");
        } else if (wanted.body() == null) {
            end(Outcome.PASSED, "status " + status);
        } else {
            inBody = true;
            body.start(head.body());
            if (body.done()) {
                judgeBody();
            }
        }
    }

    @Override
    public void bodyPiece(ByteBuf in, int from, int length) {
        int taken = Math.min(length, MOST_BODY - seen.size());
        byte[] piece = new byte[taken];
        in.getBytes(from, piece);
        seen.writeBytes(piece);
        if (seen.size() == MOST_BODY) {
            body.stop();
            judgeBody();
        }
    }

    @Override
    public void bodyEnd(@Nullable Head trailers) {}

    private void judgeBody() {
        String text = http == null ? null : http.body();
        if (text != null && seen.toString(StandardCharsets.UTF_8).contains(text)) {
            end(Outcome.PASSED, "status " + head.status() + ", the text is there");
        } else {
            end(Outcome.BODY, "the body lacks the text \"" + text + "\"");
        }
    }

    @Override
    public void inputEnded() {
        if (!ended && inBody && body.closed()) {
            judgeBody();
        } else {
            end(Outcome.CLOSED, "the endpoint closed the connection before its answer was complete");
        }
    }

    @Override
    public void writable() {}

    @Override
    public void closed(@Nullable Throwable cause) {
        if (cause instanceof SSLException) {
            end(Outcome.TLS, String.valueOf(HandshakeException.of(cause).getMessage()));
            return;
        }
        end(Outcome.CLOSED, "the endpoint closed the connection before its answer was complete");
    }
}
