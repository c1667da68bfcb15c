package io.sluice.proxy;

import io.netty.buffer.ByteBuf;
import io.sluice.config.ListenerTls;
import io.sluice.http.Answer;
import io.sluice.http.Failure;
import io.sluice.http.GrpcAnswers;
import io.sluice.http.Head;
import io.sluice.wire.Wire;
import org.jspecify.annotations.Nullable;

/** The response of one exchange on its way to the client: what it tells of the limits, and what of it was written. */
final class Reply {
    private static final String HSTS = "Strict-Transport-Security";
    private static final String HSTS_FOLDED = "strict-transport-security";

    private final Allowance allowance;
    private final ClientSide client;
    private @Nullable Head asked;
    private boolean toHead;
    private boolean started;
    private boolean keepsAlive;
    private int status;
    private long bytes;

    /** @param allowance of which each final response tells */
    Reply(ClientSide client, Allowance allowance) {
        this.client = client;
        this.allowance = allowance;
    }

    /**
     * Begins anew.
     *
     * @param request null where not even the head of the request could be read
     */
    void start(@Nullable Head request) {
        asked = request;
        toHead = request != null && request.isHead();
        started = false;
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
        String told = client.settings().hsts();
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

    /** A 1xx response. */
    void interim(Head response) {
        client.interim(response);
    }

    /**
     * The head of the final response.
     *
     * @param body as {@link Head#body}
     */
    void head(Head response, long body, boolean keepAlive) {
        started = true;
        status = response.status();
        tell(response);
        keepsAlive = client.head(response, body, (toHead && status != 204) || status == 304, keepAlive);
    }

    /** 101: from here on bytes are passed as they are. */
    void switching(Head response) {
        started = true;
        status = client.switching(response);
    }

    void body(ByteBuf lent, int from, int length) {
        bytes += length;
        client.body(lent, from, length);
    }

    /** Where the body may go as it is; null if it is framed anew. */
    @Nullable
    Wire bodyWire() {
        return client.bodyWire();
    }

    /** So many bytes of the body went there. */
    void relayed(int count) {
        bytes += count;
    }

    void end(@Nullable Head trailers) {
        client.end(trailers);
    }

    /** A whole response of the gateway's own for a failure. */
    void failure(Failure failure, boolean keepAlive) {
        Head made = new Head();
        boolean grpc = asked != null && GrpcAnswers.fit(asked);
        answer(grpc ? GrpcAnswers.failure(failure, made) : Answer.failure(failure, made), made, keepAlive);
    }

    /**
     * A whole response of the gateway's own.
     *
     * @param made its head, edited
     */
    void answer(Answer answer, Head made, boolean keepAlive) {
        started = true;
        status = answer.status();
        keepsAlive = keepAlive;
        tell(made);
        bytes = client.answer(answer, made, toHead, keepAlive);
    }
}
