package io.sluice.upstream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What an endpoint's ways with idle connections teach.
 *
 * <p>Two things teach: what it says ({@code Keep-Alive: timeout}), and the ages at which it is seen to close. The limit is the
 * less of both, minus a margin of a fifth. Whatever was learned is forgotten: an age after two minutes or
 * {@value #MOST_CLOSES} further closes, a timeout once the endpoint says another one and has not said this one for half a minute.
 *
 * <p>Closes within {@link #BURST_NANOS} of one another count as one. Not all of them tell the end of patience:
 * <ul>
 *   <li>Several at once, of which one is less than half as old as another, and as many as are idle now: a restart. All is
 *       forgotten.
 *   <li>One at less than half of the age of all others is odd, and counts for {@link #ODD_NANOS}.
 *   <li>At less than {@link #FLOOR_NANOS} no limit would help. The limit is never below that.
 * </ul>
 * Such early closes, when there is more than one in a minute, and any request that was lost on a connection that was in use a
 * moment ago, cost the endpoint trust for a minute.
 *
 * <p>Used by one thread. All times are nanoseconds; {@code now} is that of {@link System#nanoTime}.
 */
final class IdleLessons {
    /** No limit is known. */
    static final long NONE = Long.MAX_VALUE;
    /** The limit is never less. */
    static final long FLOOR_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** Used so short a time ago, a connection is proven, if the limit is twice that. */
    static final long PROVEN_NANOS = TimeUnit.SECONDS.toNanos(1);

    static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    static final long ODD_NANOS = TimeUnit.SECONDS.toNanos(10);
    static final long REMEMBERED_NANOS = TimeUnit.MINUTES.toNanos(2);
    static final long SAID_NANOS = TimeUnit.SECONDS.toNanos(30);
    static final long DISTRUST_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final int MOST_CLOSES = 32;
    /** So many closes are no accident. */
    private static final int SURE = 3;

    private static final long LEAST_MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long MOST_MARGIN_NANOS = TimeUnit.SECONDS.toNanos(2);

    private record Close(long age, long at) {}

    private final Deque<Close> closes = new ArrayDeque<>();

    // ---- the burst under way
    private int burstCloses;
    private long burstLeast;
    private long burstMost;
    /** The least age that may teach something. */
    private long burstAge;

    private boolean burstEarly;
    private boolean burstLost;

    // ---- what was said
    private long told;
    private long toldAt;
    private boolean saysOther;
    private long saysNow;

    private boolean wasEarly;
    private long earlyAt;
    private boolean distrusted;
    private long distrustedAt;

    // ---- conclusions
    private long seen;
    private long limit = NONE;

    /** What the first response of a connection says; 0: nothing. */
    void says(long nanos, long now) {
        if (nanos != told && told != 0 && (nanos == 0 || nanos > told)) {
            saysOther = true;
            saysNow = nanos;
        } else {
            told = nanos;
            toldAt = now;
            saysOther = false;
        }
        settle(now);
    }

    /**
     * A connection was closed.
     *
     * @param age for how long it was idle
     * @param lost a request had just been sent on it
     * @return whether this is the first one of a burst: {@link #burstEnds} is to be called {@link #BURST_NANOS} later
     */
    boolean closes(long age, boolean lost) {
        boolean first = burstCloses++ == 0;
        burstLeast = first ? age : Math.min(burstLeast, age);
        burstMost = first ? age : Math.max(burstMost, age);
        if (first) {
            burstAge = NONE;
            burstEarly = false;
            burstLost = false;
        }
        if (age >= FLOOR_NANOS) {
            burstAge = Math.min(burstAge, age);
        }
        burstEarly |= age < FLOOR_NANOS;
        burstLost |= lost && age <= PROVEN_NANOS;
        return first;
    }

    /** @param idle how many connections are still, or again, idle */
    void burstEnds(int idle, long now) {
        boolean differ = burstLeast < burstMost / 2 && burstMost >= FLOOR_NANOS;
        if (burstCloses > 1 && differ && burstCloses >= idle) {
            closes.clear();
            told = 0;
            saysOther = false;
        } else {
            learn(now);
        }
        burstCloses = 0;
        settle(now);
    }

    private void learn(long now) {
        if (burstAge != NONE) {
            if (closes.size() == MOST_CLOSES) {
                closes.removeFirst();
            }
            closes.addLast(new Close(burstAge, now));
        }
        if (burstEarly || burstLost) {
            if (burstLost || (wasEarly && now - earlyAt <= DISTRUST_NANOS)) {
                distrusted = true;
                distrustedAt = now;
            }
            wasEarly = true;
            earlyAt = now;
        }
    }

    /** Forgets what is old, and draws conclusions. */
    void settle(long now) {
        if (saysOther && now - toldAt > SAID_NANOS) {
            told = saysNow;
            toldAt = now;
            saysOther = false;
        }
        if (distrusted && now - distrustedAt > DISTRUST_NANOS) {
            distrusted = false;
        }
        while (!closes.isEmpty() && now - closes.getFirst().at > REMEMBERED_NANOS) {
            closes.removeFirst();
        }
        seen = leastBelieved(now);
        long known = Math.min(told == 0 ? NONE : told, seen == 0 ? NONE : seen);
        limit = known == NONE ? NONE : less(known);
    }

    /** The request takes its time too, and clocks are coarse. */
    private static long less(long nanos) {
        return Math.max(FLOOR_NANOS, nanos - Math.clamp(nanos / 5, LEAST_MARGIN_NANOS, MOST_MARGIN_NANOS));
    }

    private long leastBelieved(long now) {
        List<Close> sorted = new ArrayList<>(closes);
        sorted.sort(Comparator.comparingLong(Close::age));
        for (int i = 0; i < sorted.size(); i++) {
            Close close = sorted.get(i);
            boolean alike = i + 1 < sorted.size() && sorted.get(i + 1).age <= 2 * close.age;
            if (alike || now - close.at <= ODD_NANOS) {
                return close.age;
            }
        }
        return 0;
    }

    // ---- conclusions

    /** What the endpoint says; 0: nothing. */
    long told() {
        return told;
    }

    /** The least age at which it closes; 0: none is known. */
    long seen() {
        return seen;
    }

    /** {@link #NONE} where nothing is known. */
    long limit() {
        return limit;
    }

    /** The same for requests that can't be sent again; negative: only new connections will do. */
    long proven() {
        return distrusted ? -1 : Math.min(PROVEN_NANOS, limit / 2);
    }

    /** The limit is no accident. */
    boolean isSure() {
        return limit != NONE && (told != 0 || closes.size() >= SURE);
    }

    /** {@link #settle} will change something, some time. */
    boolean forgets() {
        return saysOther || distrusted || !closes.isEmpty();
    }
}
