package io.sluice.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.sluice.h2.ErrorCode;
import io.sluice.h2.H2Stream;
import io.sluice.h2.StreamEvents;
import io.sluice.http.Answer;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.http.Name;
import io.sluice.http.Peer;
import io.sluice.tls.Secured;
import io.sluice.wire.Wire;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a client of HTTP/2, with its exchange. What of the request's body the exchange doesn't take yet is held here; its window
 * bounds that. The object is used again with its exchange when the stream is closed and the exchange is over ({@link H2Sides}).
 *
 * <p>After an extended CONNECT (RFC 8441) the bytes of DATA are those of a tunnel, of which the ends of the stream's sides are half-closes and
 * resets are resets. What comes before it is known whether there is a tunnel, is held.
 */
final class H2ClientSide implements ClientSide, StreamEvents {
    /** While streams of the connection keep so much together, none of them may be given more than it must. */
    static final int KEPT_BY_ALL = 1 << 20;

    private final H2Sides home;
    private final Exchange exchange;
    // of the present stream
    private H2ClientConnection connection;
    private H2Stream stream;
    private @Nullable ByteBuf held;
    private @Nullable Head heldTrailers;
    private boolean giving;
    private boolean ended;
    /** The request is an extended CONNECT. */
    private boolean connects;
    /** The exchange has not finished. */
    private boolean running;
    /** The exchange does nothing with it any more; the stream is closed; it is nobody's. */
    private boolean exchangeOver;

    private boolean streamClosed;
    private boolean free;

    @SuppressWarnings("NullAway") // what is of one stream comes with its start
    H2ClientSide(H2ClientConnection first, Proxy proxy, H2Sides home) {
        this.home = home;
        exchange = new Exchange(this, first.loop(), proxy);
    }

    /** Begins with a request; then the exchange is to be run, or to fail. */
    Exchange start(H2ClientConnection of, H2Stream number, Head head, boolean parsed) {
        connection = of;
        stream = number;
        giving = false;
        connects = parsed && head.isConnect();
        ended = connects && number.isInputEnded();
        running = true;
        exchangeOver = false;
        streamClosed = false;
        free = false;
        exchange.start(head, parsed);
        return exchange;
    }

    Exchange exchange() {
        return exchange;
    }

    /** The exchange is not over. */
    boolean isRunning() {
        return running;
    }

    // ---- the request

    @Override
    public void data(ByteBuf lent, int from, int length) {
        if (!running) {
            stream.consumed(length);
        } else if (held != null || giving || !give(lent, from, length)) {
            hold(lent, from, length);
        }
    }

    /** Gives bytes to the exchange; returns whether it takes them now. */
    private boolean give(ByteBuf in, int from, int length) {
        giving = true;
        boolean given = false;
        while (!given && running && exchange.takesBytes()) {
            given = exchange.request.takes(length);
        }
        if (given) {
            exchange.request.piece(in, from, length);
            stream.consumed(length);
            if (running) {
                exchange.request.taken(null);
            }
        }
        giving = false;
        return given || !running;
    }

    private void hold(ByteBuf in, int from, int length) {
        ByteBuf into = held;
        if (into == null) {
            into = PooledByteBufAllocator.DEFAULT.directBuffer(length);
            held = into;
        }
        into.writeBytes(in, from, length);
    }

    @Override
    public void ended(@Nullable Head trailers) {
        if (!running) {
            return;
        }
        ended = true;
        if (trailers != null) {
            Head copy = connection.lane().heads().take();
            trailers.copyTo(copy);
            heldTrailers = copy;
        }
        proceed();
    }

    @Override
    public void proceed() {
        if (giving || !running) {
            return;
        }
        ByteBuf waiting = held;
        if (waiting != null) {
            if (!give(waiting, waiting.readerIndex(), waiting.readableBytes())) {
                return;
            }
            letGo();
        }
        if (ended && running && exchange.tunnel) {
            ended = false;
            exchange.clientEnded();
        } else if (ended && running && exchange.takesBytes()) {
            giving = true;
            ended = false;
            exchange.request.end(heldTrailers);
            exchange.request.taken(null);
            giving = false;
            dropTrailers();
        }
    }

