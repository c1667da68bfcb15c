package io.sluice.wire;

import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop: one thread, the wires on it, and their deadlines. {@link #execute}, {@link #isCurrent} and
 * {@link #index} may be used from any thread, everything else on the loop itself.
 */
public final class Loop {
    /** Wires that wait at a time for the end of a round. */
    static final int MOST_PUT_OFF = 64;

    private static final Unsettled NOTHING = () -> {};
    private static final Logger log = LoggerFactory.getLogger(Loop.class);

    private final EventLoop eventLoop;
    private final int index;
    private final ReceiveBuffer receiveBuffer = new ReceiveBuffer();
    private final ReceiveBuffer plainBuffer = new ReceiveBuffer();
    private final SendBuffers sendBuffers = new SendBuffers();
    private final Pipes pipes = new Pipes();
    private final Backlogs backlogs = new Backlogs(this);
    private final List<Unsettled> unsettled = new ArrayList<>();
    /** To be settled when all that is ready now has had its event, or earlier: see {@link #isLongEnough}. */
    private final List<Unsettled> putOff = new ArrayList<>(MOST_PUT_OFF);

    private long putOffSince;
    /** In nanoseconds: the event during which one has waited longer is the last before they are settled. */
    long longestPutOff = 250_000;

    private final Runnable settleAll = this::settleAll;
    private final Runnable settlePutOff = this::settlePutOff;
    private final Turns turns;
    private final List<Deadlines> deadlines = new ArrayList<>();
    private final AtomicInteger clients = new AtomicInteger();
    private boolean reading;
    private long now = System.nanoTime();
    private long wakeAt = Long.MAX_VALUE;

    Loop(EventLoop eventLoop, int index) {
        this.eventLoop = eventLoop;
        this.index = index;
        this.turns = new Turns(eventLoop);
    }

    /** From 0; dense. */
    public int index() {
        return index;
    }

    public boolean isCurrent() {
        return eventLoop.inEventLoop();
    }

    /**
     * Runs a task on the loop's thread, after the present one; from any thread. A task that comes after the loop began to end is
     * dropped.
     *
     * @return false if it was dropped
     */
    public boolean execute(Runnable task) {
        if (eventLoop.isShuttingDown()) {
            return false;
        }
        eventLoop.execute(() -> {
            refresh();
            task.run();
        });
        return true;
    }

    /** {@link System#nanoTime} as of the start of the present event: exact enough for timeouts, and free. */
    public long nanoTime() {
        return now;
    }

    /** An event starts: without this a deadline that is armed on a loop that was idle would be over at once. */
    void refresh() {
        now = System.nanoTime();
    }

    /** Client wires that are open here or on their way, where connections are dealt out by it. Any thread. */
    AtomicInteger clients() {
        return clients;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    SendBuffers sendBuffers() {
        return sendBuffers;
    }

    ReceiveBuffer receiveBuffer() {
        return receiveBuffer;
    }

    /** Where what TLS wires receive is decrypted to. */
    ReceiveBuffer plainBuffer() {
        return plainBuffer;
    }

    Pipes pipes() {
        return pipes;
    }

    Backlogs backlogs() {
        return backlogs;
    }

    // ---- sending: at the end of an event; what is little, at the end of a round

    void startEvent() {
        reading = true;
        refresh();
    }

    void endEvent() {
        reading = false;
        for (int i = 0; i < unsettled.size(); i++) {
            Unsettled wire = unsettled.get(i);
            if (wire.putsOff()) {
                putOff(wire);
            } else {
                wire.settle();
            }
        }
        unsettled.clear();
        if (isLongEnough()) {
            settlePutOff();
        }
    }

    /**
     * A send wakes who waits for it, and the kernel mostly lets that one go on in place of this loop: with every fourth send it stood
     * still while another program did all it had, one request. Sends in a row meet peers that are still awake. With 64 connections on
     * two processors that is 5 % of the processor time.
     */
    private void putOff(Unsettled wire) {
        if (putOff.isEmpty()) {
            putOffSince = now;
            // a task of a round is run behind its events
            eventLoop.execute(settlePutOff);
        }
        putOff.add(wire);
    }

    /** One answer must not wait for the work on very many others, or for a handshake. */
    private boolean isLongEnough() {
        return putOff.size() >= MOST_PUT_OFF || (!putOff.isEmpty() && now - putOffSince > longestPutOff);
    }

    /** It leaves the loop, with nothing left to be done here. */
    void settled(Unsettled wire) {
        int at = putOff.indexOf(wire);
        if (at >= 0) {
            putOff.set(at, NOTHING);
        }
    }

    /** Remembers a wire that has something to send, to end or to tell. */
    void unsettled(Unsettled wire) {
        unsettled.add(wire);
        if (!reading && unsettled.size() == 1) {
            eventLoop.execute(settleAll);
        }
    }

    private void settlePutOff() {
        reading = true;
        for (int i = 0; i < putOff.size(); i++) {
            putOff.get(i).settle();
        }
        putOff.clear();
        reading = false;
        settleAll();
    }

    private void settleAll() {
        // this may make a connection write again, to a wire that comes later in the list or is added to it
        for (int i = 0; i < unsettled.size(); i++) {
            unsettled.get(i).settle();
        }
        unsettled.clear();
    }

    /** Gives a wire a turn soon: it has not taken all that came. */
    void turn(EpollWire wire) {
        turns.add(wire);
    }

    /** It leaves the loop, or the turn is not wanted any more. */
    void noTurn(EpollWire wire) {
        turns.remove(wire);
    }

    // ---- deadlines: one timer a loop

    /** The list for one duration; there are as many as the config names different ones, so a scan is the fastest look-up. */
    Deadlines deadlines(long nanos) {
        for (int i = 0; i < deadlines.size(); i++) {
            Deadlines list = deadlines.get(i);
            if (list.nanos == nanos) {
                return list;
            }
        }
        Deadlines added = new Deadlines(this, nanos);
        deadlines.add(added);
        return added;
    }

    /** Calls {@code action} with everything that is armed on this loop; it must not arm or disarm anything. On the loop. */
    public void timed(Consumer<Timed> action) {
        deadlines.forEach(list -> list.forEach(action));
    }

    /**
     * Shows everything that is armed on this loop to {@code visit}, some at a time, until that says false; it must not arm or
     * disarm anything. Then {@code end} is run. Both on the loop; from any thread. Neither is run once the loop ends.
     */
    public void walk(Predicate<Timed> visit, Runnable end) {
        execute(() -> new Walk(this, List.copyOf(deadlines), visit, end).begin());
    }

    /** Runs a task of this loop when what is waiting to be received was received. */
    void afterOthers(Runnable task) {
        // a task that follows at once would be run before epoll_wait
        ((SingleThreadEventLoop) eventLoop).executeAfterEventLoopIteration(() -> execute(task));
    }

    void wakeAt(long at) {
        if (at >= wakeAt) {
            return;
        }
        wakeAt = at;
        long delay = Math.max(at - System.nanoTime(), Deadlines.TICK_NANOS);
        eventLoop.schedule(this::sweep, delay, TimeUnit.NANOSECONDS);
    }

    private void sweep() {
        refresh();
        if (wakeAt - now > 0) {
            return; // an earlier timer was set meanwhile and has done this one's work
        }
        wakeAt = Long.MAX_VALUE;
        long next = Long.MAX_VALUE;
        // a copy, since what expires may arm deadlines of a new duration
        for (Deadlines list : List.copyOf(deadlines)) {
            try {
                next = Math.min(next, list.sweep(now));
            } catch (RuntimeException e) {
                log.error("a deadline failed", e);
                next = now;
            }
        }
        deadlines.removeIf(Deadlines::isEmpty);
        if (next != Long.MAX_VALUE) {
            wakeAt(next);
        }
    }

    void release() {
        receiveBuffer.release();
        plainBuffer.release();
        sendBuffers.release();
        pipes.release();
    }
}
