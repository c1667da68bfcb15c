package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;

import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests that wait for the only upstream connection that there may be. Each is known to be in the queue before the next
 * one is sent: afterwards probes on both loops are answered by the gateway itself, and a loop takes what has come in the
 * order in which it came. All clients are connected, and known to their loops, before that.
 */
final class Queued implements AutoCloseable {
    private final RunningGateway gateway;
    private final ScriptedBackend backend;
    private final List<RawPeer> ready = new ArrayList<>();
    private final List<Long> sent = new ArrayList<>();
    private final List<Long> arrived = new ArrayList<>();
    private final List<RawPeer> probes = new ArrayList<>();
    private final RawPeer first;

    /** @param clients as many requests as will be sent, at most */
    Queued(ScriptedBackend backend, int clients, String connections) throws IOException {
        this.backend = backend;
        gateway = RunningGateway.of("""
                threads: 2
                listeners: { web: { bind: "127.0.0.1:0" } }
                upstreams: { backend: { endpoints: ["%s"], connections: { max: 1, %s } } }
                routes:
                  - { name: probe, match: { path: /probe }, respond: { status: 200 } }
                  - { name: all, to: backend }
                """.formatted(backend.endpoint(), connections));
        first = gateway.client();
        for (int i = 0; i < clients; i++) {
            ready.add(probed(gateway.client()));
        }
        // new connections go to the loops in turn
        for (int i = 0; i < 2; i++) {
            probes.add(probed(gateway.client()));
        }
    }

    private static RawPeer probed(RawPeer client) throws IOException {
        client.send(get("/probe")).response(200);
        return client;
    }

    /** Leases the connection to a first request, and returns the backend's end of it. */
    RawPeer occupy() throws Exception {
        first.send(get("/occupy"));
        RawPeer upstream = backend.accept();
        upstream.request();
        return upstream;
    }

    /** The client of {@link #occupy}. */
    RawPeer first() {
        return first;
    }

    /** Sends one more request, whose path is its number, from a client of its own. */
    RawPeer send() throws IOException {
        int number = sent.size();
        sent.add(System.nanoTime());
        return ready.get(number).send(get("/" + number));
    }

    /** As {@link #send}; when this returns, the request waits. */
    void add() throws IOException {
        send();
        for (RawPeer probe : probes) {
            // the first may be answered just before, in the same turn of the loop
            probed(probed(probe));
        }
        arrived.add(System.nanoTime());
    }

    /** Whether one request began to wait more than that long before the other. */
    boolean surelyOlder(int one, int other, long nanos) {
        return sent.get(other) - arrived.get(one) > nanos;
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        first.close();
        for (RawPeer client : ready) {
            client.close();
        }
        for (RawPeer probe : probes) {
            probe.close();
        }
    }
}
