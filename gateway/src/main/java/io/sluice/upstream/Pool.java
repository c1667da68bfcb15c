package io.sluice.upstream;

import io.sluice.config.UpstreamConfig;
import io.sluice.h2.H2Room;
import io.sluice.http.Failure;
import io.sluice.wire.Loop;
import io.sluice.wire.Loops;
import io.sluice.wire.PerLoop;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The connections and waiters of one endpoint, for the whole process.
 *
 * <p><b>What is where.</b> Each loop has a {@link Shelf}: the idle connections on that loop, and the queue of waiters that
 * asked there. A connection is touched by the loop it is on and by no other; a waiter is answered by its own loop and by
 * no other. All loops share three things, and nothing else: {@link Slots} (the cap), the number of waiters, and the right
 * to <i>claim</i> any waiter by one compare-and-set, which says: this connection of mine is for you. Other loops may also
 * read how many idle connections a shelf has and walk over its queue. There is no lock.
 *
 * <p><b>The cap.</b> A slot is taken before a connection is opened and given back when its socket is closed, not when it
 * is discarded. So at no moment are more sockets open than {@code connections.max}.
 *
 * <p><b>Who is served.</b> A loop that gets a free connection (released, opened or taken over in vain) puts it on its
 * shelf and serves: as long as the shelf has a connection and any loop has a waiter, it claims the oldest waiter of all
 * loops and hands the connection over, after moving it if the waiter is on another loop. Waiters of the own loop count as
 * {@link #BIAS_NANOS} older than they are: a move costs some 50 microseconds, and without the bias two busy loops would
 * swap connections for nothing. A lease does not overtake either: it gets an idle connection at once only if nobody waits.
 *
 * <p><b>What a lease does that finds nothing.</b> It publishes a waiter (count, then queue); then it looks again for idle
 * connections, on its shelf and, by their counts, on others, and pokes one loop that has some; then it opens a connection
 * if more waiters are there than idle connections and connections being opened, and if the bounds allow. Else it waits,
 * for {@code connections.queueTimeout} at most; or is refused, if {@code connections.queue} wait already besides those
 * for whom a connection is open or being opened that no exchange has.
 *
 * <p><b>Why no wake-up is lost.</b> Each of the two sides writes first and reads the other's word afterwards, all by
 * sequentially consistent operations, so at least one of them sees the other:
 * <ul>
 *   <li>Idle: a shelf raises its idle count, then looks for waiters; a lease publishes its waiter, then reads the idle
 *       counts. A shelf keeps the count up until it has claimed a waiter for the connection.
 *   <li>Slots: who gives one back does so and then looks for a waiter to open for ({@link #wake}); a lease publishes its
 *       waiter and then tries to take one.
 *   <li>Pokes: a poked loop clears its mark, then looks. So one poke on its way to a loop is enough, whoever else finds
 *       the mark set.
 * </ul>
 * A waiter that holds back, because enough is idle or being opened for all, has poked a loop with idle connections or
 * knows of a connect that will end. A poked loop whose idle connections went to others passes the poke on to who still has
 * some and to the oldest waiter that may open; a connect that ended, well or not, does the latter too. Each poke is the
 * answer to a change, never to another poke that changed nothing, so they die out.
 *
 * <p><b>When it fails.</b> A connect that fails is the answer to the waiter for which it was begun, if that one still waits;
 * else to nobody; so failing connects are never more than leases. A connection that dies on its way to another loop leaves
 * its waiter where it was in the queue.
 *
 * <p><b>Probes.</b> While connects fail, {@link Health} has the pool open a connection for nobody now and then. It takes a slot
 * like any other, and if it succeeds it is kept, idle.
 *
 * <p><b>Fresh ones.</b> A retry must have a connection that carried no exchange yet. Its waiter keeps a connect that is
 * begun for it to itself. If the cap is reached, the next connection that is free for it is closed to make room and leaves
 * it the slot. So it goes for every waiter on another loop where connections cannot be moved (NIO, io_uring).
 */
public final class Pool {
    /** How much older a waiter of another loop must be to be served first. */
    static final long BIAS_NANOS = 3_000_000;
    /** A waiter that has waited so long, or half of the time that it may, wants a connection that is held for nothing. */
    private static final long PATIENCE_NANOS = 100_000_000;

    private final Endpoint endpoint;
    private final Sharing sharing;
    private final UpstreamConfig.Connections limits;
    private final Loops loops;
    private final PerLoop<Shelf> shelves;
    private final Slots slots;
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean retired;
    private volatile boolean drained;

    private final LongAdder opened = new LongAdder();
    private final LongAdder connectFailures = new LongAdder();
    private final Map<Discard, LongAdder> closed = new EnumMap<>(Discard.class);

    private final IdleLimit idleLimit;
    private final long queueNanos;
    private final long maxAgeNanos;
    private final PoolTotals totals;

    /** @param rooms null: no connection is of HTTP/2 */
    Pool(
            Endpoint endpoint,
            UpstreamConfig config,
            Loops loops,
            PerLoop<ResponseReader.Spare> readers,
            @Nullable PerLoop<H2Room> rooms) {
        this.endpoint = endpoint;
        limits = config.connections();
        sharing = new Sharing(config);
        this.loops = loops;
        slots = new Slots(limits.max(), limits.connecting());
        for (Discard reason : Discard.values()) {
            closed.put(reason, new LongAdder());
        }
        idleLimit = new IdleLimit(endpoint, limits.idle().toNanos(), loops.aside(), this::idle);
        queueNanos = Math.max(1, limits.queueTimeout().toNanos());
        maxAgeNanos = limits.maxAge().toNanos();
        shelves = new PerLoop<>(
                loops, loop -> new Shelf(this, loop, readers.on(loop), rooms == null ? null : rooms.on(loop)));
        totals = new PoolTotals(shelves.all());
    }

    /**
     * Asks for a connection on this loop. If an idle one is at hand on the loop and nobody waits, {@link Lease#leased} is
     * called at once, from within; else later on the same loop. {@link Lease#refused} is always called later. Every lease
     * is answered once unless it is cancelled first. On the loop.
     */
    public void lease(Loop loop, Lease lease) {
        shelves.on(loop).lease(lease, Wants.ANY);
    }

    /** As {@link #lease}, for a request that can't be sent again: on a new connection, or one just used, as {@link IdleLimit} has it. */
    public void leaseProven(Loop loop, Lease lease) {
        shelves.on(loop).lease(lease, Wants.PROVEN);
    }

    /**
     * As {@link #lease}, for a retry after a connection turned out to be stale: the connection will be one that carried no
     * exchange before.
     */
    public void leaseFresh(Loop loop, Lease lease) {
        shelves.on(loop).lease(lease, Wants.FRESH);
    }

    /** Takes back a lease that was not answered yet; unknown ones are ignored. On the loop that asked. */
    public void cancel(Loop loop, Lease lease) {
        shelves.on(loop).cancel(lease);
    }

    /** Any thread. */
    public PoolFigures figures() {
        Map<Discard, Long> reasons = new EnumMap<>(Discard.class);
        closed.forEach((reason, count) -> reasons.put(reason, count.sum()));
        return new PoolFigures(
                slots.open(),
                slots.connecting(),
                totals.leased(),
                totals.idle(),
                totals.streams(),
                waiting.get(),
                totals.inFlight(),
                opened.sum(),
                connectFailures.sum(),
                totals.leases(),
                totals.reused(),
                totals.takenOver(),
                totals.waits(),
                totals.waitNanos(),
                totals.maxWaitNanos(),
                reasons);
    }

    /** Any thread. */
    public IdleFigures idleFigures() {
        return idleLimit.figures();
    }

    /** Connections handed out since the start. Any thread. */
    long leases() {
        return totals.leases();
    }

    /** Exchanges that wait for a connection or have one. Any thread; no allocation. */
    int inFlight() {
        return totals.inFlight();
    }

    /** Connections without an exchange. Any thread. */
    int idle() {
        return totals.idle();
    }

    /** No more connections are kept. Any thread. */
    void retire() {
        retired = true;
        closeIdle();
    }

    /** No connections are kept for as long as this is so; who waits is still served. Any thread. */
    void drained(boolean now) {
        if (drained != now) {
            drained = now;
            if (now) {
                closeIdle();
            }
        }
    }

    /** The endpoint is back: what is open may be kept again. Any thread. */
    void revive() {
        retired = false;
    }

    private void closeIdle() {
        for (Shelf shelf : shelves.all()) {
            shelf.loop().execute(shelf::closeIdle);
        }
    }

    /** Tells who waits that the endpoint is left out. Any thread. */
    void leftOut() {
        if (hasWaiters()) {
            for (Shelf shelf : shelves.all()) {
                shelf.loop().execute(shelf::leftOut);
            }
        }
    }

    /** Fewer exchanges wait for a connection or have one than there may be connections. Any thread. */
    boolean hasRoom() {
        return inFlight() < limits.max();
    }

    /** Opens a connection, if there is room for one, to see whether that goes; {@link Health#probed} is told the end. Any thread. */
    void probe() {
        List<Shelf> all = shelves.all();
        Shelf shelf = all.get(ThreadLocalRandom.current().nextInt(all.size()));
        shelf.loop().execute(shelf.openings()::probe);
    }

    /** Nothing is open, nobody waits. Any thread. */
    boolean isEmpty() {
        return slots.open() == 0 && waiting.get() == 0 && inFlight() == 0;
    }

    // ---- for the shelves; any loop

    Endpoint endpoint() {
        return endpoint;
    }

    Slots slots() {
        return slots;
    }

    boolean movesConnections() {
        return loops.movesWires();
    }

    boolean isRetired() {
        return retired;
    }

    /** What becomes idle is closed. */
    boolean keepsNone() {
        return retired || drained;
    }

    IdleLimit idleLimit() {
        return idleLimit;
    }

    long queueNanos() {
        return queueNanos;
    }

    /** How connections of HTTP/2 are shared. */
    Sharing sharing() {
        return sharing;
    }

    /** Connections carry several exchanges. */
    boolean isShared() {
        return sharing.isInUse();
    }

    long connectNanos() {
        return Math.max(1, limits.connectTimeout().toNanos());
    }

    int maxRequests() {
        return limits.maxRequests();
    }

    boolean hasMaxAge() {
        return maxAgeNanos > 0;
    }

    /** The end of a connection's life, up to a tenth early, so that those opened together do not end together. */
    long bestBefore(Loop loop) {
        return hasMaxAge()
                ? loop.nanoTime() + maxAgeNanos - ThreadLocalRandom.current().nextLong(maxAgeNanos / 10 + 1)
                : 0;
    }

    boolean hasWaiters() {
        return waiting.get() > 0;
    }

    /** Whether somebody has waited for a while. */
    boolean isPressed(long now) {
        return hasWaiters() && totals.hasWaited(Math.min(PATIENCE_NANOS, queueNanos / 2), now);
    }

    void waiterAdded() {
        waiting.incrementAndGet();
    }

    void waiterGone() {
        waiting.decrementAndGet();
    }

    /** More wait than the queue holds, those aside for whom a connection is about to be free. */
    boolean isCrowded() {
        long about = Math.max(0, slots.open() - totals.leased());
        return waiting.get() > limits.queue() + about * sharing.exchanges();
    }

    /** Connections are being opened, and there are no others. */
    boolean onlyConnects() {
        int connecting = slots.connecting();
        return connecting > 0 && slots.open() == connecting;
    }

    /** More wait than connections are idle or being opened. */
    boolean isShort() {
        return waiting.get() > slots.connecting() + idle();
    }

    /** The oldest waiter of all, now claimed for a connection on {@code by}; null if there is none. */
    @Nullable
    Waiter claimOldest(Shelf by) {
        for (; ; ) {
            Waiter oldest = null;
            long first = 0;
            List<Shelf> all = shelves.all();
            for (int i = 0; i < all.size(); i++) {
                Shelf shelf = all.get(i);
                Waiter waiter = shelf.oldest();
                if (waiter != null && (shelf == by || !shelf.helpsItself())) {
                    long since = shelf == by ? waiter.since - BIAS_NANOS : waiter.since;
                    if (oldest == null || since - first < 0) {
                        oldest = waiter;
                        first = since;
                    }
                }
            }
            if (oldest == null) {
                return null;
            }
            if (oldest.claim()) {
                waiterGone();
                return oldest;
            }
        }
    }

    /** Asks the loop with most idle connections, other than this one, to serve. */
    void pokeIdle(Shelf by) {
        Shelf most = null;
        int count = 0;
        List<Shelf> all = shelves.all();
        for (int i = 0; i < all.size(); i++) {
            Shelf shelf = all.get(i);
            if (shelf != by && shelf.free() > count) {
                most = shelf;
                count = shelf.free();
            }
        }
        if (most != null) {
            most.poke();
        }
    }

    /** A slot is free, or a connect has ended: asks the loop of the oldest waiter for which a connection may be opened to do so. */
    void wake() {
        if (!hasWaiters() || !slots.available()) {
            return;
        }
        Waiter oldest = null;
        List<Shelf> all = shelves.all();
        for (int i = 0; i < all.size(); i++) {
            Waiter waiter = all.get(i).openings().oldest();
            if (waiter != null && (oldest == null || waiter.since - oldest.since < 0)) {
                oldest = waiter;
            }
        }
        if (oldest != null) {
            oldest.shelf.poke();
        }
    }

    /**
     * Opens a connection with a slot that was taken.
     *
     * @param waiter null: for nobody, to see whether that goes
     */
    void open(Shelf shelf, @Nullable Waiter waiter) {
        SocketAddress address = endpoint.socketAddress();
        if (address == null) {
            throw new IllegalStateException("endpoint " + endpoint + " has no address");
        }
        if (waiter != null) {
            waiter.opening(true);
        }
        loops.connect(shelf.loop(), address, endpoint.tls(), connectNanos(), new Opening(shelf, waiter));
    }

    void connected() {
        slots.connected();
        opened.increment();
        endpoint.health().reached();
    }

    /** The socket is open and is closed next: the slot is kept until then. */
    void connectedInVain(Failure why) {
        slots.connected();
        connectFailures.increment();
        endpoint.health().missed(why);
    }

    void notConnected(Failure why) {
        slots.failed();
        connectFailures.increment();
        endpoint.health().missed(why);
    }

    void counted(Discard reason) {
        LongAdder counter = closed.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }
}
