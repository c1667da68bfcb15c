package io.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.GatewayConfig.Transport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Going over all that is armed, while that changes. */
class WalkTest {
    private static final int MANY = 5000;
    private static final long LONG = TimeUnit.HOURS.toNanos(1);

    private final Loops loops = new Loops(Transport.NIO, 1);
    private final Loop loop = loops.all().getFirst();
    private final List<Timed> armed = new ArrayList<>();
    private final Map<Timed, Integer> seen = new HashMap<>();
    private int turns;

    @AfterEach
    void close() {
        loops.close();
    }

    private <T> T onLoop(java.util.function.Supplier<T> task) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.execute(() -> done.complete(task.get()));
        return done.get(10, TimeUnit.SECONDS);
    }

    private void arm(int count, long nanos) throws Exception {
        onLoop(() -> {
            for (int i = 0; i < count; i++) {
                Deadline deadline = new Deadline(due -> {});
                deadline.arm(loop, nanos);
                armed.add(deadline);
            }
            return true;
        });
    }

    /** Counts what is seen; runs {@code between} in the pauses. */
    private void walk(Runnable between) throws Exception {
        CompletableFuture<Void> end = new CompletableFuture<>();
        // in one task: on a busy machine the walk may be over before another one is there
        loop.execute(() -> {
            loop.walk(
                    timed -> {
                        seen.merge(timed, 1, Integer::sum);
                        return true;
                    },
                    () -> end.complete(null));
            meanwhile(between, end);
        });
        end.get(10, TimeUnit.SECONDS);
    }

    private void meanwhile(Runnable between, CompletableFuture<Void> end) {
        if (!end.isDone()) {
            turns++;
            between.run();
            loop.afterOthers(() -> meanwhile(between, end));
        }
    }

    @Test
    void seesEachOnceAndLeavesTheLoopToOthersInBetween() throws Exception {
        arm(MANY, LONG);
        arm(MANY, Timed.NEVER);
        arm(1, 2 * LONG);
        walk(() -> {});

        assertThat(seen).hasSize(2 * MANY + 1).containsOnlyKeys(armed);
        assertThat(seen.values()).containsOnly(1);
        assertThat(turns).isGreaterThan(10);
    }

    @Test
    void seesNothingWhereNothingIs() throws Exception {
        walk(() -> {});

        assertThat(seen).isEmpty();
    }

    @Test
    void seesAllThatStayWhileOthersComeAndGo() throws Exception {
        arm(MANY, LONG);
        List<Timed> stay = List.copyOf(armed.subList(MANY / 2, MANY));
        walk(() -> {
            for (int i = 0; i < 50; i++) {
                Timed moved = armed.get((turns * 50 + i) % (MANY / 2));
                if (i % 2 == 0) {
                    moved.arm(loop, LONG);
                } else {
                    moved.disarm();
                }
            }
        });
        assertThat(seen).containsKeys(stay.toArray(Timed[]::new));
        assertThat(stay).allSatisfy(timed -> assertThat(seen.get(timed)).isEqualTo(1));
    }

    @Test
    void goesOnAfterThePlaceWhereItWasHasExpired() throws Exception {
        arm(MANY, TimeUnit.MILLISECONDS.toNanos(1));
        arm(MANY, LONG);
        List<Timed> late = List.copyOf(armed.subList(MANY, 2 * MANY));
        long begun = System.nanoTime();
        walk(() -> {
            while (System.nanoTime() - begun < 30_000_000) {
                Thread.onSpinWait();
            }
        });
        assertThat(seen).containsKeys(late.toArray(Timed[]::new));
    }

    @Test
    void endsEarlyWhenItIsTold() throws Exception {
        arm(MANY, LONG);
        CompletableFuture<Void> end = new CompletableFuture<>();
        loop.walk(
                timed -> {
                    seen.merge(timed, 1, Integer::sum);
                    return seen.size() < 300;
                },
                () -> end.complete(null));
        end.get(10, TimeUnit.SECONDS);

        assertThat(onLoop(seen::size)).isEqualTo(300);
    }

    @Test
    void leavesTheListsAsTheyWere() throws Exception {
        arm(MANY, LONG);
        walk(() -> {});
        int before = seen.size();
        walk(() -> {});

        assertThat(seen).hasSize(before);
        assertThat(seen.values()).containsOnly(2);
    }

    @Test
    void knowsHowLongSomethingIsArmed() throws Exception {
        Deadline deadline = new Deadline(due -> {});
        onLoop(() -> {
            deadline.arm(loop, LONG);
            return true;
        });
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < 50_000_000) {
            Thread.onSpinWait();
        }
        // the unit of an hour is a quarter of a second
        assertThat(onLoop(() -> deadline.armedNanos(loop))).isBetween(0L, System.nanoTime() - begun + 1_000_000_000L);
        assertThat(onLoop(() -> {
                    deadline.disarm();
                    return deadline.armedNanos(loop);
                }))
                .isZero();
    }
}
