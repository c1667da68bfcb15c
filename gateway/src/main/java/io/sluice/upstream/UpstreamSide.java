package io.sluice.upstream;

import io.netty.buffer.ByteBuf;
import io.sluice.http.Head;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange has leased for one attempt: a connection of HTTP/1.1 ({@link UpstreamConnection}), or one stream of HTTP/2
 * ({@link UpstreamStream}, {@link FarStream}). It is
 * the exchange's until {@link ResponseSink#end}, {@link ResponseSink#failed} or {@link #cancel}; nothing of it may be used
 * afterwards. Used on the loop that asked.
 */
public interface UpstreamSide {

    Endpoint endpoint();

    /** Its connection has carried an exchange before. */
    boolean isReused();

    /** The endpoint may refuse the request without having looked at it ({@link Progress#UNPROCESSED}): it should be kept at hand. */
    default boolean isRefusable() {
        return false;
    }

    /** How long it took to open the connection, in nanoseconds. */
    long connectNanos();

    /**
     * Starts an attempt: writes the head.
     *
     * @param head edited and ready to be written; not kept after the call
     * @param body of the request: a length or CHUNKED; 0: none, the request is complete
     * @param asksUpgrade the request asks for an upgrade that the gateway lets through
     */
    void send(ResponseSink to, Head head, long body, boolean asksUpgrade);

    /** A piece of the request's body, or of the tunnel. Lent for the call. Ignored once the attempt is over. */
    void body(ByteBuf bytes, int from, int length);

    /** The request is complete; in a tunnel: the client sends no more (half-close). Ignored once the attempt is over. */
    void end(@Nullable Head trailers);

    /** False while the endpoint does not take what it was sent; {@link ResponseSink#writable} tells when it is true again. */
    boolean isWritable();

    /** Others have waited for a connection to its endpoint for so long that none should be held for nothing. */
    boolean isWanted();

    /** Back-pressure of the response. What was read already is still delivered. */
    void pause();

    void resume();

    /**
     * Ends the attempt from the client's side: the sink hears no more. What was sent is not taken back: the connection is
     * discarded, or the stream is reset, unless nothing was sent.
     */
    void cancel();

    /** The request is on its way or there, and not a byte of a response has come. */
    boolean isUnanswered();
}
