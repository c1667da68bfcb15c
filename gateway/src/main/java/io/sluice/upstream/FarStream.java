package io.sluice.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.wire.Loop;
import org.jspecify.annotations.Nullable;

/**
 * A stream that is used from another loop than its connection is on: for an exchange whose own loop has no connection and may
 * open none. Each call becomes a task of the other loop, in order, with copies of what is lent.
 *
 * <p>What is on its way is bounded both ways: toward the endpoint {@link #isWritable} is false while {@link #ON_ITS_WAY} bytes have not
 * been written there, or the stream itself takes nothing; toward the exchange the stream is paused while as many have
 * not arrived. What comes for an exchange that has cancelled is dropped when it arrives.
 */
final class FarStream implements UpstreamSide {
    /** Bytes, in each direction. */
    private static final int ON_ITS_WAY = 64 * 1024;

    private final Shelf here;
    private final Loop there;
    private final UpstreamStream stream;
    private final Endpoint endpoint;
    private final boolean reused;
    private final long connectNanos;
    private final FarEnd end = new FarEnd();

    // ---- of the exchange's loop
    private @Nullable ResponseSink sink;
    private boolean sent;
    private boolean begun;
    private boolean over;
    private boolean blocked;
    private int unwritten;
    /** After 101: each side ends by itself. */
    private boolean tunnel;

    private boolean exchangeEnded;
    private boolean endpointEnded;

    /**
     * @param here the shelf of the exchange
     * @param stream leased on {@code there}
     */
    FarStream(Shelf here, Loop there, UpstreamStream stream) {
        this.here = here;
        this.there = there;
        this.stream = stream;
        endpoint = here.pool().endpoint();
        reused = stream.isReused();
        connectNanos = stream.connectNanos();
    }

    // ---- from the exchange

    @Override
    public Endpoint endpoint() {
        return endpoint;
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
        return connectNanos;
    }

    @Override
    public void send(ResponseSink to, Head head, long body, boolean asksUpgrade) {
        sink = to;
        sent = true;
        Head copy = new Head();
        head.copyTo(copy);
        to(() -> stream.send(end, copy, body, asksUpgrade));
    }

    @Override
    public void body(ByteBuf bytes, int from, int length) {
        if (over || length == 0) {
            return;
        }
        unwritten += length;
        ByteBuf copy = copy(bytes, from, length);
        boolean taken = there.execute(() -> {
            stream.body(copy, copy.readerIndex(), length);
            copy.release();
            end.written(length);
        });
        if (!taken) {
            copy.release();
        }
    }

    @Override
    public void end(@Nullable Head trailers) {
        Head copy = trailers == null ? null : new Head();
        if (trailers != null && copy != null) {
            trailers.copyTo(copy);
        }
        to(() -> stream.end(copy));
        exchangeEnded = true;
        if (endpointEnded && !over) {
            ended();
        }
    }

    @Override
    public boolean isWritable() {
        return !blocked && unwritten < ON_ITS_WAY;
    }

    @Override
    public boolean isWanted() {
        return here.pool().isPressed(here.loop().nanoTime());
    }

    @Override
    public void pause() {
        to(() -> end.hold(true));
    }

    @Override
    public void resume() {
        to(() -> end.hold(false));
    }

    @Override
    public void cancel() {
        if (!over) {
            ended();
            to(stream::cancel);
        }
    }

    @Override
    public boolean isUnanswered() {
        return sent && !begun && !over;
    }

    private void ended() {
        over = true;
        sink = null;
        here.figures.exchangeEnds();
    }

    private void to(Runnable task) {
        there.execute(task);
    }

    private static ByteBuf copy(ByteBuf bytes, int from, int length) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(length).writeBytes(bytes, from, length);
    }

    // ---- on the exchange's loop, from the other end

    private void tookWriting(int count, boolean takesMore) {
        boolean before = isWritable();
        unwritten -= count;
        blocked = !takesMore;
        if (!before && isWritable() && sink != null) {
            sink.writable();
        }
    }

    private void deliver(ByteBuf copy) {
        ResponseSink told = sink;
        int length = copy.readableBytes();
        if (told != null) {
            told.body(copy, copy.readerIndex(), length);
        }
        copy.release();
        to(() -> end.arrived(length));
    }

    private void deliverEnd(@Nullable Head trailers) {
        ResponseSink told = sink;
        if (told != null && tunnel && !exchangeEnded) {
            endpointEnded = true;
            told.end(null);
        } else if (told != null) {
            ended();
            told.end(trailers);
        }
    }

    private void deliverFailure(Failure why, Progress progress) {
        ResponseSink told = sink;
        if (told != null) {
            ended();
            told.failed(why, progress);
        }
    }

    /** The part that is on the loop of the connection. */
    private final class FarEnd implements ResponseSink {
        private int undelivered;
        private boolean held;

        private void back(Runnable task) {
            here.loop().execute(task);
        }

        void written(int count) {
            boolean takesMore = stream.isWritable();
            back(() -> tookWriting(count, takesMore));
        }

        void hold(boolean now) {
            held = now;
            flow();
        }

        void arrived(int count) {
            undelivered -= count;
            flow();
        }

        private void flow() {
            if (held || undelivered >= ON_ITS_WAY) {
                stream.pause();
            } else {
                stream.resume();
            }
        }

        @Override
        public void interim(Head head) {
            Head copy = copy(head);
            back(() -> {
                begun = true;
                if (sink != null) {
                    sink.interim(copy);
                }
            });
        }

        @Override
        public void head(Head head, long body) {
            Head copy = copy(head);
            back(() -> {
                begun = true;
                tunnel = copy.status() == 101;
                if (sink != null) {
                    sink.head(copy, body);
                }
            });
        }

        @Override
        public void body(ByteBuf bytes, int from, int length) {
            undelivered += length;
            ByteBuf copy = FarStream.copy(bytes, from, length);
            if (!here.loop().execute(() -> deliver(copy))) {
                copy.release();
            }
            flow();
        }

        @Override
        public void end(@Nullable Head trailers) {
            Head copy = trailers == null ? null : copy(trailers);
            back(() -> deliverEnd(copy));
        }

        @Override
        public void failed(Failure failure, Progress progress) {
            back(() -> deliverFailure(failure, progress));
        }

        @Override
        public void writable() {
            back(() -> tookWriting(0, true));
        }

        private static Head copy(Head head) {
            Head copy = new Head();
            head.copyTo(copy);
            return copy;
        }
    }
}
