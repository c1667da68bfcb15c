package io.sluice.upstream;

import io.sluice.config.HealthConfig;
import io.sluice.upstream.CheckResult.Outcome;
import io.sluice.wire.Deadline;
import io.sluice.wire.Loops;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Checks one endpoint again and again, one check at a time: once for the whole process, on the loop aside. It starts as
 * healthy; the first check decides by itself, later ones when there are enough of a kind in a row.
 */
final class Checker {
    private static final int JITTER_PERCENT = 10;

    private final Endpoint endpoint;
    private final HealthConfig.Check config;
    private final Loops loops;
    private final Runnable told;
    private final Deadline next = new Deadline(due -> run());
    private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);
    private @Nullable Check running;
    private boolean stopped;
    private volatile boolean healthy = true;
    private volatile int inARow;
    private volatile @Nullable CheckResult last;

    /** @param told called after each check */
    Checker(Endpoint endpoint, HealthConfig.Check config, Loops loops, Runnable told) {
        this.endpoint = endpoint;
        this.config = config;
        this.loops = loops;
        this.told = told;
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, new LongAdder());
        }
    }

    /** Goes on from what is known of the same endpoint; before the first check. */
    void inherit(Checker before) {
        healthy = before.healthy;
        last = before.last;
        inARow = before.inARow;
    }

    /** Checks now, and from now on. */
    void start() {
        stopped = false;
        run();
    }

    void stop() {
        stopped = true;
        next.disarm();
        if (running != null) {
            running.abandon();
            running = null;
        }
    }

    private void run() {
        SocketAddress address = endpoint.socketAddress();
        if (stopped) {
            return;
        }
        if (address == null) {
            rest();
            return;
        }
        boolean elsewhere = config.port() != 0 && address instanceof InetSocketAddress;
        SocketAddress to =
                elsewhere ? new InetSocketAddress(((InetSocketAddress) address).getAddress(), config.port()) : address;
        running = Check.start(
                loops,
                to,
                endpoint.tls(),
                endpoint.authority(),
                elsewhere ? null : endpoint.own(),
                config,
                this::ended);
    }

    private void rest() {
        next.arm(loops.aside(), Jitter.around(config.interval().toNanos(), JITTER_PERCENT));
    }

    private void ended(CheckResult result) {
        running = null;
        CheckResult before = last;
        LongAdder count = counts.get(result.outcome());
        if (count != null) {
            count.increment();
        }
        boolean same = before != null && before.passed() == result.passed();
        int row = same ? inARow + 1 : 1;
        inARow = row;
        last = result;
        int enough = result.passed() ? config.healthyAfter() : config.unhealthyAfter();
        if (before == null || row >= enough) {
            healthy = result.passed();
        }
        rest();
        told.run();
    }

    // ---- any thread

    boolean isHealthy() {
        return healthy;
    }

    /** That connections to it are taken, where exchanges go, has just been shown. */
    boolean hasReached() {
        CheckResult result = last;
        return result != null && result.passed() && config.port() == 0;
    }

    /** Null before the first. */
    @Nullable
    CheckResult last() {
        return last;
    }

    /** How many of the last checks ended like the last one. */
    int inARow() {
        return inARow;
    }

    /** Since the start; every outcome is there. */
    Map<Outcome, Long> counts() {
        Map<Outcome, Long> sums = new LinkedHashMap<>();
        counts.forEach((outcome, count) -> sums.put(outcome, count.sum()));
        return sums;
    }
}
