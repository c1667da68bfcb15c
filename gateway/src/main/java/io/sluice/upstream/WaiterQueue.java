package io.sluice.upstream;

import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The waiters of one shelf, in the order of arrival. Added and removed on the shelf's loop only; walked over, and claimed
 * from, by all. One that was claimed keeps its place until it is done.
 */
final class WaiterQueue implements Iterable<Waiter> {
    /** Done ones in the middle that are not worth a search each. */
    private static final int MANY = 64;

    private final Pool pool;
    private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();
    /** How many in the queue are done. */
    private int done;
    /** Leases that were neither answered nor cancelled. */
    private final IdentityHashMap<Lease, Waiter> unanswered = new IdentityHashMap<>();

    WaiterQueue(Pool pool) {
        this.pool = pool;
    }

    /** Publishes it: from now on it may be claimed. */
    void add(Waiter waiter) {
        unanswered.put(waiter.lease, waiter);
        pool.waiterAdded();
        waiters.add(waiter);
    }

    /** Of a lease that was neither answered nor cancelled. */
    @Nullable
    Waiter of(Lease lease) {
        return unanswered.get(lease);
    }

    /** Takes it out for an answer or a cancel; false if that has been done before. */
    boolean settle(Waiter waiter) {
        if (!unanswered.remove(waiter.lease, waiter)) {
            return false;
        }
        withdraw(waiter);
        return true;
    }

    /** From now on it is not claimed and does not expire; it is still to be answered. */
    void withdraw(Waiter waiter) {
        if (waiter.isDone()) {
            return;
        }
        waiter.deadline.disarm();
        if (waiter.finish()) {
            pool.waiterGone();
        }
        done++;
        Waiter first;
        while ((first = waiters.peek()) != null && first.isDone()) {
            waiters.remove();
            done--;
        }
        if (done > MANY && done > unanswered.size()) {
            waiters.removeIf(Waiter::isDone);
            done = 0;
        }
    }

    /** Any thread: the oldest that nobody has claimed. */
    @Nullable
    Waiter oldest() {
        for (Waiter waiter : waiters) {
            if (waiter.isWaiting()) {
                return waiter;
            }
        }
        return null;
    }

    /** Any thread; some may be done. */
    @Override
    public Iterator<Waiter> iterator() {
        return waiters.iterator();
    }
}
