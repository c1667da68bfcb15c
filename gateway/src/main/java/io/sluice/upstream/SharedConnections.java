package io.sluice.upstream;

import io.sluice.h2.H2Room;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The connections of HTTP/2 on one shelf, each of which carries several exchanges as streams; where an endpoint speaks it, this
 * takes the place of the idle connections.
 *
 * <p><b>Who gets a stream.</b> Each loop has connections of its own as long as the cap allows: an exchange gets a stream of a
 * connection on its own loop, the oldest connection that has room, so that those that are not needed grow old. If none has
 * room, the loop opens one; one at a time, and when it is there all who wait here get a stream of it before another is
 * opened. Only where no slot is free and none is being opened, so that a loop cannot help itself, is one of its waiters served by
 * another loop: by a stream on that loop's connection, which is used from afar ({@link FarStream}). So even with one
 * connection for all loops nobody waits for an exchange of another loop to end, be it one that never does.
 *
 * <p><b>In which order.</b> As for other connections: while anybody waits, all do, and whoever has room serves the oldest of
 * all whom it may serve. {@link #room} is raised before that loop looks for waiters, and a waiter is published before its loop looks for a slot
 * and then for room; who frees a slot looks for waiters afterwards ({@link Pool#wake}). So no wake-up is lost. Whether a loop can help
 * itself is asked when a waiter is about to be claimed: if it can, a slot has become free or a connect is under way, and
 * whoever freed the one, or ends the other, makes that loop look again.
 *
 * <p><b>When a connection leaves</b> (too old, used often enough, or its endpoint says so) it gets no more streams and closes with
 * its last one. Its slot is free only then. So that the cap, which is exact, does not make others wait for streams that never end, one that
 * is merely old stays in use while it has streams and no slot is free.
 *
 * <p>Used on the shelf's loop, but for what says otherwise.
 */
final class SharedConnections {
    private static final int KEPT_STREAMS = 64;

    private final Shelf shelf;
    private final Pool pool;
    private final H2Room tools;
    /** Those that may get streams, in the order in which they were opened. */
    private final List<SharedConnection> open = new ArrayList<>();
    /** Places of exchanges that ended as they should, to be used again. */
    private final ArrayDeque<UpstreamStream> free = new ArrayDeque<>(KEPT_STREAMS);
    /** How many streams may be added; written by this loop. */
    private final AtomicInteger room = new AtomicInteger();
    /** Connections without a stream; written by this loop. */
    private final AtomicInteger idle = new AtomicInteger();
    /** Connects under way; written by this loop. */
    private final AtomicInteger opening = new AtomicInteger();

    SharedConnections(Shelf shelf, H2Room tools) {
        this.shelf = shelf;
        this.tools = tools;
        this.pool = shelf.pool();
    }

    Shelf shelf() {
        return shelf;
    }

    /** What the connections share. */
    H2Room tools() {
        return tools;
    }

    // ---- any thread

    int room() {
        return room.get();
    }

    int idle() {
        return idle.get();
    }

    /** This loop needs no other's help: it opens a connection, or may. */
    boolean helpsItself() {
        return pool.isShared() && (opening.get() > 0 || pool.slots().available());
    }

    /** A connection is worth opening for who waits here. */
    boolean isShort() {
        return opening.get() == 0 && room.get() == 0;
    }

    // ---- leases

    /** One that has room; null if there is none. */
    @Nullable
    SharedConnection usable() {
        for (int i = 0; i < open.size(); ) {
            SharedConnection first = open.get(i);
            Discard why = first.reasonToLeave();
            if (why != null) {
                // is not in the list any more
                first.leave(why);
            } else if (first.room() > 0) {
                return first;
            } else {
                i++;
            }
        }
        return null;
    }

    /** A place for one exchange. */
    UpstreamStream stream(SharedConnection on, boolean isFar) {
        UpstreamStream stream = free.pollLast();
        if (stream == null) {
            stream = new UpstreamStream();
        }
        stream.start(on, isFar);
        return stream;
    }

    /** Nobody knows it any more. */
    void free(UpstreamStream over) {
        if (free.size() < KEPT_STREAMS) {
            free.addLast(over);
        }
    }

    // ---- from connections and those who open them

    void opens() {
        opening.set(opening.get() + 1);
    }

    void opensNoMore() {
        opening.set(opening.get() - 1);
    }

    void add(SharedConnection connection) {
        open.add(connection);
        changed();
    }

    /** It gets no more streams. */
    void remove(SharedConnection connection) {
        if (open.remove(connection)) {
            changed();
        }
    }

    /** A stream has begun or ended, or the endpoint allows another number of them. */
    void changed() {
        int free = 0;
        int unused = 0;
        for (int i = 0; i < open.size(); i++) {
            SharedConnection one = open.get(i);
            free += one.room();
            unused += one.isUnused() ? 1 : 0;
        }
        room.set(free);
        idle.set(unused);
    }

    /** Nothing is to be kept: those that are not used close, and the others with their last stream. */
    void leaveAll(Discard why) {
        for (SharedConnection connection : List.copyOf(open)) {
            connection.leave(why);
        }
    }

    /** Gives streams to the oldest waiters, until one of both runs out. */
    void serve() {
        SharedConnection connection;
        while (pool.hasWaiters() && (connection = usable()) != null) {
            // its room still counts: a waiter published from now on finds it if this loop sees none
            Waiter waiter = pool.claimOldest(shelf);
            if (waiter == null) {
                return;
            }
            match(connection, waiter);
        }
    }

    private void match(SharedConnection connection, Waiter waiter) {
        Shelf target = waiter.shelf;
        boolean isFar = target != shelf;
        UpstreamStream stream = connection.lease(isFar);
        if (!isFar) {
            shelf.hand(stream, waiter);
        } else if (!target.loop().execute(() -> target.arrived(shelf.loop(), stream, waiter))) {
            stream.cancel();
        }
    }
}
