package io.sluice.upstream;

import io.sluice.config.HealthConfig;
import io.sluice.http.Failure;
import io.sluice.wire.Deadline;
import io.sluice.wire.Loops;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of one endpoint, and whether it may get requests for that.
 *
 * <p>Connections and exchanges tell what they see, on any loop: {@link #missed}, {@link #reached}, {@link #answered},
 * {@link #failed}; an atomic operation each, and a single read for a response where nothing is wrong. Decisions are made on the
 * loop aside, by {@link Watch}, which calls what is marked so. Answers are given to any thread.
 *
 * <p>An endpoint that could not be connected to is left out at once. Its pool then tries by itself, after half a second and at
 * growing intervals, to open a connection; it is back with the first connection that succeeds, whoever made it.
 */
public final class Health {
    private static final Logger log = LoggerFactory.getLogger(Health.class);
    private static final long FIRST_PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LONGEST_PROBE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int PROBE_JITTER_PERCENT = 20;
    private static final long LOG_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int MOST_HISTORY = 20;
    private static final int WHOLE = 100;
    private static final int FIRST_SHARE = 10;
    private static final int SERVER_ERROR = 500;

    /** @param rampFrom {@link System#nanoTime} since which its share grows; meaningless unless {@code ramps} */
    private record Standing(
            HealthState state,
            String because,
            Instant since,
            boolean ramps,
            long rampFrom,
            List<HealthFigures.Change> history) {}

    private final Endpoint endpoint;
    private final HealthConfig config;
    private final Watch watch;
    private final Loops loops;

    // ---- any loop
    private final AtomicReference<@Nullable Failure> unreachable = new AtomicReference<>();
    private final Outcomes outcomes;
    private volatile @Nullable Manual manual;

    // ---- loop aside; read by any
    private final @Nullable Checker checker;
    private final Ejections ejections;
    private final Deadline probe = new Deadline(due -> probe());
    private volatile Standing standing = new Standing(HealthState.AVAILABLE, "", Instant.now(), false, 0, List.of());
    private int probes;
    private boolean probing;
    private boolean stopped;
    private boolean logged;
    private long loggedAt;

    Health(Endpoint endpoint, HealthConfig config, Watch watch, Loops loops) {
        this.endpoint = endpoint;
        this.config = config;
        this.watch = watch;
        this.loops = loops;
        outcomes = new Outcomes(config.ejection());
        ejections = new Ejections(config.ejection(), watch::changed);
        HealthConfig.Check check = config.check();
        checker = check == null ? null : new Checker(endpoint, check, loops, this::checked);
    }

    /** Goes on from what is known of the same address; before {@link #start}. */
    void inherit(Health before) {
        manual = before.manual;
        if (checker != null && before.checker != null) {
            checker.inherit(before.checker);
        }
    }

    // ---- what connections and exchanges say; any loop

    /** A connection to it was opened. */
    void reached() {
        if (unreachable.get() != null) {
            unreachable.set(null);
            watch.changed();
        }
    }

    /** One could not be opened. */
    void missed(Failure why) {
        if (unreachable.compareAndSet(null, why)) {
            watch.changed();
        }
    }

    /** The pool has tried to open a connection by itself, or has found no room for one. */
    void probed() {
        loops.aside().execute(() -> {
            probing = false;
            probes++;
            keepProbing();
        });
    }

    /** The head of a response came. */
    void answered(int status) {
        if (status >= SERVER_ERROR && config.ejection().serverErrors()) {
            failed("status " + status);
        } else {
            outcomes.good();
        }
    }

    /** An exchange that it had failed, which is its fault. */
    public void failed(Failure why) {
        failed(why.text());
    }

    private void failed(String why) {
        if (outcomes.bad()) {
            watch.tooMany(endpoint, why);
        }
    }

    // ---- for the choice; any thread

    HealthState state() {
        Manual set = manual;
        if (set != null && set.drains()) {
            return HealthState.DRAINED;
        }
        if (endpoint.isUnresolved()) {
            return HealthState.UNRESOLVED;
        }
        if (!isReachable()) {
            return HealthState.UNREACHABLE;
        }
        if (set != null && set.readies()) {
            return HealthState.AVAILABLE;
        }
        if (checker != null && !checker.isHealthy()) {
            return HealthState.UNHEALTHY;
        }
        return ejections.isEjected() ? HealthState.EJECTED : HealthState.AVAILABLE;
    }

    boolean isReachable() {
        return unreachable.get() == null;
    }

    /** 1..1000. */
    int weight() {
        Manual set = manual;
        return set == null || set.weight() == 0 ? endpoint.weight() : set.weight();
    }

    /** Per cent of its weight, 10..100. */
    int share() {
        Standing now = standing;
        if (!now.ramps) {
            return WHOLE;
        }
        double passed =
                (double) (System.nanoTime() - now.rampFrom) / config.slowStart().toNanos();
        return (int) Math.min(WHOLE, FIRST_SHARE + (WHOLE - FIRST_SHARE) * passed);
    }

    // ---- loop aside

    /** @param isNew it was discovered beside others that are there for longer */
    void start(boolean isNew) {
        // one that was gone may be back
        stopped = false;
        if (isNew) {
            standing = ramping(standing);
        }
        if (checker != null) {
            checker.start();
        }
    }

    void stop() {
        stopped = true;
        probe.disarm();
        ejections.stop();
        if (checker != null) {
            checker.stop();
        }
    }

    private void checked() {
        if (checker != null && checker.hasReached()) {
            reached();
        }
        watch.changed();
    }

    /** Takes note of what has changed, and does what follows from it. */
    void settle() {
        HealthState state = state();
        Standing before = standing;
        if (state != before.state) {
            standing = next(before, state);
            tell(state);
            if (state != HealthState.AVAILABLE && state != HealthState.DRAINED) {
                endpoint.pool().leftOut();
            }
        } else if (before.ramps && share() == WHOLE) {
            standing = new Standing(state, before.because, before.since, false, 0, before.history);
        }
        endpoint.pool().drained(state == HealthState.DRAINED);
        keepProbing();
    }

    private Standing next(Standing before, HealthState state) {
        Instant now = Instant.now();
        String why = because(state);
        List<HealthFigures.Change> history = new ArrayList<>(before.history);
        if (history.size() == MOST_HISTORY) {
            history.removeFirst();
        }
        history.add(new HealthFigures.Change(now, before.state, state, why));
        Standing next = new Standing(state, why, now, false, 0, List.copyOf(history));
        if (state != HealthState.AVAILABLE) {
            return next;
        }
        outcomes.clear();
        return ramping(next);
    }

    private Standing ramping(Standing from) {
        boolean slowly = !config.slowStart().isZero();
        return new Standing(from.state, from.because, from.since, slowly, System.nanoTime(), from.history);
    }

    private String because(HealthState state) {
        Failure why = unreachable.get();
        Manual set = manual;
        CheckResult last = checker == null ? null : checker.last();
        String text = switch (state) {
            case AVAILABLE -> "";
            case DRAINED -> set == null ? null : "drained by " + set.by();
            case UNRESOLVED -> "its name cannot be resolved";
            case UNREACHABLE -> why == null ? null : why.text();
            case UNHEALTHY -> last == null ? null : last.text();
            case EJECTED -> ejections.why();
        };
        // it has changed while this was asked; that will be told next
        return text == null ? "it is no longer so" : text;
    }

    /** One that comes and goes would fill the log. */
    private void tell(HealthState state) {
        long now = System.nanoTime();
        if (state == HealthState.AVAILABLE) {
            if (logged) {
                log.info("endpoint {} is available", endpoint);
            }
            logged = false;
        } else if (!logged && (loggedAt == 0 || now - loggedAt >= LOG_AGAIN_NANOS)) {
            log.warn("endpoint {} is {} and left out: {}", endpoint, state.word(), standing.because);
            logged = true;
            loggedAt = now;
        }
    }

    private void keepProbing() {
        if (isReachable()) {
            probe.disarm();
            probes = 0;
        } else if (!probing && !probe.isArmed() && !stopped) {
            long nanos = Math.min(LONGEST_PROBE_NANOS, FIRST_PROBE_NANOS << Math.min(probes, 16));
            probe.arm(loops.aside(), Jitter.around(nanos, PROBE_JITTER_PERCENT));
        }
    }

    private void probe() {
        probing = true;
        endpoint.pool().probe();
    }

    void eject(Ejections.Cause cause, String why) {
        ejections.begin(loops.aside(), cause, why);
    }

    Outcomes outcomes() {
        return outcomes;
    }

    boolean isEjected() {
        return ejections.isEjected();
    }

    // ---- by hand; any thread

    /** Null: nothing is set. */
    public @Nullable Manual manual() {
        return manual;
    }

    void manual(@Nullable Manual set) {
        manual = set;
    }

    // ---- figures; any thread

    public boolean isAvailable() {
        return state() == HealthState.AVAILABLE;
    }

    /** It is available, and a check has shown that it is. */
    public boolean isShown() {
        CheckResult last = checker == null ? null : checker.last();
        return last != null && isAvailable();
    }

    public HealthFigures figures() {
        Standing noted = standing;
        HealthState state = state();
        boolean same = state == noted.state;
        HealthFigures.Checks checks = checker == null
                ? null
                : new HealthFigures.Checks(checker.isHealthy(), checker.last(), checker.inARow(), checker.counts());
        return new HealthFigures(
                state,
                same ? noted.because : because(state),
                same ? noted.since : Instant.now(),
                weight(),
                share(),
                manual,
                checks,
                outcomes.failures(),
                outcomes.inARow(),
                ejections.counts(),
                ejections.nanosLeft(),
                noted.history);
    }
}
