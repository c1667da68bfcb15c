package io.sluice.proxy;

import io.sluice.http.Failure;
import io.sluice.telemetry.Tried;
import io.sluice.upstream.Endpoint;
import io.sluice.upstream.Lease;
import io.sluice.upstream.Upstream;
import io.sluice.upstream.UpstreamConnection;
import io.sluice.wire.Loop;
import java.util.ArrayList;
import java.util.List;
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
    private long leasedAt;
    private long queueNanos;
    private long connectNanos;
    /** Those before the last one, since the loop's time 0; null: there were none. */
    private @Nullable List<Tried> failed;

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
        connectNanos = 0;
        failed = null;
    }

    /** Makes the first attempt. */
    void begin() {
        lease(false);
    }

    private void lease(boolean fresh) {
        count++;
        leasing = true;
        leaseAt = loop.nanoTime();
        leasedAt = 0;
        connectNanos = 0;
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
        leasedAt = loop.nanoTime();
        queueNanos += leasedAt - leaseAt;
        // as far as it was waited for
        connectNanos = reused ? 0 : Math.min(leased.connectNanos(), leasedAt - leaseAt);
        exchange.send(leased);
    }

    @Override
    public void refused(Failure why) {
        leasing = false;
        queueNanos += loop.nanoTime() - leaseAt;
        boolean elsewhere = upstream != null && upstream.endpoints().size() > 1 && count < MOST;
        if (elsewhere && why.side() == Failure.Side.UPSTREAM) {
            failed(why);
            lease(false);
        } else {
            exchange.fail(why);
        }
    }

    /** The present attempt has failed, and there will be another one. */
    private void failed(Failure why) {
        Endpoint asked = endpoint;
        if (asked == null) {
            return;
        }
        List<Tried> all = failed;
        if (all == null) {
            all = new ArrayList<>(MOST);
            failed = all;
        }
        all.add(tried(asked, why, loop.nanoTime()));
    }

    private Tried tried(Endpoint asked, @Nullable Failure why, long at) {
        return new Tried(asked.address(), leaseAt, leasedAt, reused, connectNanos, why, at);
    }

    /**
     * The connection failed without a byte of a response. Tries once more if it was stale.
     *
     * @return false if there is no further attempt
     */
    boolean repeat(Failure why, boolean stale) {
        connection = null;
        if (!stale || repeated) {
            return false;
        }
        repeated = true;
        failed(why);
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
            queueNanos += loop.nanoTime() - leaseAt;
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

    /** Of this, the time it took to open the last one. */
    long connectNanos() {
        return connectNanos;
    }

    /** All of them, those that were repeated and the last. */
    List<Tried> tried(long started, long nanos) {
        Endpoint last = endpoint;
        if (last == null) {
            return List.of();
        }
        List<Tried> all = new ArrayList<>();
        if (failed != null) {
            all.addAll(failed);
        }
        all.add(tried(last, null, nanos + started));
        return all.stream().map(one -> one.since(started)).toList();
    }
}
