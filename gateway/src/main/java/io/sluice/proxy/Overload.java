package io.sluice.proxy;

import io.sluice.config.ProcessLimits;
import io.sluice.wire.Loop;
import io.sluice.wire.Loops;
import io.sluice.wire.PerLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after memory and the lag of loops four times a second, on a thread of its own, and says what is refused while they are
 * short. The order, which docs/limits.md has for users: exchanges of low importance; those of normal importance, and connections that are not
 * accepted yet; all exchanges; parked connections, of which some are closed each time. Late loops refuse for themselves, and
 * close and keep out nobody, since that would only give them more to do.
 */
final class Overload {
    private static final Logger log = LoggerFactory.getLogger(Overload.class);
    private static final Duration PAUSE = Duration.ofMillis(250);
    /** For one look, in which there may be a collection of garbage. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Loops loops;
    private final Places places;
    private final PerLoop<Pressure> pressures;
    private final PerLoop<LoopLag> lags;
    private final MemoryGauge gauge = new MemoryGauge();
    private volatile ProcessLimits limits = ProcessLimits.NONE;
    private volatile int memoryPercent;
    private volatile int memoryLevel;
    private volatile long longestLag;
    private @Nullable Thread thread;

    Overload(Loops loops, Places places) {
        this.loops = loops;
        this.places = places;
        this.pressures = new PerLoop<>(loops, loop -> new Pressure());
        this.lags = new PerLoop<>(loops, LoopLag::new);
    }

    Pressure on(Loop loop) {
        return pressures.on(loop);
    }

    /** Percent of the memory in use when it was looked at last; 0 if nobody looks. */
    int memoryPercent() {
        return memoryPercent;
    }

    /** Nanoseconds that the latest loop was late, each time that it was looked at lately; 0 if nobody looks. */
    long longestLag() {
        return longestLag;
    }

    /** The highest of all loops, as {@link Pressure} has them. */
    int level() {
        int level = memoryLevel;
        for (Pressure pressure : pressures.all()) {
            level = Math.max(level, pressure.lag);
        }
        return level;
    }

    /** Sets other limits; the thread runs only while there are some. */
    synchronized void limits(ProcessLimits next) {
        limits = next;
        boolean wanted = next.memory() != null || next.lag() != null;
        if (wanted && thread == null) {
            // not a virtual one: with the threads that carry those it took half as much again, all the time
            thread = Thread.ofPlatform().daemon().name("overload").start(this::run);
        } else if (!wanted) {
            close();
        }
    }

    /** When this returns, nothing more is sent to the loops; not on a loop. */
    synchronized void close() {
        Thread running = thread;
        if (running != null) {
            thread = null;
            running.interrupt();
            try {
                running.join(PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(PAUSE);
                look();
            }
        } catch (InterruptedException e) {
            relax();
        } catch (RuntimeException e) {
            log.error("nobody looks after memory and lag any more", e);
            relax();
        }
    }

    private void look() {
        ProcessLimits now = limits;
        memory(now.memory());
        long longest = 0;
        for (Loop loop : loops.all()) {
            long lag = now.lag() == null ? 0 : lags.on(loop).look();
            pressures.on(loop).lag = level(now.lag(), lag);
            longest = Math.max(longest, lag);
        }
        longestLag = longest;
    }

    private static int level(ProcessLimits.@Nullable Lag limit, long lag) {
        if (limit == null || lag < limit.low().toNanos()) {
            return Pressure.NONE;
        }
        return lag < limit.normal().toNanos() ? Pressure.LOW : Pressure.NORMAL;
    }

    private void memory(ProcessLimits.@Nullable Memory limit) {
        memoryPercent = limit == null ? 0 : gauge.percent(limit.low());
        int next = level(limit, memoryPercent);
        if (next != memoryLevel) {
            log.warn("{} % of the memory in use: {}", memoryPercent, told(next));
        }
        memoryLevel = next;
        pressures.all().forEach(pressure -> pressure.memory = next);
        places.shut(next >= Pressure.NORMAL);
        if (next == Pressure.ALL) {
            loops.all().forEach(ParkedConnections::closeSome);
        }
    }

    private static int level(ProcessLimits.@Nullable Memory limit, int percent) {
        if (limit == null || percent < limit.low()) {
            return Pressure.NONE;
        }
        return percent < limit.normal() ? Pressure.LOW : percent < limit.all() ? Pressure.NORMAL : Pressure.ALL;
    }

    private static String told(int level) {
        return switch (level) {
            case Pressure.NONE -> "all exchanges are taken on again";
            case Pressure.LOW -> "exchanges of low importance are refused";
            case Pressure.NORMAL -> "only exchanges of high importance are taken on, and no connections";
            default -> "no exchange is taken on, and parked connections are closed";
        };
    }

    /** Nobody looks any more. */
    private void relax() {
        memory(null);
        for (Loop loop : loops.all()) {
            lags.on(loop).forget();
            pressures.on(loop).lag = Pressure.NONE;
        }
        longestLag = 0;
    }
}
