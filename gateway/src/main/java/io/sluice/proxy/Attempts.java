package io.sluice.proxy;

import io.sluice.http.Failure;
import io.sluice.telemetry.Tried;
import io.sluice.upstream.Endpoint;
import io.sluice.upstream.Lease;
import io.sluice.upstream.Progress;
import io.sluice.upstream.Upstream;
import io.sluice.upstream.UpstreamSide;
import io.sluice.wire.Loop;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of one exchange, one at a time: each is a lease and then a connection. When one fails before a byte of the
 * response came, another is made where that cannot do anything twice:
 *
 * <ul>
 *   <li>a reused connection turned out to be closed, and the request is idempotent (RFC 9110 section 9.2.2) and still at
 *       hand: once, on a fresh connection
 *   <li>the endpoint did nothing with the request, which is still at hand, and says so (HTTP/2), whatever the request asks for: of a
 *       connection that goes away some times, on another connection; of a stream that it refuses once, then on another endpoint
 *   <li>no connection could be opened, or the endpoint is found dead, or the queue is full or too slow: on another endpoint,
 *       since nothing was sent
 *   <li>the endpoint closed the connection, or did not answer in time, and the request is safe (RFC 9110 section 9.2.1) and
 *       still at hand: on another endpoint
 * </ul>
 *
 * On another endpoint means one that was not tried, {@code retries.attempts} in all, and within the upstream's budget if
 * the request was sent. On the loop of the exchange.
 */
final class Attempts implements Lease {
    /** Connections that may go away under one request before it is given up. */
    private static final int MOST_GONE = 5;

    private final Exchange exchange;
    private final Loop loop;
    private @Nullable Upstream upstream;
    private @Nullable Endpoint endpoint;
    private List<Endpoint> tried = List.of();
    private @Nullable UpstreamSide connection;
    private int count;
    private boolean leasing;
    private boolean waited;
    /** Attempts made again at once, wherever. */
    private int repeats;

    private boolean reused;
    private boolean opened;
    private long leaseAt;
    /** 0: not yet. */
    private long leasedAt;

