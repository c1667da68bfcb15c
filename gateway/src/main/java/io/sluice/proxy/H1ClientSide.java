package io.sluice.proxy;

import io.netty.buffer.ByteBuf;
import io.sluice.http.Answer;
import io.sluice.http.BodyReader;
import io.sluice.http.H1Writer;
import io.sluice.http.Head;
import io.sluice.http.Peer;
import io.sluice.tls.Secured;
import io.sluice.wire.Wire;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One request on a connection of HTTP/1.x and its response: reads the body of the one, and frames the other for this client
 * (RFC 9112 section 6.3). The object has its exchange, and is used again with it for another request of any connection of
 * the loop ({@link Exchanges}).
 */
final class H1ClientSide implements ClientSide, BodyReader.Sink {
    static final String PROTOCOL = "HTTP/1.1";

    private static final int HEAD_ROOM = 512;
    private static final int CHUNK_ROOM = 16;

    private final Exchanges home;
    private final Exchange exchange;
    private final BodyReader reader = new BodyReader(true);
    private ClientConnection connection;
    private Wire wire;
    private int minor;
    private boolean reading;
    private boolean chunked;

    H1ClientSide(ClientConnection first, Proxy proxy, Exchanges home) {
        this.home = home;
        connection = first;
        wire = first.wire();
        exchange = new Exchange(this, first.loop(), proxy);
    }

    /** As {@link Exchange#start}. */
    void start(ClientConnection of, Head head, boolean parsed) {
        connection = of;
        wire = of.wire();
        minor = parsed ? head.minorVersion() : 1;
        reading = false;
        chunked = false;
        exchange.start(head, parsed);
    }

    Exchange exchange() {
        return exchange;
    }

    /** Nothing of the last request is left in it. */
    boolean isReusable() {
        return reader.done() && exchange.isReusable();
    }

    /** Takes what belongs to the request's body, or to the tunnel. */
    void read(ByteBuf in) {
        RequestBody body = exchange.request;
        if (!body.takes(in.readableBytes())) {
            return;
        }
        if (exchange.tunnel) {
            body.piece(in, in.readerIndex(), in.readableBytes());
            in.skipBytes(in.readableBytes());
            body.taken(null);
        } else {
            if (!reading) {
                reading = true;
                reader.start(body.framing());
            }
            body.taken(reader.read(in, this));
        }
    }

    @Override
    public void bodyPiece(ByteBuf in, int from, int length) {
        exchange.request.piece(in, from, length);
    }

    @Override
    public void bodyEnd(@Nullable Head trailers) {
        exchange.request.end(trailers);
    }

    // ---- from the exchange

    @Override
    public Peer peer() {
        return connection.peer();
    }

    @Override
    public Listener.Settings settings() {
        return connection.listener().settings();
    }

    @Override
    public @Nullable Secured secured() {
        return wire.secured();
    }

    @Override
    public InetSocketAddress destination() {
        return wire.local();
    }

    @Override
    public String listener() {
        return connection.listener().config().name();
    }

    @Override
    public String protocol() {
        return minor > 0 ? PROTOCOL : "HTTP/1.0";
    }

    @Override
    public boolean staysOpen() {
        return connection.staysOpen();
    }

    @Override
    public void proceed() {
        connection.proceed();
    }

    @Override
    public boolean isWritable(int bound) {
        return wire.isWritable(bound);
    }

    @Override
    public long stalledNanos() {
        return wire.stalledNanos();
    }

    /** HTTP/1.0 clients do not know them (RFC 9110 section 15.2). */
    @Override
    public void interim(Head response) {
        if (minor > 0) {
            H1Writer.interim(response, wire.out(HEAD_ROOM));
        }
    }

    @Override
    public boolean head(Head response, long body, boolean bodiless, boolean keepAlive) {
        long framing = body;
        if (!bodiless && body < 0) {
            chunked = minor > 0;
            framing = chunked ? Head.CHUNKED : Head.UNTIL_CLOSE;
        }
        boolean stays = keepAlive && framing != Head.UNTIL_CLOSE;
        H1Writer.response(response, framing, bodiless, minor, stays, false, wire.out(HEAD_ROOM));
        return stays;
    }

    @Override
    public int switching(Head response) {
        connection.tunnels();
        H1Writer.response(response, 0, true, minor, true, true, wire.out(HEAD_ROOM));
        return response.status();
    }

    @Override
    public void body(ByteBuf lent, int from, int length) {
        if (chunked) {
            H1Writer.chunkStart(length, wire.out(CHUNK_ROOM));
            wire.write(lent, from, length);
            H1Writer.chunkEnd(wire.out(2));
        } else {
            wire.write(lent, from, length);
        }
    }

    @Override
    public @Nullable Wire bodyWire() {
        return chunked ? null : wire;
    }

    @Override
    public void end(@Nullable Head trailers) {
        if (chunked) {
            H1Writer.lastChunk(trailers, wire.out(HEAD_ROOM));
        }
    }

    @Override
    public int answer(Answer answer, Head made, boolean toHead, boolean keepAlive) {
        return answer.write(made, toHead, keepAlive, minor, wire.out(HEAD_ROOM));
    }

    @Override
    public void shutdownOutput() {
        wire.shutdownOutput();
    }

    @Override
    public void finished(boolean keepAlive, long unread) {
        connection.finished(keepAlive, unread);
    }

    @Override
    public void cutOff() {
        connection.cutOff();
    }

    @Override
    public void over() {
        home.over(this);
    }
}
