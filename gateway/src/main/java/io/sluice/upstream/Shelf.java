package io.sluice.upstream;

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
    /** A task that calls {@link #work} is on its way. */
    private final AtomicBoolean poked = new AtomicBoolean();

    private boolean serving;
    final ShelfFigures figures = new ShelfFigures();

    Shelf(Pool pool, Loop loop, ResponseReader.Spare readers) {
        this.pool = pool;
        idleLimit = pool.idleLimit();
        this.loop = loop;
        this.readers = readers;
        waiters = new WaiterQueue(pool);
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

    // ---- leases

    void lease(Lease lease, Wants wants) {
        figures.exchangeBegins();
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
        pump();
        if (pool.keepsNone()) {
            closeIdle();
        }
        if (pool.hasWaiters()) {
            pool.pokeIdle(this);
            pool.wake();
        }
    }

    /** Looks for a connection for a waiter that was just published. */
    private void seek(Wants wants) {
        if (wants != Wants.ANY) {
            pump(); // only if nothing may be opened, an idle one is to make room
        }
        serve();
        if (pool.hasWaiters()) {
            pool.pokeIdle(this);
            pump();
        }
    }

    /** Gives idle connections to the oldest waiters, until one of both runs out. */
    private void serve() {
        if (serving) {
            return; // called by who was served: the loop below goes on
        }
        serving = true;
        try {
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

    private void hand(UpstreamConnection connection, Waiter waiter) {
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
        try {
            lease.leased(connection);
        } catch (RuntimeException e) {
            // must not keep others from being served, nor end the connection whose event this is
            log.error("an exchange failed when it got its connection", e);
            connection.discard(Discard.FAILED);
        }
    }

    // ---- opening

    /** Opens connections for this loop's waiters, oldest first, as far as the bounds allow and as far as there are not enough under way. */
    private void pump() {
        for (Waiter waiter : waiters) {
            if (!pool.slots().available()) {
                return;
            }
            if (wantsOpening(waiter) && pool.slots().take()) {
                open(waiter);
            }
        }
    }

    /** Whether it still waits is asked last: who claims it does so before the count of idle connections sinks. */
    private boolean wantsOpening(Waiter waiter) {
        return !waiter.isDone()
                && !waiter.isOpening()
                && (waiter.wants != Wants.ANY || pool.isShort())
                && waiter.isWaiting();
    }

    /** Any thread: the oldest waiter that {@link #pump} would open a connection for. */
    @Nullable
    Waiter oldestToOpen() {
        for (Waiter waiter : waiters) {
            if (wantsOpening(waiter)) {
                return waiter;
            }
        }
        return null;
    }

    /** Any thread: the oldest waiter that nobody has claimed. */
    @Nullable
    Waiter oldest() {
        for (Waiter waiter : waiters) {
            if (waiter.isWaiting()) {
                return waiter;
            }
        }
        return null;
    }

    private void open(Waiter waiter) {
        if (waiter.wants != Wants.ANY) {
            // this connection is its own, whatever else becomes free
            if (!waiter.claim()) {
                pool.slots().failed();
                pool.wake();
                return;
            }
            pool.waiterGone();
            waiter.exclusive();
        }
        pool.open(this, waiter);
    }

    /** The connection that was to make room for this waiter is closed, and its slot is the waiter's. */
    private void openInPlace(Waiter waiter) {
        if (waiter.isDone()) {
            pool.slots().closed();
            pool.wake();
        } else {
            pool.slots().reuse();
            waiter.exclusive();
            pool.open(this, waiter);
        }
    }

    /** Opens a connection for nobody, if there is room. Idle ones that are there and were not closed say as much. */
    void probe() {
        if (!pool.keepsNone()
                && pool.endpoint().socketAddress() != null
                && pool.slots().take()) {
            pool.open(this, null);
            return;
        }
        if (pool.idle() > 0) {
            pool.endpoint().health().reached();
        }
        pool.endpoint().health().probed();
    }

    /** @param waiter null: it was for nobody */
    void opened(UpstreamConnection connection, @Nullable Waiter waiter) {
        if (waiter == null) {
            pool.endpoint().health().probed();
            if (!connection.isClosing()) {
                release(connection);
            }
            pool.wake();
            return;
        }
        waiter.opening(false);
        if (connection.isClosing()) {
            // accepted and closed at once: must cost a waiter, as a refusal does, or it would be tried for ever
            pool.endpoint().health().failed(Failure.UPSTREAM_CLOSED);
            refuseUnlessClaimed(waiter, Failure.UPSTREAM_CLOSED);
        } else if (waiter.isExclusive() && !waiter.isDone()) {
            hand(connection, waiter);
        } else {
            release(connection);
        }
        pool.wake();
    }

    /** @param waiter null: it was for nobody */
    void notOpened(@Nullable Waiter waiter, Failure failure) {
        if (waiter == null) {
            pool.endpoint().health().probed();
        } else {
            waiter.opening(false);
            refuseUnlessClaimed(waiter, failure);
        }
        pool.wake();
    }

    /** It may have been served meanwhile, or a connection is on its way from another loop. */
    private void refuseUnlessClaimed(Waiter waiter, Failure failure) {
        if (waiter.isExclusive() || waiter.isWaiting()) {
            refuse(waiter, failure);
        }
    }

    // ---- from connections

    /** The exchange is over. */
    void ended() {
        figures.exchangeEnds();
        figures.returned();
    }

    /** Its attempt failed; that the endpoint closed a used one before it answered is the usual end, and no failure. */
    void failed(UpstreamConnection connection, Failure why, boolean unanswered) {
        if (!unanswered || !connection.isReused()) {
            pool.endpoint().health().failed(why);
        } else if (why == Failure.UPSTREAM_CLOSED) {
            idleLimit.lost(connection.usage, loop.nanoTime());
        }
    }

    /** May it be leased again? */
    @Nullable
    Discard reasonToDiscard(UpstreamConnection connection) {
        if (pool.maxRequests() > 0 && connection.usage.leases >= pool.maxRequests()) {
            return Discard.REQUESTS;
        }
        return isAged(connection) ? Discard.AGE : null;
    }

    private boolean isAged(UpstreamConnection connection) {
        // one that nobody has used is leased once, or a busy loop would age it before its waiter got it, and open the
        // next
        return pool.hasMaxAge() && connection.usage.leases > 0 && loop.nanoTime() - connection.usage.bestBefore >= 0;
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
        while (pool.keepsNone() && (connection = stack.top()) != null) {
            connection.discard(pool.isRetired() ? Discard.RETIRED : Discard.DRAINED);
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
            pool.slots().closed();
            pool.wake();
        } else {
            successor.shelf.loop.execute(() -> successor.shelf.openInPlace(successor));
        }
    }

    int idle() {
        return stack.size();
    }

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
        return !isAged(connection) && idleLimit.allows(connection.usage, loop.nanoTime());
    }

    /** The top one, once those too old to be leased are gone. */
    private @Nullable UpstreamConnection usable() {
        UpstreamConnection connection;
        while ((connection = stack.top()) != null) {
            boolean aged = isAged(connection);
            if (!aged && idleLimit.allows(connection.usage, loop.nanoTime())) {
                break;
            }
            connection.discard(aged ? Discard.AGE : Discard.STALE);
        }
        return connection;
    }
}
