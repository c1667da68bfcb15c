package io.sluice.proxy;

import io.netty.buffer.ByteBuf;
import io.sluice.http.Answer;
import io.sluice.http.Head;
import io.sluice.http.Peer;
import io.sluice.tls.Secured;
import io.sluice.wire.Wire;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The client of one exchange, as the exchange sees it: one request on a connection of HTTP/1.1 ({@link H1ClientSide}), or one
 * stream of HTTP/2. It has its exchange from the start; one exchange after the other may be run on it. Everything
 * is called on the loop of the exchange.
 *
 * <p>In the other direction it starts the exchange ({@link Exchange#start}, {@link Exchange#run}, or {@link Exchange#fail} for a head that
 * is refused), gives the request's body to its {@link RequestBody}, and tells of its own end by {@link Exchange#clientEnded} or
 * {@link Exchange#clientGone}.
 *
 * <p>An exchange ends with one call of {@link #finished} or {@link #cutOff}, and then one of {@link #over}.
 */
interface ClientSide {

    /** Who is at the other end. */
    Peer peer();

    /** Where the client has connected to. */
    InetSocketAddress destination();

    /** Name of the listener that the request came in by. */
    String listener();

    /** What its listener asks of each exchange besides, such as a redirect to https. */
    Listener.Settings settings();

    /** What TLS has settled with the client; null: there is no TLS. */
    @Nullable
    Secured secured();

    /** As the access log has it: {@code HTTP/1.1}. */
    String protocol();

    /** Whether another request may follow the present one on its connection. */
    boolean staysOpen();

    /** The exchange may take bytes again. */
    void proceed();

    // ---- the response

    /** As {@link Wire#isWritable(int)}; {@link Exchange#clientWritable} tells when it is true again. */
    boolean isWritable(int bound);

    /** As {@link Wire#stalledNanos}. */
    long stalledNanos();

    /** A 1xx response other than 101, lent for the call. */
    void interim(Head response);

    /**
     * The head of the final response, lent for the call.
     *
     * @param body as {@link Head#body}
     * @param bodiless none follows, whatever the fields say: it answers HEAD or is a 304
     * @param keepAlive the exchange allows another request after this response
     * @return whether another one can follow
     */
    boolean head(Head response, long body, boolean bodiless, boolean keepAlive);

    /**
     * 101: from here on bytes are passed as they are.
     *
     * @return what the client was told, by its protocol: 101, or 200
     */
    int switching(Head response);

    /** A piece of the response's body, or of the tunnel; lent for the call. */
    void body(ByteBuf lent, int from, int length);

    /** Where the body may go as it is; null if it is framed anew. */
    @Nullable
    Wire bodyWire();

    /** The end of the response; trailers are lent for the call. */
    void end(@Nullable Head trailers);

    /**
     * A whole response of the gateway's own.
     *
     * @param made its head, edited; lent for the call
     * @param toHead it answers HEAD
     * @return bytes of body that were written
     */
    int answer(Answer answer, Head made, boolean toHead, boolean keepAlive);

    /** The endpoint's side of a tunnel has ended. */
    void shutdownOutput();

    // ---- the end

    /**
     * The exchange is over and everything of its response was written.
     *
     * @param keepAlive a further request may come
     * @param unread bytes of the request's body that were not taken; {@link Long#MAX_VALUE} if nobody knows
     */
    void finished(boolean keepAlive, long unread);

    /** The exchange failed where nothing can be answered any more: the client must not take what it got for the whole. */
    void cutOff();

    /** The exchange does nothing with it any more. */
    void over();
}
