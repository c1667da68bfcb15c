package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cleartext wire straight on epoll, without a Netty channel. What the kernel says is ready is received into the loop's
 * one buffer and handed to the connection; what that wrote is sent when the event ends, and only what the kernel did not take
 * is kept, in an {@link Output}. Epoll is edge-triggered: it tells once of what comes, and whoever doesn't take all of that
 * gets a turn of the loop ({@link Loop#turn}) for the rest. An idle wire is this object and its registration: it is its own socket and its own
 * epoll handle, since each object more is 16 bytes for every one of a million connections.
 *
 * <p>Closed by its connection; by itself when the peer has reset it, when a client takes no more bytes, and when the loop
 * ends. From an endpoint that takes no more bytes the rest is still read, which may be the answer that says why.
 */
class EpollWire extends EpollSocket implements EpollIoHandle, Wire, Unsettled, Backlogged {
    private static final Logger log = LoggerFactory.getLogger(EpollWire.class);
    /** Among what epoll tells, none of which is 0: a turn of the loop. */
    private static final int TURN = 0;

    /**
     * What an idle one weighs in the heap, in bytes: itself (40: state and descriptor of a file descriptor, a boolean of a
     * socket, and its own fields), the two objects of its registration (24 and 16), and its share of the table that a loop
     * finds registrations by (24: a key and a reference, in arrays of 2 to 4 times the size).
     */
    static final int IDLE_BYTES = ObjectSize.of(4, 2 * Integer.BYTES + 8)
            + ObjectSize.of(4, 0)
            + ObjectSize.of(2, 0)
            + 3 * (Integer.BYTES + ObjectSize.ofReference());

    private Loop loop;
    private @Nullable WireEvents events;
    private @Nullable Output output;
    /** To an endpoint, not from a client. */
    final boolean upstream;

    private boolean paused;
    private boolean inputEnded;
    /** The peer takes no more bytes. */
    boolean outputFailed;

    /** In the loop's list of who gets a turn. */
    private boolean queued;

    /**
     * @param descriptor a socket that is connected, or about to be; not blocking
     * @param upstream to an endpoint, not from a client
     */
    EpollWire(int descriptor, Loop loop, boolean upstream) {
        super(descriptor);
        this.loop = loop;
        this.upstream = upstream;
    }

    /** A new socket, to be connected to an endpoint. */
    static EpollWire toEndpoint(Loop loop) throws IOException {
        EpollWire wire = new EpollWire(newSocketStream0(), loop, true);
        wire.setTcpNoDelay(true);
        return wire;
    }

    /** Begins to wait for the end of a connect. */
    void connecting(EpollConnect connect) {
        events = connect;
        register(loop, this);
        await(Readiness.READ_AND_WRITE);
    }

    /** The socket is connected: from now on {@code connection} is told what happens. */
    void connected(WireEvents connection) {
        events = connection;
        if (super.isOpen()) {
            if (!isRegistered()) {
                register(loop, this);
            }
            await(Readiness.READ);
        }
    }

    boolean takesInput() {
        return !paused && !inputEnded && !(events instanceof Relay relay && relay.isHeldUp());
    }

    /** Input may be taken again: what came meanwhile gets a turn. */
    void goOn() {
        if (isReadable() && !queued && takesInput() && isRegistered()) {
            queued = true;
            loop.turn(this);
        }
    }

    // ---- from the loop

    @Override
    public void handle(IoRegistration from, IoEvent event) {
        if (!super.isOpen()) {
            return; // told in the same round as what closed it
        }
        int ready = ((EpollIoEvent) event).ops().value();
        noteInput(ready);
        run(ready);
    }

    /** Gets the turn that it has asked its loop for. */
    void turn() {
        queued = false;
        if (isReadable() && super.isOpen() && takesInput()) {
            run(TURN);
        }
    }

    private void run(int ready) {
        // the wire may be on its way to another one when the event ends
        Loop present = loop;
        present.startEvent();
        try {
            if (ready == TURN) {
                input();
            } else if (events instanceof EpollConnect connect) {
                connect.ready(this);
                goOn();
            } else {
                ready(ready);
            }
        } catch (Throwable failure) {
            failed(failure);
        } finally {
            present.endEvent();
        }
    }

    private void failed(Throwable failure) {
        log.error("a connection failed", failure);
        closeNow(failure);
    }

    private void ready(int ready) {
        Output sending = output;
        if (Readiness.isForOutput(ready) && sending != null && sending.blocked) {
            sending.blocked = false;
            marked(0);
        }
        if (!isReadable()) {
            return;
        }
        if (!takesInput()) {
            if (Readiness.isForError(ready) && hasError()) {
                closeNow(new IOException(inputEnded ? "connection reset" : "connection reset while it was paused"));
            }
        } else if (isHungUp() && !upstream) {
            // very many clients may leave at once: those who stay come first
            goOn();
        } else {
            input();
        }
    }

    private void input() {
        if (events instanceof Relay relay) {
            int taken = relay.take();
            if (taken > 0) {
                return; // and goes on when that was sent
            }
            if (taken == 0 && !isHungUp()) {
                noteAllTaken();
                return;
            }
        }
        receive();
    }

    private void receive() {
        ByteBuf buffer = loop.receiveBuffer().lend(PooledByteBufAllocator.DEFAULT);
        try {
            int most = Math.min(events == null ? Integer.MAX_VALUE : events.atOnce(), ReceiveBuffer.SIZE);
            int received = receive(buffer, most);
            if (received > 0) {
                if (events != null && !closes()) {
                    events.read(buffer);
                }
                goOn();
            } else if (received < 0) {
                endInput();
            }
        } catch (IOException reset) {
            closeNow(reset);
        } finally {
            buffer.release();
        }
    }

    /** All that came has been read. */
    void endInput() {
        inputEnded = true;
        if (events != null && !closes()) {
            events.inputEnded();
        }
        closeIfDead();
    }

    @Override
    public boolean putsOff() {
        return output != null && super.isOpen() && output.putsOff();
    }

    @Override
    public void settle() {
        Output sending = output;
        if (sending == null) {
            return;
        }
        sending.marked = false;
        try {
            if (!super.isOpen()) {
                tellClosed(null);
            } else {
                sending.settle(this);
            }
        } catch (Throwable failure) {
            failed(failure);
        }
    }

    // ---- from the sending side

    void tellWritable() {
        if (events != null && !closes()) {
            events.writable();
        }
    }

    boolean isSending(Output one) {
        return output == one;
    }

    /** Nothing is left of the sending side, or is to be left. */
    void give() {
        Output done = output;
        if (done != null) {
            output = null;
            loop.sendBuffers().give(done);
        }
    }

    /** Tells the loop what the peer does not take. */
    void account() {
        if (output != null) {
            output.account(this);
        }
    }

    @Override
    public void reconsider() {
        if (output != null) {
            marked(0);
        }
    }

    /** A write failed: what the peer sent before is still read, and then nothing is left to come. */
    void closeIfDead() {
        if (outputFailed && inputEnded) {
            closeNow(new IOException("the peer takes no more bytes"));
        }
    }

    /** @return the connection, or what stands in for it; null once it is told of the close */
    @Override
    public @Nullable WireEvents events() {
        return events;
    }

    @Override
    public void tell(WireEvents other) {
        events = other;
        goOn();
    }

    /** Closes and tells; not from within a call of the connection's. */
    void closeNow(@Nullable Throwable cause) {
        closeCounted();
        tellClosed(cause);
    }

    private void closeCounted() {
        if (closeSocket() && !upstream) {
            loop.clients().decrementAndGet();
        }
    }

    private void tellClosed(@Nullable Throwable cause) {
        give();
        WireEvents told = events;
        if (told != null) {
            events = null;
            told.closed(cause);
        }
    }

    // ---- from the connection

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public ByteBuf out(int room) {
        return marked(room).tail(loop.sendBuffers(), room);
    }

    @Override
    public void write(ByteBuf lent, int from, int length) {
        marked(length).append(loop.sendBuffers(), lent, from, length);
    }

    /** The sending side, to which so much is about to be added; to be settled when the event ends. */
    Output marked(int more) {
        Output sending = output;
        if (sending == null) {
            sending = loop.sendBuffers().takeOutput();
            output = sending;
        }
        if (!sending.marked || sending.becomesMuch(more)) {
            sending.marked = true;
            loop.unsettled(this);
        }
        return sending;
    }

    @Override
    public boolean isWritable() {
        return isWritable(Backlogs.FREE);
    }

    @Override
    public boolean isWritable(int bound) {
        return output == null || !output.isFull(Math.max(bound, Backlogs.FREE), loop);
    }

    @Override
    public boolean allSent() {
        return output == null;
    }

    @Override
    public long stalledNanos() {
        return output == null ? 0 : output.stalledNanos(loop.nanoTime());
    }

    @Override
    public void pause() {
        // epoll is not told: it tells once of what comes, and that is remembered
        paused = true;
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            goOn();
        }
    }

    @Override
    public void handTo(WireEvents other) {
        events = events == null ? other : events.succeededBy(other);
    }

    @Override
    public boolean relay(Wire to, long length, int bound) {
        return to instanceof EpollWire other && Relay.start(this, other, length, bound);
    }

    @Override
    public void shutdownOutput() {
        if (super.isOpen()) {
            marked(0).ends = true;
        }
    }

    @Override
    public void close() {
        if (!super.isOpen()) {
            return;
        }
        if (isDropped()) {
            closeNow(null); // the loop ends
        } else {
            marked(0).closes = true;
        }
    }

    @Override
    public void abort() {
        if (!super.isOpen()) {
            return;
        }
        resetAtClose();
        closeCounted();
        marked(0).closes = true;
    }

    private boolean closes() {
        return output != null && output.closes;
    }

    @Override
    public boolean isOpen() {
        return super.isOpen() && !closes();
    }

    @Override
    public int key() {
        return intValue();
    }

    @Override
    public void move(Loop target, Runnable arrived) {
        unregister();
        if (queued) {
            queued = false;
            loop.noTurn(this);
        }
        loop.settled(this);
        noteAllTaken(); // the other loop's epoll tells again
        target.execute(() -> arrive(target, arrived));
    }

    private void arrive(Loop target, Runnable arrived) {
        loop = target;
        Throwable failure = null;
        try {
            register(loop, this);
            await(Readiness.READ);
        } catch (RuntimeException e) {
            failure = e;
            closeCounted();
        }
        arrived.run();
        if (failure != null) {
            tellClosed(failure);
        }
    }
}
