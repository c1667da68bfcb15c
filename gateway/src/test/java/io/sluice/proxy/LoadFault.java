package io.sluice.proxy;

import io.sluice.http.Failure;
import io.sluice.testing.Blackhole;
import io.sluice.testing.RawPeer;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.WireMessage;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A way in which one endpoint of several misbehaves, always and to everybody.
 *
 * @param name for people
 * @param reach which requests it costs
 * @param cause of each exchange that it costs, and of one where there is no other endpoint; null: it is no failure
 * @param stalls it is found out by a time limit
 * @param play null: nobody plays, there is only an address
 */
record LoadFault(
        String name,
        Reach reach,
        @Nullable Failure cause,
        boolean stalls,
        @Nullable Play play,
        Address address) {

    /** Whom it costs something while another endpoint is healthy. */
    enum Reach {
        /** Nothing was sent, or all went well. */
        NOBODY,
        /** Those that may have had an effect, unless nothing was sent. */
        SOME_POSTS,
        /** Those that may have had an effect. */
        POSTS,
        /** Those too that are safe: a byte of the response had come. */
        ALL
    }

    /** One connection of the endpoint. */
    @FunctionalInterface
    interface Play {
        void on(RawPeer connection, Runs runs) throws Exception;
    }

    /** Where nobody plays. */
    @FunctionalInterface
    interface Address {
        Place open() throws Exception;
    }

    /** An address, and what keeps it. */
    record Place(String endpoint, Closeable keeper) implements Closeable {

        @Override
        public void close() throws IOException {
            keeper.close();
        }

        static Place nobody() throws IOException {
            return new Place("127.0.0.1:" + ScriptedBackend.unusedPort(), () -> {});
        }

        static Place blackhole() throws Exception {
            Blackhole hole = new Blackhole();
            return new Place("127.0.0.1:" + hole.port(), hole::close);
        }

        /** TCP has no broadcast: the system says so without sending anything. */
        static Place broadcast() {
            return new Place("255.255.255.255:9", () -> {});
        }
    }

    /** What endpoints have done: shared by all of them. */
    static final class Runs {
        private final Map<String, Integer> posts = new ConcurrentHashMap<>();
        private final AtomicInteger faults = new AtomicInteger();

        /** A whole request is taken, which is all that it takes to run it. */
        WireMessage took(WireMessage request) {
            if (request.method().equals("POST")) {
                posts.merge(request.target(), 1, Integer::sum);
            }
            return request;
        }

        /** The next request of a connection, which is run. */
        WireMessage take(RawPeer connection) throws IOException {
            return took(connection.request());
        }

        /** How often each POST was run, by its target. */
        Map<String, Integer> posts() {
            return posts;
        }

        /** Connections on which the fault was played. */
        int faults() {
            return faults.get();
        }
    }

    /** Opens the faulty endpoint. */
    Place open(Runs runs) throws Exception {
        Play played = play;
        if (played == null) {
            return address.open();
        }
        ScriptedBackend backend = ScriptedBackend.running(connection -> {
            runs.faults.incrementAndGet();
            played.on(connection, runs);
        });
        return new Place(backend.endpoint(), backend::close);
    }

    @Override
    public String toString() {
        return name;
    }
}
