package io.sluice.proxy;

import io.sluice.http.Failure;
import io.sluice.upstream.Endpoint;
import io.sluice.upstream.Lease;
import io.sluice.upstream.Upstream;
import io.sluice.upstream.UpstreamConnection;
import io.sluice.wire.Loop;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of one exchange, one at a time: each is a lease and then a connection. When one fails before a byte of the
 * response was passed on, another is made where that cannot do anything twice:
 *
 * <ul>
 *   <li>no connection could be opened: on another endpoint, if there is one, {@link #MOST} attempts in all
 *   <li>a reused connection turned out to be closed, and the request is idempotent (RFC 9110 section 9.2.2) and still at
 *       hand: once, on a fresh connection
 * </ul>
 *
 * On the loop of the exchange.
 */
final class Attempts implements Lease {
    static final int MOST = 3;

    private final Exchange exchange;
    private final Loop loop;
    private @Nullable Upstream upstream;
    private @Nullable Endpoint endpoint;
    private @Nullable UpstreamConnection connection;
    private int count;
    private boolean leasing;
    private boolean waited;
    private boolean repeated;
    private boolean reused;
    private boolean opened;
    private long leaseAt;
    private long queueNanos;

    Attempts(Exchange exchange, Loop loop) {
        this.exchange = exchange;
        this.loop = loop;
    }

    /** Where all of them will go. */
    void to(Upstream target) {
        upstream = target;
    }

    /** There was none, or one that went as it should at once: no pool and no connection knows of them any more. */
    boolean wereSimple() {
        return count == 0 || (count == 1 && !waited && !leasing && connection == null);
    }

    /** Begins anew. */
    void start() {
        upstream = null;
        endpoint = null;
        count = 0;
        reused = false;
        opened = false;
        queueNanos = 0;
    }

    /** Makes the first attempt. */
    void begin() {
        lease(false);
    }

    private void lease(boolean fresh) {
        count++;
        leasing = true;
        leaseAt = loop.nanoTime();
        Upstream target = upstream;
        if (target == null) {
            throw new IllegalStateException("no upstream");
        }
        Endpoint chosen = target.pick(endpoint);
        endpoint = chosen;
        if (fresh) {
            chosen.pool().leaseFresh(loop, this);
        } else {
            chosen.pool().lease(loop, this);
        }
        waited |= leasing;
    }

    @Override
    public void leased(UpstreamConnection leased) {
        leasing = false;
        connection = leased;
        reused = leased.isReused();
        opened |= !reused;
        queueNanos += loop.nanoTime() - leaseAt;
        exchange.send(leased);
    }

    @Override
    public void refused(Failure why) {
        leasing = false;
        boolean elsewhere = upstream != null && upstream.endpoints().size() > 1 && count < MOST;
        if (elsewhere && why.side() == Failure.Side.UPSTREAM) {
            lease(false);
        } else {
            exchange.fail(why);
        }
    }

    /**
     * The connection failed without a byte of a response. Tries once more if it was stale.
     *
     * @return false if there is no further attempt
     */
    boolean repeat(boolean stale) {
        connection = null;
        if (!stale || repeated) {
            return false;
        }
        repeated = true;
        lease(true);
        return true;
    }

    /** The attempt has ended by itself. */
    void ended() {
        connection = null;
    }

    /** Ends the attempt that is under way, if any. */
    void abandon() {
        if (leasing && endpoint != null) {
            leasing = false;
            endpoint.pool().cancel(loop, this);
        }
        UpstreamConnection left = connection;
        if (left != null) {
            connection = null;
            left.cancel();
        }
    }

    /** Null while none is leased. */
    @Nullable
    UpstreamConnection connection() {
        return connection;
    }

    /** Null where nothing was to be asked of one. */
    @Nullable
    Upstream upstream() {
        return upstream;
    }

    /** Of the last attempt. */
    @Nullable
    Endpoint endpoint() {
        return endpoint;
    }

    int count() {
        return count;
    }

    /** The last connection had carried an exchange before. */
    boolean reused() {
        return reused;
    }

    /** One of the connections had carried none. */
    boolean opened() {
        return opened;
    }

    /** Time spent waiting for connections. */
    long queueNanos() {
        return queueNanos;
    }
}
