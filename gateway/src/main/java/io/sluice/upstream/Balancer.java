package io.sluice.upstream;

import io.sluice.config.UpstreamConfig.Balance;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among the endpoints of one priority: by the upstream's rule as long as what it names is not left out, else at
 * random, by weight, among those that are not. Any thread; no lock, no allocation.
 */
final class Balancer {
    /** The longest cycle of the round robin; weights are rounded where it would be longer. */
    private static final int LONGEST_CYCLE = 10_000;

    private final Balance rule;
    private final Endpoint[] endpoints;
    private final int totalWeight;
    /** The round robin, laid out. */
    private final int[] cycle;

    private final AtomicInteger turn = new AtomicInteger();

    Balancer(Balance rule, List<Endpoint> endpoints) {
        this.rule = rule;
        this.endpoints = endpoints.toArray(Endpoint[]::new);
        totalWeight = endpoints.stream().mapToInt(Endpoint::weight).sum();
        cycle = rule == Balance.ROUND_ROBIN ? cycle(endpoints) : new int[0];
    }

    /** Null: all are left out, but perhaps the one to avoid. */
    @Nullable
    Endpoint pick(@Nullable Endpoint avoid) {
        Endpoint chosen = switch (rule) {
            case LEAST_REQUEST -> leastRequest(avoid);
            case ROUND_ROBIN -> inTurn(avoid);
            case RANDOM -> admitted(endpoints[draw(-1)], avoid);
        };
        return chosen == null ? amongAvailable(avoid) : chosen;
    }

    /** Two by weight, the one with fewer exchanges in flight per weight; the first drawn if equal, so that idle ones share by weight. */
    private @Nullable Endpoint leastRequest(@Nullable Endpoint avoid) {
        int first = draw(-1);
        if (endpoints.length == 1) {
            return admitted(endpoints[first], avoid);
        }
        Endpoint one = endpoints[first];
        Endpoint other = endpoints[draw(first)];
        if ((long) other.inFlight() * one.weight() < (long) one.inFlight() * other.weight()) {
            Endpoint less = other;
            other = one;
            one = less;
        }
        Endpoint chosen = admitted(one, avoid);
        return chosen == null ? admitted(other, avoid) : chosen;
    }

    private @Nullable Endpoint inTurn(@Nullable Endpoint avoid) {
        for (int tries = 0; tries < endpoints.length * 2; tries++) {
            int next = (turn.getAndIncrement() & Integer.MAX_VALUE) % cycle.length;
            Endpoint chosen = admitted(endpoints[cycle[next]], avoid);
            if (chosen != null) {
                return chosen;
            }
        }
        return null;
    }

    private static @Nullable Endpoint admitted(Endpoint endpoint, @Nullable Endpoint avoid) {
        return endpoint != avoid && endpoint.admit() ? endpoint : null;
    }

    /** At random by weight; without one, unless that is negative. */
    private int draw(int without) {
        int total = without < 0 ? totalWeight : totalWeight - endpoints[without].weight();
        int point = ThreadLocalRandom.current().nextInt(total);
        int last = -1;
        for (int i = 0; i < endpoints.length; i++) {
            if (i != without) {
                last = i;
                point -= endpoints[i].weight();
                if (point < 0) {
                    break;
                }
            }
        }
        return last;
    }

    private @Nullable Endpoint amongAvailable(@Nullable Endpoint avoid) {
        int total = 0;
        for (Endpoint endpoint : endpoints) {
            if (endpoint != avoid && endpoint.wouldAdmit()) {
                total += endpoint.weight();
            }
        }
        if (total > 0) {
            int point = ThreadLocalRandom.current().nextInt(total);
            for (Endpoint endpoint : endpoints) {
                if (endpoint != avoid && endpoint.wouldAdmit()) {
                    point -= endpoint.weight();
                    if (point < 0 && endpoint.admit()) {
                        return endpoint;
                    }
                }
            }
        }
        return null;
    }

    /** All are left out: any may be back by now, and nobody would know if none were asked. */
    Endpoint amongAll(@Nullable Endpoint avoid) {
        for (int i = 0; i < endpoints.length; i++) {
            if (endpoints[i] == avoid && endpoints.length > 1) {
                return endpoints[draw(i)];
            }
        }
        return endpoints[draw(-1)];
    }

    /** Each endpoint as often as its weight says, spread evenly: all gain their weight each turn, the richest is taken and pays the sum. */
    private static int[] cycle(List<Endpoint> endpoints) {
        int[] weights = endpoints.stream().mapToInt(Endpoint::weight).toArray();
        int divisor = 0;
        int sum = 0;
        for (int weight : weights) {
            divisor = greatestCommonDivisor(divisor, weight);
            sum += weight;
        }
        boolean rounded = sum / divisor > LONGEST_CYCLE;
        int length = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = rounded ? Math.max(1, (int) ((long) weights[i] * LONGEST_CYCLE / sum)) : weights[i] / divisor;
            length += weights[i];
        }
        int[] order = new int[length];
        int[] credit = new int[weights.length];
        for (int turn = 0; turn < length; turn++) {
            int richest = 0;
            for (int i = 0; i < weights.length; i++) {
                credit[i] += weights[i];
                if (credit[i] > credit[richest]) {
                    richest = i;
                }
            }
            credit[richest] -= length;
            order[turn] = richest;
        }
        return order;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
