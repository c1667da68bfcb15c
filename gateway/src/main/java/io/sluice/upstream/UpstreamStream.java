package io.sluice.upstream;

import io.netty.buffer.ByteBuf;
import io.sluice.h2.ErrorCode;
import io.sluice.h2.H2Stream;
import io.sluice.h2.StreamEvents;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.http.WebSocketUpgrade;
import io.sluice.wire.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * One exchange on a {@link SharedConnection}, on whose loop everything happens.
 *
 * <p>Leased, it takes up a place of its connection; sent, it is a stream there; over, it has given the place back, which
 * happens once, before its sink is told of the end. A response that is complete before the request is, ends the
 * attempt: the stream is reset, and the connection stays in use.
 *
 * <p>A request that upgrades to WebSocket is an extended CONNECT (RFC 8441) where the endpoint takes that. Its 2xx is told as a 101; from then on
 * each side ends by itself, and with the second end, or a reset, it is over.
 *
 * <p>The object is used again after an exchange of its own loop, not a tunnel, whose request and response both ended: nobody calls it any more
 * then.
 */
final class UpstreamStream implements UpstreamSide, StreamEvents {
    /** 1xx responses to one request. */
    private static final int MAX_INTERIM = 16;
    /** How long an endpoint that says nothing more may take what a tunnel has still to send. */
    private static final long LINGER_NANOS = 10_000_000_000L;

    private SharedConnection connection;
    private boolean far;
    private boolean reused;
    private @Nullable ResponseSink sink;
    private @Nullable H2Stream stream;
    private boolean over;

    private boolean isHead;
    /** Bytes of the request's body still to come; {@link Head#CHUNKED}. */
    private long toSend;

    private int interims;
    private boolean begun;

    /** The response has ended, with these trailers; they are lent until the stream is closed, which comes next. */
    private boolean closing;

    private @Nullable Head lastTrailers;

    private boolean connects;
    /** What the client's key is answered by; null: it has none. */
    private @Nullable String answer;

    private boolean tunnel;
    /** Of a tunnel: the endpoint sends no more. */
    private boolean endpointEnded;

    private boolean paused;
    /** Bytes that came while paused: there is no room for as many more yet. */
    private int held;

    /** To be {@link #start}ed. */
    @SuppressWarnings("NullAway") // what is of one exchange comes with its start
    UpstreamStream() {}

    /**
     * Leased.
     *
     * @param isFar its exchange is on another loop, and counted there
     */
    void start(SharedConnection on, boolean isFar) {
        connection = on;
        far = isFar;
        reused = on.usage.isReused();
        sink = null;
        stream = null;
        over = false;
        interims = 0;
        begun = false;
        closing = false;
        lastTrailers = null;
        connects = false;
        answer = null;
        tunnel = false;
        endpointEnded = false;
        paused = false;
        held = 0;
    }

    boolean isFar() {
        return far;
    }

    // ---- from the exchange

    @Override
    public Endpoint endpoint() {
        return connection.endpoint();
    }

    @Override
    public boolean isReused() {
        return reused;
    }

    @Override
    public boolean isRefusable() {
        return true;
    }

    @Override
    public long connectNanos() {
        return connection.usage.connectNanos();
    }

    /** An upgrade is not for HTTP/2: unless there is another way to what is asked for, the request goes on without. */
    @Override
    public void send(ResponseSink to, Head head, long body, boolean asksUpgrade) {
        sink = to;
        isHead = head.isHead();
        toSend = body;
        connects = asksUpgrade && body == 0 && connects(head);
        if (!connects && head.isConnect()) {
            // whatever the endpoint said, it would mean something else to the client; the sink is not called from
            // within
            connection.loop().execute(this::failUnasked);
            return;
        }
        H2Stream begins = connection.begin(this);
        if (begins == null) {
            // lost since it was leased, or about to go; the sink is not called from within
            connection.loop().execute(this::failUnsent);
        } else {
            stream = begins;
            if (connects) {
                toSend = Head.CHUNKED;
                begins.connect(head, connection.isSecure());
            } else {
                begins.request(head, body, connection.isSecure());
            }
        }
    }

    private boolean connects(Head head) {
        if (!connection.isConnectable() || !WebSocketUpgrade.isAsked(head)) {
            return false;
        }
        answer = head.isConnect() ? null : WebSocketUpgrade.answerTo(head);
        return head.isConnect() || answer != null;
    }

    @Override
    public void body(ByteBuf bytes, int from, int length) {
        H2Stream to = stream;
        if (over || to == null || length == 0) {
            return;
        }
        if (toSend != Head.CHUNKED) {
            if (length > toSend) {
                throw new IllegalArgumentException("body: " + length + " bytes (expected: at most " + toSend + ")");
            }
            toSend -= length;
        }
        to.data(bytes, from, length);
    }

    @Override
    public void end(@Nullable Head trailers) {
        H2Stream to = stream;
        if (over || to == null || toSend == 0) {
            return;
        }
        if (toSend != Head.CHUNKED) {
            throw new IllegalStateException("end of the body: " + toSend + " bytes missing (expected: 0)");
        }
        toSend = 0;
        to.end(trailers);
        if (endpointEnded && !over) {
            new Deadline(late -> cancel()).arm(connection.loop(), LINGER_NANOS);
        }
    }

