package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;

import io.sluice.testing.Aside;
import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that keep asking, one request after the other on one connection each, until they are stopped. */
final class Load implements AutoCloseable {
    private final RunningGateway gateway;
    private final AtomicLong answered = new AtomicLong();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<CompletableFuture<Void>> clients = new ArrayList<>();
    private volatile boolean stopped;

    private Load(RunningGateway gateway) {
        this.gateway = gateway;
    }

    static Load of(RunningGateway gateway, int clients) {
        Load load = new Load(gateway);
        for (int i = 0; i < clients; i++) {
            String target = "/" + i;
            load.clients.add(Aside.start(() -> load.run(target)));
        }
        return load;
    }

    private void run(String target) throws IOException {
        try (RawPeer client = gateway.client()) {
            while (!stopped) {
                WireMessage response = client.send(get(target)).response();
                if (response.status() != 200 || !response.body().equals(target)) {
                    failures.add(response.head() + response.body());
                }
                answered.incrementAndGet();
            }
        } catch (IOException | AssertionError broken) {
            failures.add("client " + target + ": " + broken);
            throw broken;
        }
    }

    /** Waits until that many more requests were answered. */
    void awaitMore(long count) throws InterruptedException {
        long until = answered.get() + count;
        Await.until(() -> answered + " of " + until + " answers, failures: " + failures, () -> answered.get() >= until);
    }

    /** What went wrong so far: an answer other than 200 with the body that was to be expected, or a broken connection. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** Lets each client finish its request, and returns what went wrong. */
    List<String> stop() throws Exception {
        close();
        return failures();
    }

    @Override
    public void close() {
        stopped = true;
        CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new))
                .orTimeout(20, TimeUnit.SECONDS)
                .exceptionally(broken -> null)
                .join();
    }
}
