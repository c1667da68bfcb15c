package io.sluice.proxy;

import static io.sluice.testing.HttpText.ok;

import io.sluice.testing.RawPeer;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend that keeps connections, and closes them without saying so. Counts how often each POST was carried out, by its target. */
final class StaleBackend implements AutoCloseable {
    private static final int LAST = 7;
    private static final int ONE_OF = 3;
    private static final int LEAST_MILLIS = 100;
    private static final int MOST_MILLIS = 500;

    /** When it closes. */
    enum Manner {
        /** A random while after a response, if nothing has come. */
        AFTER_IDLE,
        /** Behind the response to a HEAD. */
        AFTER_HEAD,
        /** When a request comes, now and then, instead of carrying it out; not on a new connection. */
        AT_LEASE,
        /** Behind the seventh response of each connection. */
        EVERY_SEVENTH
    }

    private final Manner manner;
    private final ScriptedBackend backend;
    private final Map<String, AtomicInteger> posts = new ConcurrentHashMap<>();

    StaleBackend(Manner manner) throws IOException {
        this.manner = manner;
        backend = ScriptedBackend.running(connection -> new Served(connection).run());
    }

    ScriptedBackend backend() {
        return backend;
    }

    /** How often it carried out the POST to this target. */
    int runs(String target) {
        AtomicInteger count = posts.get(target);
        return count == null ? 0 : count.get();
    }

    @Override
    public void close() throws IOException {
        backend.close();
    }

    /** One connection. */
    private final class Served {
        private final RawPeer connection;
        private int responses;
        private boolean busy;
        private boolean closed;

        Served(RawPeer connection) {
            this.connection = connection;
        }

        void run() throws IOException {
            WireMessage request = connection.requestOrEnd();
            while (request != null && begins() && !closesOn()) {
                answer(request);
                if (closesBehind(request)) {
                    return;
                }
                idles();
                request = connection.requestOrEnd();
            }
        }

        private synchronized boolean begins() {
            busy = true;
            return !closed;
        }

        private boolean closesOn() {
            return manner == Manner.AT_LEASE
                    && responses > 0
                    && ThreadLocalRandom.current().nextInt(ONE_OF) == 0;
        }

        private void answer(WireMessage request) throws IOException {
            if (request.method().equals("POST")) {
                posts.computeIfAbsent(request.target(), target -> new AtomicInteger())
                        .incrementAndGet();
            }
            boolean isHead = request.method().equals("HEAD");
            connection.send(isHead ? ok("ran").replaceFirst("ran$", "") : ok("ran"));
            responses++;
        }

        private boolean closesBehind(WireMessage request) {
            return switch (manner) {
                case AFTER_HEAD -> request.method().equals("HEAD");
                case EVERY_SEVENTH -> responses == LAST;
                case AFTER_IDLE, AT_LEASE -> false;
            };
        }

        private synchronized void idles() {
            busy = false;
            if (manner == Manner.AFTER_IDLE) {
                int present = responses;
                Duration patience =
                        Duration.ofMillis(ThreadLocalRandom.current().nextInt(LEAST_MILLIS, MOST_MILLIS));
                Thread.ofVirtual().start(() -> {
                    try {
                        Thread.sleep(patience);
                        closeIfIdle(present);
                    } catch (InterruptedException | IOException e) {
                        // it is gone
                    }
                });
            }
        }

        private synchronized void closeIfIdle(int since) throws IOException {
            if (!busy && responses == since) {
                closed = true;
                connection.close();
            }
        }
    }
}
