package io.sluice.upstream;

import io.sluice.http.Failure;
import org.jspecify.annotations.Nullable;

/**
 * How the waiters of one shelf come to connections that must be opened first; when, is written at {@link Pool}. On the shelf's loop, but for what says
 * otherwise.
 */
final class Openings {
    private final Shelf shelf;
    private final Pool pool;
    private final WaiterQueue waiters;

    Openings(Shelf shelf, WaiterQueue waiters) {
        this.shelf = shelf;
        this.pool = shelf.pool();
        this.waiters = waiters;
    }

    /** Opens connections for this loop's waiters, oldest first, as far as the bounds allow and as far as there are not enough under way. */
    void pump() {
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
                && (waiter.wants != Wants.ANY || isShort())
                && waiter.isWaiting();
    }

    private boolean isShort() {
        SharedConnections shared = shelf.shared();
        return shared != null && pool.isShared() ? shared.isShort() : pool.isShort();
    }

    /** Any thread: the oldest waiter that {@link #pump} would open a connection for. */
    @Nullable
    Waiter oldest() {
        for (Waiter waiter : waiters) {
            if (wantsOpening(waiter)) {
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
        begin(waiter);
    }

    /** The connection that was to make room for this waiter is closed, and its slot is the waiter's. */
    void openInPlace(Waiter waiter) {
        if (waiter.isDone()) {
            pool.slots().closed();
            pool.wake();
        } else {
            pool.slots().reuse();
            waiter.exclusive();
            begin(waiter);
        }
    }

    private void begin(@Nullable Waiter waiter) {
        SharedConnections shared = shelf.shared();
        if (shared != null) {
            shared.opens();
        }
        pool.open(shelf, waiter);
    }

    /** Opens a connection for nobody, if there is room. Idle ones that are there and were not closed say as much. */
    void probe() {
        if (!pool.keepsNone()
                && pool.endpoint().socketAddress() != null
                && pool.slots().take()) {
            begin(null);
            return;
        }
        if (pool.idle() > 0) {
            pool.endpoint().health().reached();
        }
        pool.endpoint().health().probed();
    }

    /** A connection of HTTP/1.1 is open. @param waiter null: it was for nobody */
    void opened(UpstreamConnection connection, @Nullable Waiter waiter) {
        ended();
        if (waiter == null) {
            pool.endpoint().health().probed();
            if (!connection.isClosing()) {
                shelf.release(connection);
            }
            pool.wake();
            return;
        }
        waiter.opening(false);
        if (connection.isClosing()) {
            closedAtOnce(waiter);
        } else if (waiter.isExclusive() && !waiter.isDone()) {
            shelf.hand(connection, waiter);
        } else {
            shelf.release(connection);
        }
        pool.wake();
    }

    /** Accepted and closed: must cost a waiter, as a refusal does, or it would be tried for ever. */
    private void closedAtOnce(Waiter waiter) {
        pool.endpoint().health().failed(Failure.UPSTREAM_CLOSED);
        refuseUnlessClaimed(waiter, Failure.UPSTREAM_CLOSED);
    }

    /** A connection of HTTP/2 is open: it serves all who wait. */
    void opened(SharedConnection connection, @Nullable Waiter waiter) {
        ended();
        SharedConnections shared = shelf.shared();
        if (waiter == null) {
            pool.endpoint().health().probed();
        } else {
            waiter.opening(false);
        }
        if (shared != null) {
            shared.add(connection);
            if (waiter != null && waiter.isExclusive() && !waiter.isDone() && connection.room() > 0) {
                shelf.hand(connection.lease(false), waiter);
            }
        }
        shelf.serve();
        if (pool.keepsNone()) {
            shelf.closeIdle();
        }
        shelf.poke();
        pool.wake();
    }

    /** @param waiter null: it was for nobody */
    void notOpened(@Nullable Waiter waiter, Failure failure) {
        ended();
        if (waiter == null) {
            pool.endpoint().health().probed();
        } else {
            waiter.opening(false);
            refuseUnlessClaimed(waiter, failure);
        }
        if (pool.isShared()) {
            // one connect was for all who wait here
            shelf.poke();
        }
        pool.wake();
    }

    private void ended() {
        SharedConnections shared = shelf.shared();
        if (shared != null) {
            shared.opensNoMore();
        }
    }

    /** It may have been served meanwhile, or a connection is on its way from another loop. */
    private void refuseUnlessClaimed(Waiter waiter, Failure failure) {
        if (waiter.isExclusive() || waiter.isWaiting()) {
            shelf.refuse(waiter, failure);
        }
    }
}
