package io.sluice.telemetry;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How many client connections of one listener are in which state on one loop, whose thread is the only one that counts. Any
 * thread may read, and sees the counts as they were between two changes: a connection that goes from one state to another
 * is never missing and never there twice.
 */
public final class ConnectionStates {
    /** What a client connection is doing. */
    public enum State {
        /** Accepted; its first request has not begun. */
        HANDSHAKING,
        /** A request is coming in, is answered, or waits to be. */
        ACTIVE,
        /** Waits for its next request, and holds nothing but its descriptor and a few bytes. */
        PARKED,
        /** Answered for the last time: the client is to take the answer, and to close. */
        DRAINING,
        /** Switched to another protocol, such as WebSocket: bytes are passed both ways until one side ends it. */
        TUNNEL
    }

    // plain: read between two looks at what follows
    private int handshaking;
    private int active;
    private int parked;
    private int draining;
    private int tunnel;
    /** Odd during a change; another even number after each. */
    private final AtomicInteger changes = new AtomicInteger();

    private final AtomicLong heavier = new AtomicLong();

    ConnectionStates() {}

    /**
     * A connection has changed.
     *
     * @param from null: it is new
     * @param to null: it is closed
     */
    public void change(@Nullable State from, @Nullable State to) {
        int before = changes.getPlain();
        changes.setPlain(before + 1);
        VarHandle.storeStoreFence();
        if (from != null) {
            add(from, -1);
        }
        if (to != null) {
            add(to, 1);
        }
        changes.setRelease(before + 2);
    }

    private void add(State state, int difference) {
        switch (state) {
            case HANDSHAKING -> handshaking += difference;
            case ACTIVE -> active += difference;
            case PARKED -> parked += difference;
            case DRAINING -> draining += difference;
            case TUNNEL -> tunnel += difference;
        }
    }

    /** Of the parked ones some weigh so many bytes more than others, or less than they did. */
    public void heavier(int bytes) {
        heavier.setRelease(heavier.getPlain() + bytes);
    }

    /** What the parked ones weigh more than if all were such as weigh least, in bytes. */
    long heavier() {
        return heavier.getAcquire();
    }

    /** As they are at one moment. */
    ConnectionCounts counts() {
        while (true) {
            int before = changes.getAcquire();
            ConnectionCounts read = new ConnectionCounts(handshaking, active, parked, draining, tunnel);
            VarHandle.loadLoadFence();
            if ((before & 1) == 0 && changes.getOpaque() == before) {
                return read;
            }
            Thread.onSpinWait();
        }
    }
}
