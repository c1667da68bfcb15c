package io.sluice.proxy;

import io.sluice.telemetry.ConnectionMetrics.Rest;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many client connections the process has descriptors for, all listeners together: so that clients who only come and stay
 * can't keep Sluice from connecting to its upstreams. Any thread.
 */
final class Places {
    /** For files, the JVM, event loops, listeners and the admin API. */
    private static final int OWN = 128;
    /** Upstream connections are given at most this part of all. */
    private static final int UPSTREAM_PART = 4;

    private final long descriptors;
    private final AtomicInteger taken = new AtomicInteger();
    private final List<Admission> admissions = new CopyOnWriteArrayList<>();
    private volatile long kept;
    /** 0: as many as there are descriptors for. */
    private volatile int limit;

    private volatile boolean shut;

    /** @param descriptors that the process may have; -1: nobody knows */
    Places(long descriptors) {
        this.descriptors = descriptors;
    }

    /** The most descriptors that the system allows this process; -1 where it doesn't tell. */
    static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : -1;
    }

    /** Keeps descriptors for that many upstream connections. */
    void reserve(long upstreamConnections) {
        kept = Math.min(upstreamConnections, descriptors / UPSTREAM_PART);
        admissions.forEach(Admission::recheck);
    }

    /** Sets the most client connections of all listeners; 0: as many as there are descriptors for. */
    void limit(int connections) {
        limit = connections;
        admissions.forEach(Admission::recheck);
    }

    /** Lets nobody in while it is shut. */
    void shut(boolean now) {
        if (shut != now) {
            shut = now;
            admissions.forEach(Admission::recheck);
        }
    }

    boolean isFree() {
        return !shut && taken.get() < most(kept);
    }

    /** Why it isn't free. */
    Rest rest() {
        if (shut) {
            return Rest.MEMORY;
        }
        return most(kept) < byDescriptors(kept) ? Rest.PROCESS : Rest.DESCRIPTORS;
    }

    private long most(long keptForUpstreams) {
        long most = byDescriptors(keptForUpstreams);
        return limit == 0 ? most : Math.min(limit, most);
    }

    private long byDescriptors(long keptForUpstreams) {
        return descriptors < 0 ? Long.MAX_VALUE : Math.max(1, descriptors - OWN - keptForUpstreams);
    }

    /** How they are divided now. */
    Descriptors figures() {
        long upstreams = kept;
        return new Descriptors(descriptors, OWN, upstreams, most(upstreams), taken.get());
    }

    void take() {
        taken.incrementAndGet();
    }

    void give() {
        taken.decrementAndGet();
        for (Admission admission : admissions) {
            admission.placeIsFree();
        }
    }

    /** From now on it is told when a place is free. */
    void join(Admission admission) {
        admissions.add(admission);
    }

    void leave(Admission admission) {
        admissions.remove(admission);
    }
}
