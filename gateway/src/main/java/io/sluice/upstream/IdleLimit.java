package io.sluice.upstream;

import io.sluice.http.Head;
import io.sluice.http.KeepAlive;
import io.sluice.wire.Deadline;
import io.sluice.wire.Loop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For how long a connection of one endpoint may have been idle when it is used again, so that none is used which the endpoint
 * is just about to close. {@link IdleLessons} tells how that is learned.
 *
 * <p>Connections tell what they see, on any loop, by a task to the loop aside, where it is thought over; that happens once or
 * twice in the life of a connection. A lease reads one word.
 *
 * <p>A request that can't be sent again gets a connection that was in use a moment ago, or a new one; where the endpoint is not
 * trusted, a new one; but once {@link #PASSED_OVER} connections have been opened for that in one second, one like any other.
 */
final class IdleLimit {
    private static final Logger log = LoggerFactory.getLogger(IdleLimit.class);

    /** Connections a second: each one more takes a port of the system's for a minute. */
    static final int PASSED_OVER = 250;
    /** A connection that is closed so soon after a request was sent on it was stale. */
    private static final long STALE_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MILLIS = 1000;

    private final Object endpoint;
    private final long configuredNanos;
    private final Loop aside;
    private final IntSupplier idle;

    // ---- written aside, read by any loop
    private volatile long limit = IdleLessons.NONE;
    private volatile long proven = IdleLessons.PROVEN_NANOS;
    private volatile long told;
    private volatile long seen;

    // ---- any loop
    private final LongAdder lost = new LongAdder();
    private final AtomicInteger passedOver = new AtomicInteger();
    private volatile long passedOverIn;

    // ---- aside
    private final IdleLessons lessons = new IdleLessons();
    private final Deadline burst = new Deadline(due -> burstEnds());
    private final Deadline second = new Deadline(due -> second());
    private boolean warned;

    /**
     * @param endpoint named in the log
     * @param configuredNanos {@code connections.idle}
     * @param idle how many connections are idle now; any thread
     */
    IdleLimit(Object endpoint, long configuredNanos, Loop aside, IntSupplier idle) {
        this.endpoint = endpoint;
        this.configuredNanos = configuredNanos;
        this.aside = aside;
        this.idle = idle;
    }

    long configuredNanos() {
        return configuredNanos;
    }

    /** Any thread. */
    IdleFigures figures() {
        return new IdleFigures(
                configuredNanos, told, seen, Math.min(limit, configuredNanos), Math.max(proven, 0), lost.sum());
    }

    // ---- asked by shelves; any loop

    /** Whether an idle connection may be used at all. */
    boolean allows(Usage usage, long now) {
        return now - usage.idleSince <= limit;
    }

    /** Whether one that may be used is what is wanted, or as good as it gets. */
    boolean fits(Usage usage, Wants wants, long now) {
        return switch (wants) {
            case ANY, OWN -> true;
            case PROVEN -> {
                long most = usage.leases > 0 ? proven : IdleLessons.PROVEN_NANOS;
                yield now - usage.idleSince <= most || !mayPassOver(now);
            }
            case FRESH -> usage.leases == 0;
        };
    }

    private boolean mayPassOver(long now) {
        long present = TimeUnit.NANOSECONDS.toSeconds(now);
        if (passedOverIn != present) {
            passedOverIn = present;
            passedOver.set(0);
        }
        return passedOver.get() < PASSED_OVER && passedOver.incrementAndGet() <= PASSED_OVER;
    }

    // ---- told by connections; any loop

    /** The first response of a connection teaches, the others are let pass. */
    void answered(Usage usage, Head head) {
        if (usage.leases == 1) {
            int seconds = KeepAlive.timeoutSeconds(head);
            if (seconds != KeepAlive.UNSAID || told != 0) {
                // 0 is for nothing: who keeps a connection for no time says the least that can be said
                long nanos = seconds == KeepAlive.UNSAID ? 0 : Math.max(1, TimeUnit.SECONDS.toNanos(seconds));
                aside.execute(() -> says(nanos));
            }
        }
    }

    /** The endpoint closed an idle connection. */
    void closed(Usage usage, long now) {
        if (usage.leases > 0) {
            long age = now - usage.idleSince;
            aside.execute(() -> closes(age, false));
        }
    }

    /** The endpoint closed a used one without an answer to its request. */
    void lost(Usage usage, long now) {
        // later than that the endpoint had the request, and closed for a reason of its own
        if (now - usage.leasedAt <= STALE_WITHIN_NANOS) {
            long age = usage.leasedAt - usage.idleSince;
            lost.increment();
            aside.execute(() -> closes(age, true));
        }
    }

    // ---- aside

    private void says(long nanos) {
        lessons.says(nanos, aside.nanoTime());
        conclude();
    }

    private void closes(long age, boolean isLost) {
        if (lessons.closes(age, isLost)) {
            burst.arm(aside, IdleLessons.BURST_NANOS);
        }
        proven = lessons.proven();
    }

    private void burstEnds() {
        lessons.burstEnds(idle.getAsInt(), aside.nanoTime());
        conclude();
    }

    private void second() {
        lessons.settle(aside.nanoTime());
        conclude();
    }

    private void conclude() {
        told = lessons.told();
        seen = lessons.seen();
        limit = lessons.limit();
        proven = lessons.proven();
        if (!warned && lessons.isSure() && limit < configuredNanos) {
            warned = true;
            warn();
        }
        if (lessons.forgets()) {
            second.arm(aside, SECOND_NANOS);
        }
    }

    private void warn() {
        boolean bySight = told == 0 || (seen != 0 && seen < told);
        log.warn(
                "endpoint {} keeps idle connections for {} ({}): connections.idle: {} (expected: at most {}); none is used that"
                        + " was idle for longer",
                endpoint,
                text(bySight ? seen : told),
                bySight ? "as was seen" : "so it says in Keep-Alive",
                text(configuredNanos),
                text(limit));
    }

    /** As in a config. */
    private static String text(long nanos) {
        long millis = Duration.ofNanos(nanos).toMillis();
        return millis % MILLIS == 0 ? millis / MILLIS + "s" : millis + "ms";
    }
}
