package io.sluice.proxy;

import io.netty.buffer.ByteBuf;
import io.sluice.config.ListenerTls;
import io.sluice.http.Answer;
import io.sluice.http.Failure;
import io.sluice.http.H1Writer;
import io.sluice.http.Head;
import io.sluice.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * The response of one exchange on its way to the client: how its body is framed for this client (RFC 9112 section 6.3),
 * whether the connection stays open after it, and what of it was written.
 */
final class Reply {
    private static final int HEAD_ROOM = 512;
    private static final String HSTS = "Strict-Transport-Security";
    private static final String HSTS_FOLDED = "strict-transport-security";

    private final Allowance allowance;
    private Wire wire;
    private @Nullable String hsts;
    private boolean toHead;
    private int clientMinor;
    private boolean started;
    private boolean chunked;
    private boolean keepsAlive;
    private int status;
    private long bytes;

    /** @param allowance of which each final response tells */
    Reply(Wire wire, Allowance allowance) {
        this.wire = wire;
        this.allowance = allowance;
    }

    /**
     * Begins anew.
     *
     * @param request null where not even the head of the request could be read
     * @param https as {@link #hsts}
     */
    void start(Wire to, @Nullable Head request, @Nullable String https) {
        wire = to;
        hsts = https;
        toHead = request != null && request.isHead();
        clientMinor = request == null ? 1 : request.minorVersion();
        started = false;
        chunked = false;
        keepsAlive = false;
        status = 0;
        bytes = 0;
    }

    /** What tells browsers to use nothing but TLS (RFC 6797 section 6.1); null: nothing is to be said. */
    static @Nullable String hsts(@Nullable ListenerTls tls) {
        return tls == null || tls.hsts().isZero()
                ? null
                : "max-age=" + tls.hsts().toSeconds();
    }

    /** Tells what each final response has to tell besides. */
    private void tell(Head response) {
        allowance.tell(response);
        String told = hsts;
        if (told != null && response.find(HSTS_FOLDED, 0) < 0) {
            response.add(HSTS, told);
        }
    }

    /** A byte of the final response was written. */
    boolean isStarted() {
        return started;
    }

    /** The client may send another request after this response. */
    boolean keepsAlive() {
        return keepsAlive;
    }

    /** 0 before {@link #isStarted}. */
    int status() {
        return status;
    }

    /** Bytes of the body. */
    long bytes() {
        return bytes;
    }

    /** A 1xx response; HTTP/1.0 clients do not know them (RFC 9110 section 15.2). */
    void interim(Head response) {
        if (clientMinor > 0) {
            H1Writer.interim(response, wire.out(HEAD_ROOM));
        }
    }

    /**
     * The head of the final response.
     *
     * @param body as {@link Head#body}
     */
    void head(Head response, long body, boolean keepAlive) {
        started = true;
        status = response.status();
        boolean bodiless = (toHead && status != 204) || status == 304;
        long framing = body;
        if (!bodiless && body < 0) {
            chunked = clientMinor > 0;
            framing = chunked ? Head.CHUNKED : Head.UNTIL_CLOSE;
        }
        keepsAlive = keepAlive && framing != Head.UNTIL_CLOSE;
        tell(response);
        H1Writer.response(response, framing, bodiless, clientMinor, keepsAlive, false, wire.out(HEAD_ROOM));
    }

    /** 101: from here on bytes are passed as they are. */
    void switching(Head response) {
        started = true;
        status = response.status();
        H1Writer.response(response, 0, true, clientMinor, true, true, wire.out(HEAD_ROOM));
    }

    void body(ByteBuf lent, int from, int length) {
        bytes += length;
        if (chunked) {
            H1Writer.chunkStart(length, wire.out(16));
            wire.write(lent, from, length);
            H1Writer.chunkEnd(wire.out(2));
        } else {
            wire.write(lent, from, length);
        }
    }

    /** Where the body may go as it is; null if it is framed anew. */
    @Nullable
    Wire bodyWire() {
        return chunked ? null : wire;
    }

    /** So many bytes of the body went there. */
    void relayed(int count) {
        bytes += count;
    }

    void end(@Nullable Head trailers) {
        if (chunked) {
            H1Writer.lastChunk(trailers, wire.out(HEAD_ROOM));
        }
    }

    /** A whole response of the gateway's own for a failure. */
    void failure(Failure failure, boolean keepAlive) {
        started = true;
        status = failure.status();
        keepsAlive = keepAlive;
        if (allowance.isTold() || hsts != null) {
            Head made = new Head();
            Answer answer = Answer.failure(failure, made);
            tell(made);
            bytes = answer.write(made, toHead, keepAlive, clientMinor, wire.out(HEAD_ROOM));
        } else {
            bytes = Answer.failure(failure, toHead, keepAlive, clientMinor, wire.out(HEAD_ROOM));
        }
    }

    /**
     * A whole response of the gateway's own that a route asks for.
     *
     * @param made its head, edited
     */
    void answer(Answer answer, Head made, boolean keepAlive) {
        started = true;
        status = answer.status();
        keepsAlive = keepAlive;
        tell(made);
        bytes = answer.write(made, toHead, keepAlive, clientMinor, wire.out(HEAD_ROOM));
    }
}
