package io.sluice.bench.models;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * A few clients that want answers, each over a connection of its own and with one request at a time.
 *
 * @param clients how many, each on a thread
 * @param perSecond requests per second of each client; 0 for the next one as soon as the last is answered
 * @param duration how long they ask
 * @param deadline for each connect, and for each answer from when its request was due; a client that waits longer for one gives
 *     up, so that none asks for much longer than that after the end
 */
public record ActiveClients(int clients, int perSecond, Duration duration, Duration deadline) {
    /**
     * What came of it.
     *
     * @param clients that asked
     * @param served those of them that got each answer in time
     * @param nanos latency of each answer, in ascending order
     */
    public record Outcome(int clients, int served, List<Long> nanos) {
        /** Whether anything was answered. */
        public boolean isAnswered() {
            return !nanos.isEmpty();
        }

        /** The latency in milliseconds that this share of the answers did not exceed; needs an answer. */
        public double millis(double share) {
            int index = (int) Math.ceil(share * nanos.size()) - 1;
            return nanos.get(Math.max(0, index)) / 1e6;
        }
    }

    /** The same clients without a pause between requests, for so long. */
    public ActiveClients hurried(Duration time) {
        return new ActiveClients(clients, 0, time, deadline);
    }

    private record Answers(boolean served, List<Long> nanos) {}

    /** Runs all clients to their end. */
    public Outcome run(Target target) throws InterruptedException {
        List<Future<Answers>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            long start = System.nanoTime();
            for (int i = 0; i < clients; i++) {
                // Spread over the pause between two requests, so that they don't come all at once.
                long first = start + (perSecond == 0 ? 0 : pauseNanos() * i / clients);
                running.add(threads.submit(() -> ask(target, first)));
            }
            int served = 0;
            List<Long> nanos = new ArrayList<>();
            for (Future<Answers> each : running) {
                served += each.get().served ? 1 : 0;
                nanos.addAll(each.get().nanos);
            }
            Collections.sort(nanos);
            return new Outcome(clients, served, List.copyOf(nanos));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private Answers ask(Target target, long first) {
        List<Long> nanos = new ArrayList<>();
        try (Client client = new Client(target, deadline)) {
            long end = first + duration.toNanos();
            long due = perSecond == 0 ? System.nanoTime() : first;
            while (due - end < 0) {
                // A request that is late since the last answer was late has waited from when it was due.
                long start = awaitTime(due) ? System.nanoTime() : due;
                client.ask();
                long now = System.nanoTime();
                nanos.add(now - start);
                if (now - start > deadline.toNanos()) {
                    return new Answers(false, nanos);
                }
                due = perSecond == 0 ? now : due + pauseNanos();
            }
            return new Answers(true, nanos);
        } catch (IOException starved) {
            return new Answers(false, nanos);
        }
    }

    private long pauseNanos() {
        return Duration.ofSeconds(1).toNanos() / perSecond;
    }

    /** Waits until then; false if it is past already. */
    private static boolean awaitTime(long nanoTime) {
        long left = nanoTime - System.nanoTime();
        if (left <= 0) {
            return false;
        }
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = nanoTime - System.nanoTime();
        }
        return true;
    }
}