    private long queueNanos;
    private long connectNanos;
    /** Those before the last one, since the loop's time 0; null: there were none. */
    private @Nullable List<Tried> past;

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
        return !waited && (count == 0 || (count == 1 && !leasing && connection == null));
    }

    /** Begins anew. */
    void start() {
        upstream = null;
        endpoint = null;
        tried = List.of();
        count = 0;
        repeats = 0;
        reused = false;
        opened = false;
        leasedAt = 0;
        queueNanos = 0;
        connectNanos = 0;
        past = null;
    }

    private Upstream target() {
        Upstream target = upstream;
        if (target == null) {
            throw new IllegalStateException("no upstream");
        }
        return target;
    }

    /** Makes the first attempt. */
    void begin() {
        Endpoint first = target().pick();
        if (first != null) {
            lease(first, false);
            return;
        }
        leasing = true;
        leaseAt = loop.nanoTime();
        waited = true;
        loop.execute(() -> {
            if (leasing) {
                refused(target().whyNone());
            }
        });
    }

    private void lease(Endpoint chosen, boolean fresh) {
        count++;
        leasing = true;
        leaseAt = loop.nanoTime();
        leasedAt = 0;
        connectNanos = 0;
        endpoint = chosen;
        if (fresh) {
            chosen.pool().leaseFresh(loop, this);
        } else if (isRepeatable()) {
            chosen.pool().lease(loop, this);
        } else {
            chosen.pool().leaseProven(loop, this);
        }
        waited |= leasing;
    }

    /** The request could be sent again, should its connection turn out to be closed. */
    private boolean isRepeatable() {
        long body = exchange.head.body();
        return exchange.head.isIdempotent() && body >= 0 && body <= RequestBody.KEPT_LIMIT;
    }

    @Override
    public InetSocketAddress source() {
        InetSocketAddress peer = exchange.client.peer().remote();
        boolean direct = exchange.clientAddress.equals(peer.getAddress());
        return direct ? peer : new InetSocketAddress(exchange.clientAddress, 0);
    }

    @Override
    public InetSocketAddress destination() {
        return exchange.client.destination();
    }

    @Override
    public void leased(UpstreamSide leased) {
        waitEnds();
        connection = leased;
        reused = leased.isReused();
        opened |= !reused;
        leasedAt = loop.nanoTime();
        // as far as it was waited for
        connectNanos = reused ? 0 : Math.min(leased.connectNanos(), leasedAt - leaseAt);
        exchange.send(leased);
    }

    private void waitEnds() {
        leasing = false;
        queueNanos += loop.nanoTime() - leaseAt;
    }

    @Override
    public void refused(Failure why) {
        waitEnds();
        Endpoint other = why == Failure.NO_ENDPOINT ? null : another();
        if (other != null && mayMove(why, other)) {
            note(why);
            lease(other, false);
        } else {
            exchange.fail(why);
        }
    }

    /**
     * Nothing was sent. Where an endpoint is dead its requests go to one that lives, and where it is only slow to one that
     * has room: nobody is asked more often for that, so it costs none of the budget.
     */
    private boolean mayMove(Failure why, Endpoint other) {
        boolean missed = why.side() == Failure.Side.UPSTREAM;
        boolean dead = missed || endpoint == null || !endpoint.health().isAvailable();
        if (dead ? other.health().isAvailable() : other.hasRoom()) {
            target().moved();
            return true;
        }
        return missed && target().mayRetry();
    }

    @Override
    public void leftOut() {
        Endpoint left = endpoint;
        Endpoint other = leasing && left != null ? another() : null;
        if (other != null && left != null && other.health().isAvailable()) {
            waitEnds();
            left.pool().cancel(loop, this);
            target().moved();
            note(null);
            lease(other, false);
        }
    }

    /** Another endpoint, for a request that was sent. */
    private @Nullable Endpoint elsewhere() {
        Endpoint other = another();
        return other != null && target().mayRetry() ? other : null;
    }

    /** Null as well if there were enough attempts. */
    private @Nullable Endpoint another() {
        return count < target().config().health().retries().attempts() ? other() : null;
    }

    private @Nullable Endpoint other() {
        if (tried.isEmpty()) {
            tried = new ArrayList<>();
        }
        if (endpoint != null && !tried.contains(endpoint)) {
            tried.add(endpoint);
        }
        return target().pickOther(tried);
    }

    /**
     * The connection failed.
     *
     * @param why it failed
     * @param again the request may be sent again and is at hand, and not a byte of a response came
     * @param safe the request is safe
     * @return false if there is no further attempt
     */
    boolean repeat(Failure why, Progress progress, boolean again, boolean safe) {
        connection = null;
        Endpoint chosen = null;
        boolean unprocessed = progress == Progress.UNPROCESSED;
        if (again && (unprocessed ? repeats < mostRepeats(why) : reused && repeats == 0)) {
            repeats++;
            Endpoint other = other();
            chosen = other == null ? target().pick() : other;
        } else if (again && (safe || unprocessed)) {
            chosen = elsewhere();
        }
        if (chosen == null) {
            return false;
        }
        note(why);
        lease(chosen, !unprocessed);
        return true;
    }

    /** A connection that goes away is in the nature of things, and the next one may do so too; an endpoint that refuses has too much to do. */
    private static int mostRepeats(Failure why) {
        return why == Failure.UPSTREAM_REFUSED ? 1 : MOST_GONE;
    }

    /**
     * The exchange has waited for too long: that counts against the endpoint if it is to blame.
     *
     * @param again the request is safe and at hand
     * @return false if there is no further attempt; then the present one goes on
     */
    boolean late(Failure why, boolean again) {
        UpstreamSide slow = connection;
        if (slow == null || why.side() != Failure.Side.UPSTREAM) {
            return false;
        }
        slow.endpoint().health().failed(why);
        Endpoint other = again && slow.isUnanswered() ? elsewhere() : null;
        if (other == null) {
            return false;
        }
        connection = null;
        slow.cancel();
        note(why);
        lease(other, true);
        return true;
    }

    /**
     * Notes the present attempt, since another one is about to be made.
     *
     * @param why null: its endpoint was left out while a connection was waited for
     */
    private void note(@Nullable Failure why) {
        Endpoint asked = endpoint;
        if (asked == null) {
            return;
        }
        if (past == null) {
            past = new ArrayList<>();
        }
        past.add(attempt(asked, why, loop.nanoTime()));
    }

    private Tried attempt(Endpoint asked, @Nullable Failure why, long at) {
        return new Tried(asked.address(), leaseAt, leasedAt, leasedAt != 0 && reused, connectNanos, why, at);
    }

    /** The head of the response is there: so long did the endpoint take, and the way to it. */
    void answered(long at) {
        if (endpoint != null) {
            endpoint.latency().count(at - leasedAt);
        }
    }

    /** The attempt has ended by itself. */
    void ended() {
        connection = null;
    }

    /** Ends the attempt that is under way, if any. */
    void abandon() {
        if (leasing) {
            waitEnds();
            if (endpoint != null) {
                endpoint.pool().cancel(loop, this);
            }
        }
        UpstreamSide left = connection;
        if (left != null) {
            connection = null;
            left.cancel();
        }
    }

    /** Null while none is leased. */
    @Nullable
    UpstreamSide connection() {
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

    /** Of this, the time it took to open the connection of the last attempt. */
    long connectNanos() {
        return connectNanos;
    }

    /** All of them, those that others came after and the last, which ended so long after the start. */
    List<Tried> all(long started, long nanos) {
        Endpoint last = endpoint;
        if (last == null) {
            return List.of();
        }
        List<Tried> all = past == null ? new ArrayList<>() : new ArrayList<>(past);
        all.add(attempt(last, null, started + nanos));
        all.replaceAll(one -> one.since(started));
        return List.copyOf(all);
    }
}
