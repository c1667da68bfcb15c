package io.sluice.upstream;

import io.netty.buffer.ByteBuf;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * Where an upstream connection delivers the response of an attempt. All calls come on the loop of the attempt, never from within
 * {@link UpstreamSide}'s own methods, in this order: any number of {@link #interim}, one {@link #head}, any number
 * of {@link #body} and {@link #relayed}, one {@link #end}; or at any point {@link #failed} instead of the rest. After the last call, or after
 * {@link UpstreamSide#cancel}, the connection does not know the sink any more. In a tunnel {@link #failed} may follow
 * {@link #end} too, as long as the client's side has not ended: then nobody takes its bytes any more.
 */
public interface ResponseSink {

    /** A 1xx response other than 101. The head is lent for the call and may be edited. */
    void interim(Head head);

    /**
     * The final response head, or 101 to a request that asked for an upgrade. Lent for the call and may be edited.
     *
     * @param body what follows: a length, {@link Head#CHUNKED} or {@link Head#UNTIL_CLOSE}; 0 for a response without one
     */
    void head(Head head, long body);

    /** A piece of the body, or bytes of a tunnel: [from, from+length), lent for the call. */
    void body(ByteBuf bytes, int from, int length);

    /** Where the rest of the body may go unseen, as it is; null: it must come by {@link #body}. */
    default @Nullable Wire bodyWire() {
        return null;
    }

    /** So many bytes of the body may wait on {@link #bodyWire} for who takes them slowly. */
    default int bodyBound() {
        return 0;
    }

    /** So many bytes of the body have gone to {@link #bodyWire}; told only to who gave one. */
    default void relayed(int count) {}

    /** The response is complete; in a tunnel: the endpoint sends no more. Trailers are lent for the call. */
    void end(@Nullable Head trailers);

    /**
     * The attempt failed.
     *
     * @param progress how far it had come. {@link Progress#UNANSWERED} on a connection that had been used before ({@link
     *     UpstreamSide#isReused}) is usually because the endpoint had closed it already
     */
    void failed(Failure failure, Progress progress);

    /** {@link UpstreamSide#isWritable} is true again. */
    void writable();
}
