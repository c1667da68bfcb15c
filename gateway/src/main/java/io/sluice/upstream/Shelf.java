package io.sluice.upstream;

import io.sluice.h2.H2Room;
import io.sluice.http.Failure;
import io.sluice.wire.Loop;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of a {@link Pool} that is on one loop: the idle connections there, the last used one on top, and the waiters
 * that asked there. Used on that loop only, but for what says otherwise. How shelves work together is written at
 * {@link Pool}.
 */
final class Shelf {
    private static final Logger log = LoggerFactory.getLogger(Shelf.class);

    private final Pool pool;
    private final IdleLimit idleLimit;
    private final Loop loop;
    private final ResponseReader.Spare readers;

    private final IdleStack stack = new IdleStack();
    private final WaiterQueue waiters;
    private final Openings openings;
    /** Null where the upstream speaks HTTP/1.1 only. */
    private final @Nullable SharedConnections shared;

    /** A task that calls {@link #work} is on its way. */
    private final AtomicBoolean poked = new AtomicBoolean();

    private boolean serving;
    final ShelfFigures figures = new ShelfFigures();

    /** @param room null: no connection is of HTTP/2 */
    Shelf(Pool pool, Loop loop, ResponseReader.Spare readers, @Nullable H2Room room) {
        this.pool = pool;
        idleLimit = pool.idleLimit();
        this.loop = loop;
        this.readers = readers;
        waiters = new WaiterQueue(pool);
        openings = new Openings(this, waiters);
        shared = room == null ? null : new SharedConnections(this, room);
    }

    Pool pool() {
        return pool;
    }

    Loop loop() {
        return loop;
    }

    ResponseReader.Spare readers() {
        return readers;
    }

    Openings openings() {
        return openings;
    }

    /** Null where the upstream speaks HTTP/1.1 only. */
    @Nullable
    SharedConnections shared() {
        return shared;
    }

    // ---- leases

    void lease(Lease lease, Wants asked) {
        figures.exchangeBegins();
        Wants wants = asked;
        if (shared != null && pool.isShared()) {
            // a stream is as good as any other
            wants = Wants.ANY;
            SharedConnection connection = pool.hasWaiters() ? null : shared.usable();
            if (connection != null) {
                hand(connection.lease(false), lease);
                return;
            }
        }
        OwnConnections own = pool.endpoint().own();
        if (wants != Wants.FRESH && !pool.hasWaiters()) {
            UpstreamConnection connection = own == null ? usable() : OwnConnections.usable(lease.source(), stack, this);
            if (connection != null && idleLimit.fits(connection.usage, wants, loop.nanoTime())) {
                take(connection);
                hand(connection, lease);
                return;
            }
        }
        Waiter waiter =
                own == null ? new Waiter(this, lease, wants, null, System.nanoTime()) : own.waiter(this, lease, wants);
        waiters.add(waiter);
        if (pool.endpoint().socketAddress() == null) {
            refuseLater(waiter, Failure.NAME_UNRESOLVED);
            return;
        }
        waiter.deadline.arm(loop, pool.queueNanos());
        seek(waiter.wants);
        if (waiter.isWaiting() && pool.isCrowded()) {
            refuseLater(waiter, Failure.QUEUE_FULL);
        }
    }

    void cancel(Lease lease) {
        Waiter waiter = waiters.of(lease);
        if (waiter != null && waiters.settle(waiter)) {
            figures.exchangeEnds();
        }
    }

    /** Whoever waits here may go elsewhere. */
    void leftOut() {
        for (Waiter waiter : waiters) {
            if (waiter.isWaiting()) {
                waiter.lease.leftOut();
            }
        }
    }

    private void refuseLater(Waiter waiter, Failure failure) {
        waiters.withdraw(waiter);
        loop.execute(() -> refuse(waiter, failure));
    }

    /** It has waited for too long. Where none of all connections is open yet, that is not since others are busy. */
    void late(Waiter waiter) {
        refuse(waiter, pool.onlyConnects() ? Failure.CONNECT_TIMEOUT : Failure.QUEUE_TIMEOUT);
    }

    void refuse(Waiter waiter, Failure failure) {
        if (waiters.settle(waiter)) {
            figures.exchangeEnds();
            waiter.lease.refused(failure);
        }
    }