    /** The client says nothing more on its connection. */
    void clientEnded() {
        if (connects) {
            ended = true;
            proceed();
        } else {
            exchange.clientEnded();
        }
    }

    private void letGo() {
        ByteBuf done = held;
        if (done != null) {
            held = null;
            done.release();
        }
    }

    private void dropTrailers() {
        Head copy = heldTrailers;
        if (copy != null) {
            heldTrailers = null;
            connection.lane().heads().give(copy);
        }
    }

    // ---- from the stream

    @Override
    public void writable() {
        if (running) {
            exchange.clientWritable();
        }
    }

    @Override
    public void closed(Ending how, ErrorCode code) {
        streamClosed = true;
        if (running && how == Ending.FAULT) {
            exchange.fail(Failure.REQUEST_MALFORMED);
        } else if (running && how != Ending.ENDED && how != Ending.GIVEN_UP) {
            exchange.clientGone();
        }
        settle();
    }

    // ---- from the exchange

    @Override
    public Peer peer() {
        return connection.peer();
    }

    @Override
    public InetSocketAddress destination() {
        return connection.wire().local();
    }

    @Override
    public Listener.Settings settings() {
        return connection.listener().settings();
    }

    @Override
    public @Nullable Secured secured() {
        return connection.wire().secured();
    }

    @Override
    public String listener() {
        return connection.listener().config().name();
    }

    @Override
    public String protocol() {
        return H2ClientConnection.PROTOCOL;
    }

    @Override
    public boolean staysOpen() {
        return true;
    }

    @Override
    public boolean isWritable(int bound) {
        return stream.isWritable(connection.kept() < KEPT_BY_ALL ? bound : 0);
    }

    @Override
    public long stalledNanos() {
        return stream.stalledNanos();
    }

    @Override
    public void interim(Head response) {
        stream.interim(response);
    }

    @Override
    public boolean head(Head response, long body, boolean bodiless, boolean keepAlive) {
        stream.response(response, body, bodiless);
        return true;
    }

    @Override
    public int switching(Head response) {
        connection.tunnels(1);
        stream.tunnel(response);
        return 200;
    }

    @Override
    public void body(ByteBuf lent, int from, int length) {
        stream.data(lent, from, length);
    }

    @Override
    public @Nullable Wire bodyWire() {
        return null;
    }

    @Override
    public void end(@Nullable Head trailers) {
        stream.end(trailers);
    }

    @Override
    public int answer(Answer answer, Head made, boolean toHead, boolean keepAlive) {
        byte[] body = answer.body();
        if (toHead) {
            made.add(Name.CONTENT_LENGTH, "content-length", Integer.toString(body.length));
        }
        stream.response(made, body.length, toHead || made.status() == 304);
        if (toHead || answer.isBodiless()) {
            return 0;
        }
        stream.data(Unpooled.wrappedBuffer(body), 0, body.length);
        return body.length;
    }

    @Override
    public void shutdownOutput() {
        stream.end(null);
    }

    @Override
    public void finished(boolean keepAlive, long unread) {
        over(null);
    }

    @Override
    public void cutOff() {
        // RFC 8441 section 5
        over(exchange.tunnel ? ErrorCode.CANCEL : ErrorCode.INTERNAL_ERROR);
    }

    private void over(@Nullable ErrorCode cut) {
        running = false;
        letGo();
        dropTrailers();
        if (exchange.tunnel) {
            connection.tunnels(-1);
        }
        if (cut != null) {
            stream.reset(cut);
        } else {
            boolean refused = connects || exchange.failure == Failure.REQUEST_PROTOCOL;
            stream.dropInput(refused && !exchange.tunnel);
        }
    }

    /** Nothing of the exchange is under way any more. */
    @Override
    public void over() {
        exchangeOver = true;
        settle();
    }

    private void settle() {
        if (exchangeOver && streamClosed && !free) {
            free = true;
            stream.free(connection.lane().proxy().h2(connection.loop()));
            home.over(this);
        }
    }
}
