package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.post;

import io.sluice.testing.Aside;
import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Honest clients that send GETs and POSTs in turn, each to a target of its own, and note what they get. A client whose connection
 * breaks opens another one for its next request.
 */
final class NumberedLoad implements AutoCloseable {
    /** The answer of an endpoint, whole and for this request. */
    static final String WELL = "well";
    /** The answer of an endpoint that has trouble and says so. */
    static final String PASSED_ON = "passed on";
    /** The response broke off, or none came. */
    static final String CUT = "cut";

    private final RunningGateway gateway;
    /** By {@code METHOD target}: one of the above, or the cause that the gateway's own answer names. */
    private final Map<String, String> ends = new ConcurrentHashMap<>();

    private final List<CompletableFuture<Void>> clients = new ArrayList<>();
    private volatile boolean stopped;

    NumberedLoad(RunningGateway gateway, int count) {
        this.gateway = gateway;
        for (int i = 0; i < count; i++) {
            int number = i;
            clients.add(Aside.start(() -> run(number)));
        }
    }

    private void run(int number) throws IOException {
        for (int next = 0; !stopped; ) {
            next = runOn(number, next);
        }
    }

    /** Uses one connection for as long as it goes; returns the number of the next request. */
    private int runOn(int number, int first) throws IOException {
        int next = first;
        try (RawPeer client = gateway.client()) {
            for (boolean open = true; open && !stopped; next++) {
                String target = "/" + number + "-" + next;
                String method = next % 2 == 0 ? "GET" : "POST";
                String end = CUT;
                try {
                    WireMessage response = ask(client, method, target);
                    end = end(response, target);
                    open = !response.names("connection", "close");
                } catch (SocketTimeoutException hangs) {
                    end = "hangs";
                    open = false;
                } catch (IOException cut) {
                    open = false;
                }
                ends.put(method + " " + target, end);
            }
        }
        return next;
    }

    /** The response, interim ones left out. */
    static WireMessage ask(RawPeer client, String method, String target) throws IOException {
        // every other POST is without a body: nothing but its method says that it must not be sent again
        String data = target.endsWith("1") || target.endsWith("5") ? "data of " + target : "";
        client.send(method.equals("GET") ? get(target) : post(target, data));
        WireMessage response = client.response();
        while (response.status() < 200) {
            response = client.response();
        }
        return response;
    }

    private static String end(WireMessage response, String target) {
        String named = response.value("proxy-status");
        if (named != null) {
            int at = named.indexOf("details=\"");
            return at < 0 ? named : named.substring(at + 9, named.lastIndexOf('"'));
        }
        if (response.status() == 503 && response.body().equals(LoadFaults.BURST)) {
            return PASSED_ON;
        }
        boolean own = response.status() == 200 && response.body().equals(target);
        return own ? WELL : "wrong: " + response.head() + response.body();
    }

    /** What became of each request up to now. */
    Map<String, String> ends() {
        return ends;
    }

    long failed() {
        return ends.values().stream().filter(end -> !end.equals(WELL)).count();
    }

    /** Goes on until so many requests have ended and this holds. */
    void awaitEnds(int count, BooleanSupplier condition) throws InterruptedException {
        Await.until(
                () -> ends.size() + " of " + count + " ends, " + failed() + " of them failures",
                () -> ends.size() >= count && condition.getAsBoolean());
    }

    /** Lets each client finish its request. */
    Map<String, String> stop() throws Exception {
        stopped = true;
        for (CompletableFuture<Void> client : clients) {
            client.get(30, TimeUnit.SECONDS);
        }
        return ends;
    }

    @Override
    public void close() {
        stopped = true;
    }
}