    // ---- work that another loop or a change of the bounds asked for

    /** Any thread: makes this loop look for work, soon. */
    void poke() {
        if (poked.compareAndSet(false, true)) {
            loop.execute(() -> {
                // before looking: who finds it set must be able to rely on a look that is still to come
                poked.set(false);
                work();
            });
        }
    }

    private void work() {
        serve();
        openings.pump();
        if (pool.keepsNone()) {
            closeIdle();
        }
        if (pool.hasWaiters()) {
            if (!pool.isShared() || free() == 0) {
                // else those who wait are served by their own loops
                pool.pokeIdle(this);
            }
            pool.wake();
        }
    }

    /** Looks for a connection for a waiter that was just published. */
    private void seek(Wants wants) {
        if (wants != Wants.ANY) {
            openings.pump(); // only if nothing may be opened, an idle one is to make room
        }
        serve();
        if (pool.hasWaiters()) {
            if (pool.isShared()) {
                openings.pump(); // another loop is asked only for what this one can't do
            }
            pool.pokeIdle(this);
            openings.pump();
        }
    }

    /** Gives idle connections to the oldest waiters, until one of both runs out. */
    void serve() {
        if (serving) {
            return; // called by who was served: the loop below goes on
        }
        serving = true;
        try {
            if (shared != null) {
                shared.serve();
            }
            UpstreamConnection connection;
            while (pool.hasWaiters() && (connection = usable()) != null) {
                // the connection still counts as idle: a waiter published from now on finds it if this one sees none
                Waiter waiter = pool.claimOldest(this);
                if (waiter == null) {
                    return;
                }
                connection = OwnConnections.choose(waiter, connection, stack, this);
                take(connection);
                match(connection, waiter);
            }
        } finally {
            serving = false;
        }
    }

    private void match(UpstreamConnection connection, Waiter waiter) {
        boolean here = waiter.shelf == this;
        boolean fits = OwnConnections.takes(waiter, connection, this)
                && idleLimit.fits(connection.usage, waiter.wants, loop.nanoTime());
        if (!fits || (!here && !pool.movesConnections())) {
            connection.successor = waiter;
            connection.discard(Discard.ROOM);
        } else if (here) {
            hand(connection, waiter);
        } else {
            figures.takenOver();
            Shelf target = waiter.shelf;
            connection.wire.move(target.loop, () -> target.arrived(connection, waiter));
        }
    }

    /** A connection from another loop, for one of this loop's waiters. */
    private void arrived(UpstreamConnection connection, Waiter waiter) {
        connection.shelf = this;
        boolean wanted = !waiter.isDone();
        if (!connection.isClosing()) {
            if (wanted) {
                hand(connection, waiter);
            } else {
                release(connection);
            }
        } else if (wanted) {
            waiter.unclaim();
            pool.waiterAdded();
            seek(waiter.wants);
        }
    }

    void hand(UpstreamConnection connection, Waiter waiter) {
        if (waiters.settle(waiter)) {
            figures.waited(System.nanoTime() - waiter.since);
            hand(connection, waiter.lease);
        } else {
            release(connection);
        }
    }

    private void hand(UpstreamConnection connection, Lease lease) {
        connection.lease();
        figures.leased(connection.isReused());
        if (!give(connection, lease)) {
            connection.discard(Discard.FAILED);
        }
    }

    /** Returns false if the exchange could not take it: that must not keep others from being served, nor end the connection whose event this is. */
    private static boolean give(UpstreamSide leased, Lease lease) {
        try {
            lease.leased(leased);
            return true;
        } catch (RuntimeException e) {
            log.error("an exchange failed when it got its connection", e);
            return false;
        }
    }

    private static void hand(UpstreamSide stream, Lease lease) {
        if (!give(stream, lease)) {
            stream.cancel();
        }
    }

    /** A stream of a connection of this loop, for one of its waiters. */
    void hand(UpstreamStream stream, Waiter waiter) {
        if (waiters.settle(waiter)) {
            figures.waited(System.nanoTime() - waiter.since);
            hand(stream, waiter.lease);
        } else {
            figures.exchangeBegins(); // nobody's: it ends with the cancel
            stream.cancel();
        }
    }

