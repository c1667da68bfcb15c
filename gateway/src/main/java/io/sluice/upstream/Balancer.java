package io.sluice.upstream;

import io.sluice.config.UpstreamConfig.Balance;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Chooses endpoints for attempts, from those that the {@link Roster} in force has: by the upstream's rule as long as what it
 * names takes connections, else at random, by weight, among those that do, else among all. Any thread; no lock, and no
 * allocation but for a retry.
 */
final class Balancer {
    private final Balance rule;
    private final AtomicInteger turn = new AtomicInteger();
    private volatile Roster roster = Roster.EMPTY;

    Balancer(Balance rule) {
        this.rule = rule;
    }

    /** From now on. */
    void use(Roster next) {
        roster = next;
    }

    Roster roster() {
        return roster;
    }

    /** Null if there is none that may be picked. */
    @Nullable
    Endpoint pick() {
        Roster from = roster;
        if (from.endpoints.length == 0) {
            return null;
        }
        Endpoint chosen = switch (rule) {
            case LEAST_REQUEST -> leastRequest(from);
            case ROUND_ROBIN -> inTurn(from);
            case RANDOM -> reachable(from.endpoints[draw(from, -1)]);
        };
        return chosen == null ? amongReachable(from) : chosen;
    }

    /** What {@link #pick} would do; nobody loses his turn by it. */
    Outlook outlook() {
        Roster from = roster;
        int count = from.endpoints.length;
        double[] chances = new double[count];
        for (int i = 0; i < count; i++) {
            if (rule == Balance.LEAST_REQUEST && count > 1) {
                amongTwo(from, i, chances);
            } else {
                chances[i] += (double) from.weights[i] / from.total;
            }
        }
        List<Outlook.Choice> choices = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Endpoint endpoint = from.endpoints[i];
            choices.add(new Outlook.Choice(endpoint, from.weights[i], endpoint.inFlight(), chances[i]));
        }
        return new Outlook(rule, from.panic, next(from), List.copyOf(choices));
    }

    /** Adds what comes of it if that one is drawn first. */
    private static void amongTwo(Roster from, int one, double[] chances) {
        double first = (double) from.weights[one] / from.total;
        for (int other = 0; other < from.endpoints.length; other++) {
            if (other != one) {
                double both = first * from.weights[other] / (from.total - from.weights[one]);
                boolean less = (long) from.endpoints[other].inFlight() * from.weights[one]
                        < (long) from.endpoints[one].inFlight() * from.weights[other];
                int chosen = less ? other : one;
                int rest = less ? one : other;
                chances[
                        reachable(from.endpoints[chosen]) != null || reachable(from.endpoints[rest]) == null
                                ? chosen
                                : rest] += both;
            }
        }
    }

    /** Null where there are no turns, or nobody takes one. */
    private @Nullable Endpoint next(Roster from) {
        for (int tries = 0; tries < from.cycle.length; tries++) {
            int place = ((turn.get() + tries) & Integer.MAX_VALUE) % from.cycle.length;
            Endpoint endpoint = reachable(from.endpoints[from.cycle[place]]);
            if (endpoint != null) {
                return endpoint;
            }
        }
        return null;
    }

    /** Two by weight, the one with fewer exchanges in flight per weight; the first drawn if equal, so that idle ones share by weight. */
    private static @Nullable Endpoint leastRequest(Roster from) {
        int one = draw(from, -1);
        if (from.endpoints.length == 1) {
            return reachable(from.endpoints[one]);
        }
        int other = draw(from, one);
        if ((long) from.endpoints[other].inFlight() * from.weights[one]
                < (long) from.endpoints[one].inFlight() * from.weights[other]) {
            int less = other;
            other = one;
            one = less;
        }
        Endpoint chosen = reachable(from.endpoints[one]);
        return chosen == null ? reachable(from.endpoints[other]) : chosen;
    }

    private @Nullable Endpoint inTurn(Roster from) {
        for (int tries = 0; tries < from.endpoints.length * 2; tries++) {
            int next = (turn.getAndIncrement() & Integer.MAX_VALUE) % from.cycle.length;
            Endpoint chosen = reachable(from.endpoints[from.cycle[next]]);
            if (chosen != null) {
                return chosen;
            }
        }
        return null;
    }

    /** That a connection could not be opened counts at once, before there is a roster without it. */
    private static @Nullable Endpoint reachable(Endpoint endpoint) {
        return endpoint.health().isReachable() ? endpoint : null;
    }

    /** At random by weight; without one, unless that is negative. */
    private static int draw(Roster from, int without) {
        long total = without < 0 ? from.total : from.total - from.weights[without];
        long point = ThreadLocalRandom.current().nextLong(total);
        int last = -1;
        for (int i = 0; i < from.endpoints.length; i++) {
            if (i != without) {
                last = i;
                point -= from.weights[i];
                if (point < 0) {
                    break;
                }
            }
        }
        return last;
    }

    private static Endpoint amongReachable(Roster from) {
        long total = 0;
        for (int i = 0; i < from.endpoints.length; i++) {
            if (from.endpoints[i].health().isReachable()) {
                total += from.weights[i];
            }
        }
        if (total > 0) {
            long point = ThreadLocalRandom.current().nextLong(total);
            for (int i = 0; i < from.endpoints.length; i++) {
                if (from.endpoints[i].health().isReachable()) {
                    point -= from.weights[i];
                    if (point < 0) {
                        return from.endpoints[i];
                    }
                }
            }
        }
        // any may be back by now, and nobody would know if none were asked
        return from.endpoints[draw(from, -1)];
    }

    /**
     * One for a further attempt: an available one of the first tier that has one, else any that could be picked. Null if
     * none is left.
     *
     * @param tried those that have failed it
     */
    @Nullable
    Endpoint pickOther(List<Endpoint> tried) {
        Roster from = roster;
        Endpoint[] others = from.others;
        int start = 0;
        while (start < others.length) {
            int end = start;
            while (end < others.length && others[end].tier() == others[start].tier()) {
                end++;
            }
            Endpoint chosen = untried(others, start, end, tried, true);
            if (chosen != null) {
                return chosen;
            }
            start = end;
        }
        return untried(from.endpoints, 0, from.endpoints.length, tried, false);
    }

    private static @Nullable Endpoint untried(
            Endpoint[] from, int start, int end, List<Endpoint> tried, boolean available) {
        int total = 0;
        Endpoint chosen = null;
        for (int i = start; i < end; i++) {
            Endpoint endpoint = from[i];
            if (!tried.contains(endpoint) && (!available || endpoint.health().isAvailable())) {
                int weight = endpoint.health().weight();
                total += weight;
                // each is taken with the probability of its weight in the sum so far, which is by weight in the end
                if (ThreadLocalRandom.current().nextInt(total) < weight) {
                    chosen = endpoint;
                }
            }
        }
        return chosen;
    }
}
