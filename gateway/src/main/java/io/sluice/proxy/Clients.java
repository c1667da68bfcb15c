package io.sluice.proxy;

import io.sluice.config.Network;
import io.sluice.telemetry.ConnectionStates;
import io.sluice.wire.Loop;
import io.sluice.wire.Timed;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The client connections of all listeners, to be looked at and closed. Nothing is kept for that: each loop is asked to go
 * over its own, some at a time and in turn with its work. One look at a time. Its methods wait: not on a loop.
 */
public final class Clients {
    /** Addresses that one look tells apart, for each loop. */
    private static final int ADDRESSES = 50_000;

    private static final Pattern ID = Pattern.compile("(\\d{1,4})-([0-9a-f]{1,8})-[0-9a-f]{1,8}");
    private static final int HEX = 16;

    private final List<Loop> loops;
    private final ReentrantLock looking = new ReentrantLock();

    public Clients(Proxy proxy) {
        this.loops = proxy.loops().all();
    }

    /**
     * Which connections are looked for.
     *
     * @param listener null: of all
     * @param state null: in any
     * @param network null: of clients anywhere
     * @param limit the most that are told one by one, 0 or more
     * @param top how many addresses with the most connections are told, 0 or more
     */
    public record Wanted(
            @Nullable String listener,
            ConnectionStates.@Nullable State state,
            @Nullable Network network,
            int limit,
            int top) {

        private boolean takes(OpenConnection connection, ConnectionStates.State shown) {
            return (state == null || state == shown)
                    && (listener == null
                            || listener.equals(connection.listener().config().name()));
        }
    }

    /**
     * What was found.
     *
     * @param rows the longest in their state first; at most {@code limit}
     * @param matched how many there are, told or not
     * @param addresses those with the most connections, and how many each has; the most first
     * @param uncounted connections whose addresses were too many to be told apart
     * @param complete whether all loops have answered in time
     */
    public record Found(
            List<ClientRow> rows,
            long matched,
            Map<InetAddress, Integer> addresses,
            long uncounted,
            boolean complete) {}

    /** Looks for connections, for at most that long. */
    public Found find(Wanted wanted, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        if (!looking.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            return new Found(List.of(), 0, Map.of(), 0, false);
        }
        try {
            List<CompletableFuture<Look>> looks = new ArrayList<>();
            for (Loop loop : loops) {
                Look look = new Look(wanted);
                loop.walk(look::visit, () -> look.done.complete(look));
                looks.add(look.done);
            }
            return found(wanted, looks, end);
        } finally {
            looking.unlock();
        }
    }

    private static Found found(Wanted wanted, List<CompletableFuture<Look>> looks, long end)
            throws InterruptedException {
        Map<String, ClientRow> rows = new LinkedHashMap<>();
        Map<InetAddress, Integer> addresses = new HashMap<>();
        long matched = 0;
        long uncounted = 0;
        boolean complete = true;
        for (CompletableFuture<Look> done : looks) {
            Look look = await(done, end);
            if (look == null) {
                complete = false;
                continue;
            }
            look.rows.forEach(row -> rows.put(row.id(), row));
            look.addresses.forEach((address, count) -> addresses.merge(address, count, Integer::sum));
            matched += look.matched;
            uncounted += look.uncounted;
        }
        List<ClientRow> longest = rows.values().stream()
                .sorted(Comparator.comparingLong(ClientRow::stateNanos).reversed())
                .limit(wanted.limit)
                .toList();
        return new Found(longest, matched, top(addresses, wanted.top), uncounted, complete);
    }

    private static Map<InetAddress, Integer> top(Map<InetAddress, Integer> addresses, int count) {
        Map<InetAddress, Integer> top = new LinkedHashMap<>();
        addresses.entrySet().stream()
                .sorted(Map.Entry.<InetAddress, Integer>comparingByValue().reversed())
                .limit(count)
                .forEach(entry -> top.put(entry.getKey(), entry.getValue()));
        return top;
    }

    /** Null if it takes too long; the walk ends soon then. */
    private static <T> @Nullable T await(CompletableFuture<T> done, long end) throws InterruptedException {
        try {
            return done.get(Math.max(end - System.nanoTime(), 0), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            done.cancel(false);
            return null;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What one loop finds; used there until it is done. */
    private static final class Look {
        private final Wanted wanted;
        private final CompletableFuture<Look> done = new CompletableFuture<>();
        private final List<ClientRow> rows = new ArrayList<>();
        private final Map<InetAddress, Integer> addresses = new HashMap<>();
        private long matched;
        private long uncounted;

        Look(Wanted wanted) {
            this.wanted = wanted;
        }

        boolean visit(Timed timed) {
            if (timed instanceof OpenConnection connection) {
                ConnectionStates.State state = connection.shown();
                if (state != null && wanted.takes(connection, state)) {
                    take(connection, state);
                }
            }
            return !done.isDone();
        }

        private void take(OpenConnection connection, ConnectionStates.State state) {
            boolean told = rows.size() < wanted.limit;
            if (!told && wanted.top == 0 && wanted.network == null) {
                matched++;
                return;
            }
            // a system call, where it is not known by chance
            InetSocketAddress peer = connection.address();
            if (wanted.network != null && !wanted.network.contains(peer.getAddress())) {
                return;
            }
            matched++;
            if (told) {
                rows.add(ClientRow.of(connection, peer, state));
            }
            if (wanted.top > 0) {
                count(peer.getAddress());
            }
        }

        private void count(InetAddress address) {
            if (addresses.size() < ADDRESSES || addresses.containsKey(address)) {
                addresses.merge(address, 1, Integer::sum);
            } else {
                uncounted++;
            }
        }
    }

    /**
     * Closes a connection at once; what runs on it fails as if the client had gone.
     *
     * @param id of a {@link ClientRow}
     * @return false if there is no such connection, or it was not found in time
     */
    public boolean close(String id, Duration patience) throws InterruptedException {
        Matcher parts = ID.matcher(id);
        if (!parts.matches() || Integer.parseInt(parts.group(1)) >= loops.size()) {
            return false;
        }
        int key = Integer.parseUnsignedInt(parts.group(2), HEX);
        OpenConnection[] found = new OpenConnection[1];
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        loops.get(Integer.parseInt(parts.group(1)))
                .walk(
                        timed -> {
                            if (timed instanceof OpenConnection connection
                                    && connection.shown() != null
                                    && connection.wire().key() == key
                                    && ClientRow.id(
                                                    connection.wire(),
                                                    connection.wire().peer())
                                            .equals(id)) {
                                found[0] = connection;
                            }
                            return found[0] == null && !done.isDone();
                        },
                        () -> {
                            if (found[0] != null) {
                                found[0].closeByOperator();
                            }
                            done.complete(found[0] != null);
                        });
        return Boolean.TRUE.equals(await(done, System.nanoTime() + patience.toNanos()));
    }
}
