package io.sluice.wire;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the clients of one loop do not take of their answers, and the loop's share of the memory that all of it may fill: so
 * that an upstream connection is held for as long as its endpoint takes, and not for as long as a client does. Each
 * client may have {@link #FREE} bytes waiting; what is more is taken out of the budget. When that is used up, one who wants
 * more must do with the free part, and its upstream connection is not read meanwhile.
 *
 * <p>The wires whose peers are behind are in a list, those first whose peers have taken nothing for the longest time. The
 * first ones lose their place, and are cut off:
 *
 * <ul>
 *   <li>for memory, if somebody else wants room: after {@link #SHORT_NANOS} where the one who wants it holds an upstream
 *       connection that others wait for, after {@link #LONG_NANOS} where it hurts nobody that it is paused
 *   <li>for an upstream connection that others wait for and that is held only since its client takes nothing: after
 *       {@link #PLACE_NANOS}
 * </ul>
 *
 * A kernel tells that it takes more when a third of its buffer is free, not with each byte that leaves. So clients that read
 * steadily but slowly seem to pause too, for up to a second or so; the times are chosen with that in mind. Under an attack
 * only the first can be short: it is how fast those who come with the intent to take nothing are got rid of.
 *
 * <p>On the loop, but for the budget and the figures.
 */
final class Backlogs extends Timed implements Unsettled {
    /** Bytes that may wait on each wire whatever the budget. */
    static final int FREE = 64 * 1024;

    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PLACE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** How often the list is looked through while somebody is in it, */
    private static final long LOOK_NANOS = SHORT_NANOS;
    /** and after one lost its place to those who wait for upstream connections: it may be all that was needed. */
    private static final long SOON_NANOS = Deadlines.TICK_NANOS;

    private final Loop loop;
    private volatile long budget;
    private final AtomicLong used = new AtomicLong();
    private final AtomicInteger clients = new AtomicInteger();
    private @Nullable Backlog head;
    private @Nullable Backlog tail;
    private boolean marked;
    private boolean wanted;

    Backlogs(Loop loop) {
        this.loop = loop;
    }

    /** Bytes that may wait in all, those aside that are free. Any thread. */
    void budget(long bytes) {
        budget = bytes;
    }

    /** Any thread. */
    ResponseMemory figures() {
        return new ResponseMemory(budget, used.get(), clients.get());
    }

    /** Whether so many bytes more may wait. */
    boolean hasRoom(long more) {
        return used.getPlain() + more <= budget;
    }

    // ---- from the wires

    /** The peer has taken something of what waits, or is to take it from now on. */
    void taken(Backlog one) {
        one.takenAt = loop.nanoTime();
        Backlogged wire = one.wire;
        if (wire != null && one != tail) {
            unlink(one);
            link(one, wire);
        }
    }

    /** There is no room for so many bytes more: who asks is told by {@link Backlogged#reconsider} when there is. */
    void want(Backlog one, int bytes) {
        one.wanted = bytes;
        if (one.wire != null) {
            wanted = true;
            mark();
        }
    }

    /** So much waits on a wire whose peer is behind. */
    void update(Backlog one, Backlogged wire, int waiting) {
        if (one.wire == null) {
            one.takenAt = loop.nanoTime();
            link(one, wire);
            if (!isArmed()) {
                arm(loop, LOOK_NANOS);
            }
        }
        count(one, Math.max(0, waiting - FREE));
        wanted |= one.wanted > 0 && !one.granted;
        if (wanted || !hasRoom(0)) {
            mark();
        }
    }

    /** Its peer has caught up, or the wire is gone. */
    void remove(Backlog one) {
        one.wanted = 0;
        one.granted = false;
        if (one.wire == null) {
            return;
        }
        unlink(one);
        one.wire = null;
        one.list = null;
        count(one, 0);
        if (wanted) {
            mark();
        }
        if (head == null) {
            disarm();
        }
    }

    private void count(Backlog one, int over) {
        if (one.over == over) {
            return;
        }
        if (one.over == 0) {
            clients.setRelease(clients.getPlain() + 1);
        } else if (over == 0) {
            clients.setRelease(clients.getPlain() - 1);
        }
        used.setRelease(used.getPlain() + over - one.over);
        one.over = over;
    }

    private void link(Backlog one, Backlogged wire) {
        one.list = this;
        one.wire = wire;
        one.previous = tail;
        if (tail == null) {
            head = one;
        } else {
            tail.next = one;
        }
        tail = one;
    }

    private void unlink(Backlog one) {
        Backlog before = one.previous;
        Backlog after = one.next;
        if (before == null) {
            head = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            tail = before;
        } else {
            after.previous = before;
        }
        one.previous = null;
        one.next = null;
    }

    // ---- who loses

    private void mark() {
        if (!marked) {
            marked = true;
            loop.unsettled(this);
        }
    }

    /** Makes room for those who want it, and tells them. */
    @Override
    public void settle() {
        marked = false;
        long needed = 0;
        boolean hurts = false;
        for (Backlog one = head; one != null && wanted; one = one.next) {
            if (one.wanted > 0) {
                needed += one.wanted;
                hurts = hurts || isInTheWay(one);
            }
        }
        long room = cutForMemory(needed, hurts ? SHORT_NANOS : LONG_NANOS);
        grant(room);
    }

    private long cutForMemory(long wantedInAll, long grace) {
        long needed = wantedInAll;
        long room = budget - used.getPlain();
        Backlog one = head;
        while (one != null && room < needed && one.stalledNanos(loop.nanoTime()) >= grace) {
            Backlog after = one.next;
            if (one.over > 0) {
                room += one.over;
                needed -= one.wanted;
                cut(one);
            }
            one = after;
        }
        return room;
    }

    private void grant(long present) {
        long room = present;
        boolean left = false;
        for (Backlog one = head; one != null && wanted; one = one.next) {
            if (one.wanted > 0 && !one.granted) {
                if (one.wanted <= room && one.wire != null) {
                    room -= one.wanted;
                    one.granted = true;
                    one.wire.reconsider();
                } else {
                    left = true;
                }
            }
        }
        wanted = left;
    }

    private static boolean isInTheWay(Backlog one) {
        WireEvents connection = one.wire == null ? null : one.wire.events();
        return connection != null && connection.isInTheWay();
    }

    /** Gives its memory to others at once, and lets its connection end it. */
    private void cut(Backlog one) {
        WireEvents connection = one.wire == null ? null : one.wire.events();
        remove(one);
        if (connection != null) {
            connection.stalled();
        }
    }

    @Override
    protected void expired() {
        for (Backlog one = head; one != null; one = one.next) {
            if (one.wire != null) {
                one.wire.reconsider();
            }
        }
        mark();
        boolean cut = cutForPlace();
        if (head != null) {
            arm(loop, cut ? SOON_NANOS : LOOK_NANOS);
        }
    }

    private boolean cutForPlace() {
        for (Backlog one = head; one != null && one.stalledNanos(loop.nanoTime()) >= PLACE_NANOS; one = one.next) {
            if (isInTheWay(one)) {
                cut(one);
                return true;
            }
        }
        return false;
    }
}
