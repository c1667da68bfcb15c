package io.sluice.upstream;

import io.netty.buffer.ByteBuf;
import io.sluice.http.Head;
import org.jspecify.annotations.Nullable;

/** One HTTP/1.1 connection to an endpoint; one exchange at a time. (The target of a real implementation.) */
public final class UpstreamConnection {
    /** Has carried an exchange before. */
    public boolean isReused() {
        throw new UnsupportedOperationException();
    }

    /**
     * Starts an attempt: writes the head. The connection is then the sink's until {@link ResponseSink#end}, {@link ResponseSink#failed} or {@link #cancel}.
     *
     * @param head edited and ready to be written; not kept after the call
     * @param body of the request: a length or CHUNKED; 0: none, the request is complete
     * @param upgrade the request asks for an upgrade that the gateway lets through
     */
    public void send(ResponseSink sink, Head head, long body, boolean upgrade) {
        throw new UnsupportedOperationException();
    }

    /** A piece of the request's body, or of the tunnel. Lent for the call. */
    public void body(ByteBuf bytes, int from, int length) {
        throw new UnsupportedOperationException();
    }

    /** The request is complete; in a tunnel: the client sends no more (half-close). */
    public void end(@Nullable Head trailers) {
        throw new UnsupportedOperationException();
    }

    public boolean isWritable() {
        throw new UnsupportedOperationException();
    }

    /** Back-pressure of the response. */
    public void pause() {
        throw new UnsupportedOperationException();
    }

    public void resume() {
        throw new UnsupportedOperationException();
    }

    /** Ends the attempt from the client's side: the connection is discarded at once and the sink hears no more. */
    public void cancel() {
        throw new UnsupportedOperationException();
    }

    public Endpoint endpoint() {
        throw new UnsupportedOperationException();
    }
}