    /** A stream of another loop's connection, for one of this loop's waiters. */
    void arrived(Loop from, UpstreamStream stream, Waiter waiter) {
        if (waiters.settle(waiter)) {
            figures.waited(System.nanoTime() - waiter.since);
            hand(new FarStream(this, from, stream), waiter.lease);
        } else {
            from.execute(stream::cancel);
        }
    }

    // ---- from connections

    /** The exchange is over. */
    void ended() {
        figures.exchangeEnds();
        figures.returned();
    }

    /** Its attempt failed; that the endpoint closed a used one before it answered is the usual end, and no failure. */
    void failed(Usage usage, Failure why, boolean unanswered) {
        if (!unanswered || !usage.isReused()) {
            pool.endpoint().health().failed(why);
        } else if (why == Failure.UPSTREAM_CLOSED) {
            idleLimit.lost(usage, loop.nanoTime());
        }
    }

    /** May it be leased again? */
    @Nullable
    Discard reasonToDiscard(Usage usage) {
        if (pool.maxRequests() > 0 && usage.leases >= pool.maxRequests()) {
            return Discard.REQUESTS;
        }
        return isAged(usage) ? Discard.AGE : null;
    }

    private boolean isAged(Usage usage) {
        // one that nobody has used is leased once, or a busy loop would age it before its waiter got it, and open the
        // next
        return pool.hasMaxAge() && usage.leases > 0 && loop.nanoTime() - usage.bestBefore >= 0;
    }

    /** Free for the oldest waiter, else idle. */
    void release(UpstreamConnection connection) {
        put(connection);
        serve();
        if (pool.keepsNone()) {
            closeIdle();
        }
    }

    /** As {@link #release}, but calls nobody from within. */
    void releaseLater(UpstreamConnection connection) {
        put(connection);
        poke();
    }

    /** Closes what is idle, if nothing is to be kept. */
    void closeIdle() {
        UpstreamConnection connection;
        Discard why = pool.isRetired() ? Discard.RETIRED : Discard.DRAINED;
        while (pool.keepsNone() && (connection = stack.top()) != null) {
            connection.discard(why);
        }
        if (shared != null && pool.keepsNone()) {
            shared.leaveAll(why);
        }
    }

    void discarded(UpstreamConnection connection, Discard why, boolean leased) {
        pool.counted(why);
        if (leased) {
            ended();
        } else if (connection.shelved) {
            take(connection);
            if (why == Discard.ENDPOINT_CLOSED) {
                idleLimit.closed(connection.usage, loop.nanoTime());
            }
        }
    }

    /** Its socket is closed. */
    void gone(UpstreamConnection connection) {
        Waiter successor = connection.successor;
        if (successor == null) {
            gone();
        } else {
            successor.shelf.loop.execute(() -> successor.shelf.openings.openInPlace(successor));
        }
    }

    /** A socket is closed. */
    void gone() {
        pool.slots().closed();
        pool.wake();
    }

    // ---- any thread

    /** Connections that carry nothing. */
    int idle() {
        return stack.size() + (shared == null ? 0 : shared.idle());
    }

    /** Exchanges that could have a connection at once. */
    int free() {
        return stack.size() + (shared == null ? 0 : shared.room());
    }

    /** Its waiters need no other loop. */
    boolean helpsItself() {
        return shared != null && shared.helpsItself();
    }

    /** The oldest waiter that nobody has claimed. */
    @Nullable
    Waiter oldest() {
        return waiters.oldest();
    }

    // ---- the stack

    private void put(UpstreamConnection connection) {
        connection.usage.idleSince = loop.nanoTime();
        connection.deadline.arm(loop, idleLimit.configuredNanos());
        stack.push(connection);
    }

    private void take(UpstreamConnection connection) {
        connection.deadline.disarm();
        stack.remove(connection);
    }

    boolean isUsable(UpstreamConnection connection) {
        return !isAged(connection.usage) && idleLimit.allows(connection.usage, loop.nanoTime());
    }

    /** The top one, once those too old to be leased are gone. */
    private @Nullable UpstreamConnection usable() {
        UpstreamConnection connection;
        while ((connection = stack.top()) != null) {
            boolean aged = isAged(connection.usage);
            if (!aged && idleLimit.allows(connection.usage, loop.nanoTime())) {
                break;
            }
            connection.discard(aged ? Discard.AGE : Discard.STALE);
        }
        return connection;
    }
}
