package io.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FailedExchangesTest {
    private final FailedExchanges failures = new FailedExchanges();
    private final Finished failed = Finished.ok(new RouteMetrics("orders")).status(502);

    @Test
    void givesTheLastOneFirst() {
        add(Failure.CONNECT_REFUSED, "/a");
        add(Failure.NO_ROUTE, "/b");
        add(Failure.CONNECT_REFUSED, "/c");

        assertThat(failures.last()).extracting(FailedExchange::path).containsExactly("/c", "/b", "/a");
        assertThat(failures.last()).extracting(FailedExchange::number).containsExactly(3L, 2L, 1L);
    }

    @Test
    void keepsSoManyOfEachCauseAndNeverOneForAnother() {
        add(Failure.CONNECT_REFUSED, "/few");
        for (int i = 0; i < 100_000; i++) {
            add(Failure.NO_ROUTE, "/many");
        }

        List<FailedExchange> last = failures.last();
        assertThat(last).hasSize(FailedExchanges.KEPT + 1);
        assertThat(last).extracting(FailedExchange::path).contains("/few");
    }

    @Test
    void takesTheNewestWhenThereAreNotTooMany() throws InterruptedException {
        long end = System.nanoTime() + 10_000_000_000L;
        int i = 0;
        add(Failure.NO_ROUTE, "/0");
        // the oldest of a full ring makes room once it is not fresh any more
        while (failures.last().getLast().path().equals("/0") && System.nanoTime() - end < 0) {
            add(Failure.NO_ROUTE, "/" + ++i);
            Thread.sleep(1);
        }

        assertThat(failures.last()).hasSize(FailedExchanges.KEPT);
        assertThat(failures.last().getFirst().path()).isEqualTo("/" + i);
        assertThat(failures.last().getLast().path()).isEqualTo("/1");
    }

    @Test
    void keepsNoQueryAndNoMoreThanSoMuchOfAPath() {
        add(Failure.NO_ROUTE, "/login?password=secret?");
        add(Failure.NO_ROUTE, "/" + "x".repeat(10_000));

        assertThat(failures.last().get(1).path()).isEqualTo("/login");
        assertThat(failures.last().getFirst().path()).hasSize(FailedExchange.PATH_LIMIT);
    }

    @Test
    void takesThemFromManyThreads() throws InterruptedException {
        List<Failure> causes = List.of(Failure.values());
        CountDownLatch done = new CountDownLatch(8);
        IntStream.range(0, 8)
                .forEach(thread -> Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 1000; i++) {
                        add(causes.get((thread * 1000 + i) % causes.size()), "/");
                    }
                    done.countDown();
                }));
        done.await();

        List<FailedExchange> last = failures.last();
        assertThat(last).extracting(FailedExchange::number).doesNotHaveDuplicates();
        for (Failure cause : Failure.values()) {
            assertThat(last).filteredOn(one -> one.failure() == cause).hasSize(FailedExchanges.KEPT);
        }
    }

    private void add(Failure cause, String path) {
        failures.add(cause, failed.failure(cause).path(path));
    }
}