    @Override
    public boolean isWritable() {
        return stream != null && !over && stream.isWritable(1);
    }

    @Override
    public boolean isWanted() {
        return connection.isWanted();
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
        int room = held;
        held = 0;
        if (room > 0 && stream != null && !over) {
            stream.consumed(room);
        }
    }

    @Override
    public void cancel() {
        if (!over) {
            sink = null;
            give(ErrorCode.CANCEL);
            connection.releaseLater(this);
        }
    }

    @Override
    public boolean isUnanswered() {
        return stream != null && !begun && !over;
    }

    /** The attempt is over, and the stream too. */
    private void give(ErrorCode code) {
        over = true;
        if (stream != null) {
            stream.reset(code);
        }
    }

    // ---- from the connection

    @Override
    public void interimHead(Head response) {
        ResponseSink told = sink;
        begun = true;
        if (over || told == null) {
            return;
        }
        if (++interims > MAX_INTERIM) {
            end(ErrorCode.ENHANCE_YOUR_CALM, Failure.RESPONSE_HEAD, Progress.ANSWERED);
        } else {
            told.interim(response);
        }
    }

    @Override
    public void head(Head response, boolean ended) {
        ResponseSink told = sink;
        begun = true;
        if (over || told == null) {
            return;
        }
        endpoint().health().answered(response.status());
        if (connects && response.status() / 100 == 2) {
            tunnel = true;
            told.head(WebSocketUpgrade.switched(response, answer), 0);
        } else {
            told.head(response, ended || isHead ? 0 : response.body());
        }
        if (ended) {
            ended(null);
        }
    }

    @Override
    public void data(ByteBuf lent, int from, int length) {
        ResponseSink told = sink;
        if (!over && told != null && length > 0) {
            told.body(lent, from, length);
        }
        if (over) {
            return;
        }
        if (paused) {
            held += length;
        } else if (stream != null) {
            stream.consumed(length);
        }
    }

    /** The response is over. If the request is too, the stream is closed next, and not before that its place is free. */
    @Override
    public void ended(@Nullable Head trailers) {
        H2Stream of = stream;
        if (!over && of != null && of.isOutputEnded() && (tunnel || of.kept() == 0)) {
            closing = true;
            lastTrailers = trailers;
        } else if (tunnel) {
            endTunnelInput();
        } else {
            complete(trailers);
        }
    }

    private void endTunnelInput() {
        ResponseSink told = sink;
        if (!over && told != null) {
            endpointEnded = true;
            told.end(null);
        }
    }

    /** The place is given back before the sink is told, since that may take it for the next request. */
    private void complete(@Nullable Head trailers) {
        ResponseSink told = sink;
        if (!over) {
            sink = null;
            give(ErrorCode.CANCEL);
            connection.release(this);
            if (told != null) {
                told.end(trailers);
            }
        }
    }

    @Override
    public void writable() {
        if (!over && sink != null) {
            sink.writable();
        }
    }

    @Override
    public void closed(Ending how, ErrorCode code) {
        H2Stream left = stream;
        stream = null;
        if (left != null && how == Ending.ENDED) {
            // else somebody may still be busy with it
            connection.free(left);
        }
        if (over) {
            return;
        }
        Progress progress = Progress.of(!begun);
        switch (how) {
            case REFUSED -> end(code, connection.refusal(), Progress.UNPROCESSED);
            case RESET -> end(code, begun && !tunnel ? Failure.RESPONSE_TRUNCATED : Failure.UPSTREAM_RESET, progress);
            case FAULT -> end(code, Failure.RESPONSE_MALFORMED, progress);
            case LOST -> end(code, lost(code), progress);
            case ENDED -> {
                if (closing) {
                    complete(lastTrailers);
                    lastTrailers = null;
                    if (!far && !tunnel) {
                        connection.free(this);
                    }
                } else if (tunnel) {
                    over = true;
                    sink = null;
                    connection.releaseLater(this);
                }
            }
            case GIVEN_UP -> {}
        }
    }

    /** What became of the connection is nobody's fault where a part of a response is there: RFC 9209 section 2.3. */
    private Failure lost(ErrorCode code) {
        Failure why = connection.lostBy(code);
        return begun && !tunnel && why == Failure.UPSTREAM_CLOSED ? Failure.RESPONSE_TRUNCATED : why;
    }

    private void failUnsent() {
        if (!over) {
            end(ErrorCode.CANCEL, connection.lostBy(ErrorCode.NO_ERROR), Progress.UNPROCESSED);
        }
    }

    private void failUnasked() {
        if (!over) {
            end(ErrorCode.CANCEL, Failure.UPGRADE_IGNORED, Progress.ANSWERED);
        }
    }

    private void end(ErrorCode code, Failure why, Progress progress) {
        ResponseSink told = sink;
        sink = null;
        give(code);
        if (tunnel || why == Failure.UPGRADE_IGNORED) {
            // says nothing of the endpoint's health
            connection.releaseLater(this);
        } else {
            connection.failed(this, why, progress);
        }
        if (told != null) {
            told.failed(why, progress);
        }
    }
}
