package io.sluice.admin;

import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.http.Peer;
import io.sluice.route.Route;
import io.sluice.route.Snapshot;
import io.sluice.telemetry.SampledHead;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a config would mean for requests like the last ones: each head that was kept goes through both routing tables, by the code that
 * routes live ones. On a thread that may take its time: at most {@value #LONGEST_SECONDS} seconds of it.
 *
 * @param all those that went through
 * @param complete false: time was up, or the caller gone
 * @param since of the oldest one; null: there is none
 * @param changed those that end elsewhere
 * @param noRouteBefore those that no route takes, or that are refused before they are routed
 * @param noRouteAfter likewise
 * @param lost those that a route takes now, and none then
 * @param moves the most frequent ones, at most {@value #MOST_MOVES}
 * @param furtherMoves how many more there are
 * @param hits of each route: by name before, and by name after
 */
record BlastRadius(
        Tally all,
        boolean complete,
        @Nullable Instant since,
        Tally changed,
        Tally noRouteBefore,
        Tally noRouteAfter,
        Tally lost,
        List<Move> moves,
        int furtherMoves,
        Hits hits) {
    static final int MOST_MOVES = 100;
    static final int MOST_EXAMPLES = 3;
    private static final int LONGEST_SECONDS = 5;
    private static final int LONGEST_PATH = 200;
    private static final int LOOKS_AT_THE_CLOCK = 64;

    /**
     * Some heads.
     *
     * @param heads that were kept
     * @param requests that they stand for
     */
    record Tally(int heads, long requests) {
        static final Tally NONE = new Tally(0, 0);

        Tally and(SampledHead head) {
            return new Tally(heads + 1, requests + head.requests());
        }
    }

    /**
     * Where a request ends.
     *
     * @param route null: at none
     * @param refused the cause, if it is refused before it is routed; else null
     */
    record Landing(@Nullable String route, @Nullable String refused) {
        @Override
        public String toString() {
            return route != null ? route : refused != null ? "refused: " + refused : "no route: 404";
        }
    }

    /** A request, without its query. */
    record Example(String method, String host, String path) {}

    /** From one place to another one. */
    record Move(Landing from, Landing to, Tally tally, List<Example> examples) {}

    /** By name of the route. */
    record Hits(Map<String, Tally> before, Map<String, Tally> after) {}

    static BlastRadius of(List<SampledHead> samples, Snapshot before, Snapshot after) {
        Run run = new Run(before, after);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
        boolean complete = true;
        for (int i = 0; i < samples.size() && complete; i++) {
            run.take(samples.get(i));
            complete = i % LOOKS_AT_THE_CLOCK != 0
                    || (System.nanoTime() - end < 0 && !Thread.currentThread().isInterrupted());
        }
        return run.result(complete);
    }

    private static final class Run {
        private final Snapshot before;
        private final Snapshot after;
        private final Head head = new Head();
        private final Map<Way, Tally> moves = new LinkedHashMap<>();
        private final Map<Way, List<Example>> examples = new HashMap<>();
        private final Map<String, Tally> hitsBefore = new HashMap<>();
        private final Map<String, Tally> hitsAfter = new HashMap<>();
        private Tally all = Tally.NONE;
        private Tally changed = Tally.NONE;
        private Tally noRouteBefore = Tally.NONE;
        private Tally noRouteAfter = Tally.NONE;
        private Tally lost = Tally.NONE;
        private long since = Long.MAX_VALUE;

        private record Way(Landing from, Landing to) {}

        Run(Snapshot before, Snapshot after) {
            this.before = before;
            this.after = after;
        }

        void take(SampledHead sample) {
            Landing from = landing(sample, before);
            Landing to = landing(sample, after);
            since = Math.min(since, sample.atMillis());
            all = all.and(sample);
            if (from.route() == null) {
                noRouteBefore = noRouteBefore.and(sample);
            } else {
                count(hitsBefore, from.route(), sample);
            }
            if (to.route() == null) {
                noRouteAfter = noRouteAfter.and(sample);
                lost = from.route() == null ? lost : lost.and(sample);
            } else {
                count(hitsAfter, to.route(), sample);
            }
            if (!from.equals(to)) {
                changed = changed.and(sample);
                Way way = new Way(from, to);
                moves.put(way, moves.getOrDefault(way, Tally.NONE).and(sample));
                List<Example> some = examples.computeIfAbsent(way, each -> new ArrayList<>());
                // what the head holds now is the request as the second table has seen it
                if (some.size() < MOST_EXAMPLES && to.refused() == null && !some.contains(example())) {
                    some.add(example());
                }
            }
        }

        private static void count(Map<String, Tally> hits, String route, SampledHead sample) {
            hits.put(route, hits.getOrDefault(route, Tally.NONE).and(sample));
        }

        private Example example() {
            String path = head.path();
            return new Example(
                    head.method(),
                    head.authority(),
                    path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) + "..." : path);
        }

        /** As a live request: path policy, the client's address, routing table. */
        private Landing landing(SampledHead sample, Snapshot snapshot) {
            head.clear();
            Failure refused = sample.read(head);
            if (refused == null) {
                refused = snapshot.paths().apply(head);
            }
            if (refused != null) {
                return new Landing(null, refused.cause());
            }
            Peer peer = Peer.of(new InetSocketAddress(sample.client(), 0), false);
            Route route = snapshot.routes().find(head, snapshot.forwarded().client(head, peer));
            return new Landing(route == null ? null : route.name(), null);
        }

        BlastRadius result(boolean complete) {
            List<Move> sorted = moves.entrySet().stream()
                    .map(way -> new Move(
                            way.getKey().from(),
                            way.getKey().to(),
                            way.getValue(),
                            List.copyOf(examples.getOrDefault(way.getKey(), List.of()))))
                    .sorted(Comparator.comparingLong((Move move) -> move.tally().requests())
                            .reversed())
                    .toList();
            return new BlastRadius(
                    all,
                    complete,
                    since == Long.MAX_VALUE ? null : Instant.ofEpochMilli(since),
                    changed,
                    noRouteBefore,
                    noRouteAfter,
                    lost,
                    sorted.subList(0, Math.min(MOST_MOVES, sorted.size())),
                    Math.max(0, sorted.size() - MOST_MOVES),
                    new Hits(hitsBefore, hitsAfter));
        }
    }
}
