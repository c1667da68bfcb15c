package io.sluice.upstream;

import io.sluice.config.HealthConfig;
import io.sluice.config.UpstreamConfig;
import io.sluice.wire.Deadline;
import io.sluice.wire.Loop;
import io.sluice.wire.Loops;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Decides which endpoints of one upstream may be picked, and gives the {@link Balancer} a new {@link Roster} whenever that
 * changes. All decisions are made on the loop aside, one after the other, so that none is made on what another one is just
 * changing; {@link #changed}, {@link #tooMany} and {@link #stop} may be called from anywhere.
 */
final class Watch {
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int PERCENT = 100;
    private static final int RAMP_STEPS = 10;

    private final UpstreamConfig config;
    private final Loop aside;
    private final Supplier<List<Endpoint>> endpoints;
    private final Balancer balancer;
    private final RetryBudget retries;
    private final AtomicBoolean pending = new AtomicBoolean();
    private final Deadline second = new Deadline(due -> second());
    private final Deadline ramp = new Deadline(due -> settle());
    private List<Endpoint> watched = List.of();
    private boolean started;
    private boolean stopped;

    /** @param endpoints those that there are now */
    Watch(
            UpstreamConfig config,
            Loops loops,
            Supplier<List<Endpoint>> endpoints,
            Balancer balancer,
            RetryBudget retries) {
        this.config = config;
        this.aside = loops.aside();
        this.endpoints = endpoints;
        this.balancer = balancer;
        this.retries = retries;
    }

    /** Once, when the endpoints are there. */
    void start() {
        balancer.use(roster());
        changed();
    }

    void stop() {
        aside.execute(() -> {
            stopped = true;
            second.disarm();
            ramp.disarm();
            watched.forEach(endpoint -> endpoint.health().stop());
        });
    }

    /** Something of what decides has changed; it is seen to soon. */
    void changed() {
        if (pending.compareAndSet(false, true)) {
            aside.execute(() -> {
                // before looking: who finds it set must be able to rely on a look that is still to come
                pending.set(false);
                settle();
            });
        }
    }

    /** As {@link #changed}, and tells when it has been seen to. Never if the loops have ended. */
    CompletableFuture<Void> seen() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        aside.execute(() -> {
            settle();
            done.complete(null);
        });
        return done;
    }

    /** So many exchanges in a row have failed that it is to be ejected. */
    void tooMany(Endpoint endpoint, String latest) {
        aside.execute(() -> eject(
                endpoint,
                Ejections.Cause.FAILURES,
                config.health().ejection().failures() + " in a row failed, the latest: " + latest));
    }

    // ---- loop aside

    private void settle() {
        if (stopped) {
            return;
        }
        adopt(endpoints.get());
        boolean ramps = false;
        for (Endpoint endpoint : watched) {
            endpoint.health().settle();
            ramps |= endpoint.health().share() < PERCENT;
        }
        balancer.use(roster());
        if (ramps) {
            long step = config.health().slowStart().toNanos() / RAMP_STEPS;
            ramp.arm(aside, Math.clamp(step, 1, SECOND_NANOS));
        } else {
            ramp.disarm();
        }
    }

    private Roster roster() {
        return Roster.of(config.balance(), endpoints.get(), config.health().panic());
    }

    private void adopt(List<Endpoint> present) {
        if (present.equals(watched)) {
            return;
        }
        for (Endpoint endpoint : watched) {
            if (!present.contains(endpoint)) {
                endpoint.health().stop();
            }
        }
        for (Endpoint endpoint : present) {
            if (!watched.contains(endpoint)) {
                endpoint.health().start(started);
            }
        }
        watched = List.copyOf(present);
        if (!started) {
            started = true;
            second.arm(aside, SECOND_NANOS);
        }
    }

    private void second() {
        second.arm(aside, SECOND_NANOS);
        long leases = 0;
        for (Endpoint endpoint : watched) {
            Outcomes outcomes = endpoint.health().outcomes();
            leases += outcomes.sample(endpoint.pool().leases());
            if (outcomes.isRateExceeded()) {
                eject(
                        endpoint,
                        Ejections.Cause.ERROR_RATE,
                        outcomes.failuresInWindow() + " of " + outcomes.requestsInWindow() + " requests failed");
            }
        }
        retries.second(leases);
    }

    private void eject(Endpoint endpoint, Ejections.Cause cause, String why) {
        Health health = endpoint.health();
        health.outcomes().forgive();
        if (stopped || health.isEjected() || !health.isAvailable() || isReadied(health)) {
            return;
        }
        HealthConfig.Ejection limits = config.health().ejection();
        int all = watched.size();
        int most = Math.min(all - 1, (all * limits.maxEjected() + PERCENT - 1) / PERCENT);
        if (watched.stream().filter(each -> each.health().isEjected()).count() < most) {
            health.eject(cause, why);
            settle();
        }
    }

    private static boolean isReadied(Health health) {
        Manual set = health.manual();
        return set != null && set.readies();
    }
}
