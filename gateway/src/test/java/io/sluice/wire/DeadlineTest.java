package io.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.GatewayConfig.Transport;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(30);
    private static final long LONG = TimeUnit.MILLISECONDS.toNanos(600);

    private final Loops loops = new Loops(Transport.NIO, 1);
    private final Loop loop = loops.all().getFirst();
    private final BlockingQueue<String> expired = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        loops.close();
    }

    private Deadline deadline(String name) {
        return new Deadline(due -> expired.add(name));
    }

    private void onLoop(Runnable task) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            task.run();
            done.complete(null);
        });
        done.get(10, TimeUnit.SECONDS);
    }

    private List<String> expired(int count) throws InterruptedException {
        List<String> names = new java.util.ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(expired.poll(10, TimeUnit.SECONDS));
        }
        return names;
    }

    @Test
    void expiresInTheOrderOfTheirTimesWhateverTheirDurations() throws Exception {
        onLoop(() -> {
            deadline("late").arm(loop, LONG);
            deadline("early").arm(loop, SHORT);
        });
        assertThat(expired(2)).containsExactly("early", "late");
    }

    @Test
    void armingAgainStartsAnew() throws Exception {
        onLoop(() -> {
            Deadline first = deadline("first");
            first.arm(loop, SHORT);
            deadline("second").arm(loop, SHORT);
            first.arm(loop, SHORT);
        });
        assertThat(expired(2)).containsExactly("second", "first");
    }

    @Test
    void aDisarmedOneDoesNotExpire() throws Exception {
        onLoop(() -> {
            Deadline dropped = deadline("dropped");
            dropped.arm(loop, SHORT);
            deadline("kept").arm(loop, LONG);
            dropped.disarm();
            assertThat(dropped.isArmed()).isFalse();
        });
        assertThat(expired(1)).containsExactly("kept");
        assertThat(expired).isEmpty();
    }

    @Test
    void zeroMeansNoLimit() throws Exception {
        onLoop(() -> {
            Deadline none = deadline("none");
            none.arm(loop, LONG);
            none.arm(loop, 0);
            assertThat(none.isArmed()).isFalse();
        });
    }

    @Test
    void anExpiryMayArmItselfAndOthers() throws Exception {
        onLoop(() -> {
            Deadline other = deadline("other");
            new Deadline(due -> {
                        expired.add("first");
                        other.arm(loop, LONG);
                    })
                    .arm(loop, SHORT);
        });
        assertThat(expired(2)).containsExactly("first", "other");
    }

    @Test
    void oneThatFailsDoesNotHinderTheOthers() throws Exception {
        onLoop(() -> {
            new Deadline(due -> {
                        throw new IllegalStateException("thrown by the test");
                    })
                    .arm(loop, SHORT);
            deadline("after").arm(loop, SHORT);
        });
        assertThat(expired(1)).containsExactly("after");
    }

    @Test
    void othersGetTheirTurnWhileVeryManyExpire() throws Exception {
        CompletableFuture<Integer> seen = new CompletableFuture<>();
        onLoop(() -> {
            new Deadline(due -> loop.execute(() -> seen.complete(expired.size()))).arm(loop, SHORT);
            for (int i = 0; i < 5000; i++) {
                deadline("one of many").arm(loop, SHORT);
            }
        });
        assertThat(seen.get(10, TimeUnit.SECONDS)).isLessThan(5000);
        assertThat(expired(5000)).containsOnly("one of many");
    }
}
