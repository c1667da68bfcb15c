package io.sluice.telemetry;

import io.prometheus.client.CollectorRegistry;
import io.sluice.config.AccessLogConfig;
import io.sluice.http.Failure;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a finished exchange and the counters are recorded: one per gateway. {@link #finished} runs on the loops and never
 * waits; everything else may be called from any thread but is not for the hot path. Closed by the gateway, after its
 * loops.
 */
public final class Telemetry implements AutoCloseable {
    private final CollectorRegistry registry = new CollectorRegistry();
    private final RouteMetrics unrouted = new RouteMetrics("");
    private final ConcurrentNavigableMap<String, RouteMetrics> routes = new ConcurrentSkipListMap<>();
    private final ConcurrentNavigableMap<String, ConnectionMetrics> listeners = new ConcurrentSkipListMap<>();
    private final AccessLogFigures logFigures = new AccessLogFigures();
    private final AccessLog.Lines lines = new AccessLog.Lines();
    private final FailedExchanges failures = new FailedExchanges();
    private AccessLogConfig logged = new AccessLogConfig.Off();
    private volatile @Nullable AccessLog log;
    /** Null while nobody listens; never changed, but replaced. */
    private volatile Tap @Nullable [] taps;

    public Telemetry() {
        routes.put("", unrouted);
        registry.register(new RouteCollector(routes.values()));
        registry.register(new ListenerCollector(listeners.values()));
        registry.register(logFigures);
        registry.register(new JvmCollector());
    }

    /** All metrics of this gateway. */
    public CollectorRegistry registry() {
        return registry;
    }

    /** The row of a route: the same one for the same name, over reloads too. */
    public RouteMetrics route(String name) {
        return routes.computeIfAbsent(name, RouteMetrics::new);
    }

    /** The row of requests that reached no route: refused ones, and those that none matches. Its label is empty. */
    public RouteMetrics unrouted() {
        return unrouted;
    }

    /** The row of a listener: the same one for the same name, over reloads too. */
    public ConnectionMetrics listener(String name) {
        return listeners.computeIfAbsent(name, ConnectionMetrics::new);
    }

    /** The rows of all listeners that are open, and of those gone from the config that still have connections. A live view. */
    public Collection<ConnectionMetrics> listeners() {
        return Collections.unmodifiableCollection(listeners.values());
    }

    /** The rows of all routes, and the one of requests that reached none. A live view. */
    public Collection<RouteMetrics> routes() {
        return Collections.unmodifiableCollection(routes.values());
    }

    /** The finished exchanges of all rows. */
    public Served served() {
        long exchanges = 0;
        long opening = 0;
        for (RouteMetrics row : routes.values()) {
            RouteMetrics.Figures figures = row.figures();
            if (figures != null) {
                exchanges += figures.exchanges();
                opening += figures.onNewConnection();
            }
        }
        return new Served(exchanges, opening);
    }

    /**
     * Finished exchanges.
     *
     * @param onNewConnection those of them that were the first on an upstream connection
     */
    public record Served(long exchanges, long onNewConnection) {}

    /** Forgets the rows that are not named any more, so that a changing configuration can't make metrics grow. A listener's row stays while connections are open. */
    public void retain(Set<String> routeNames, Set<String> listenerNames) {
        routes.values().removeIf(row -> row != unrouted && !routeNames.contains(row.route()));
        listeners.values().removeIf(row -> row.counts().total() == 0 && !listenerNames.contains(row.listener()));
    }

    /** Whether exchanges are written to the access log now. */
    public boolean logs() {
        return log != null;
    }

    /**
     * Turns the access log on or off, or sends it elsewhere; lines already taken are written where they were meant to go.
     *
     * @throws IOException if the file cannot be opened for appending; the log is then as before
     */
    public synchronized void accessLog(AccessLogConfig wanted) throws IOException {
        if (wanted.equals(logged)) {
            return;
        }
        AccessLog previous = log;
        AccessLog next = AccessLog.open(wanted, previous, lines, logFigures);
        log = next;
        logged = wanted;
        if (previous != null && !previous.sharesWriter(next)) {
            previous.close();
        }
    }

    /** Opens the access log's file anew, after somebody moved the old one away. */
    public void reopenAccessLog() {
        AccessLog current = log;
        if (current != null) {
            current.reopen();
        }
    }

    /** The last failed exchanges. */
    public FailedExchanges failures() {
        return failures;
    }

    /** Records an exchange. Called once for each, on its loop. */
    public void finished(ExchangeSummary exchange) {
        Failure failure = exchange.failure();
        exchange.route()
                .count(
                        exchange.status(),
                        failure,
                        exchange.opened(),
                        exchange.nanos(),
                        exchange.endedAt(),
                        exchange.requestBytes(),
                        exchange.responseBytes());
        AccessLog current = log;
        if (current != null) {
            current.write(exchange);
        }
        if (failure != null) {
            failures.add(failure, exchange);
        }
        Tap[] listening = taps;
        if (listening != null) {
            offer(listening, exchange);
        }
    }

    private static void offer(Tap[] taps, ExchangeSummary exchange) {
        for (Tap tap : taps) {
            tap.offer(exchange);
        }
    }

    /** From now on a tap is shown what finishes. */
    public synchronized void open(Tap tap) {
        Tap[] before = taps == null ? new Tap[0] : taps;
        Tap[] after = Arrays.copyOf(before, before.length + 1);
        after[before.length] = tap;
        taps = after;
    }

    /** The end of {@link #open}. */
    public synchronized void close(Tap tap) {
        Tap[] before = taps == null ? new Tap[0] : taps;
        Tap[] after = Stream.of(before).filter(other -> other != tap).toArray(Tap[]::new);
        taps = after.length == 0 ? null : after;
    }

    /** Writes what the access log still holds, for at most two seconds. */
    @Override
    public synchronized void close() {
        AccessLog current = log;
        log = null;
        if (current != null) {
            current.close();
        }
    }
}
