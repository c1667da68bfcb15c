package io.sluice.upstream;

import io.sluice.config.UpstreamConfig.Balance;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which endpoints may be picked, and with what weight. Immutable; a new one is made when something changes.
 *
 * <p>The rules, in this order:
 * <ol>
 *   <li>Drained endpoints and those without an address are out.
 *   <li>Of the others, those of the first tier that has an available one are in: the available ones.
 *   <li>If these are fewer than the panic threshold allows, checks and ejections are ignored: all of the tier are in that take
 *       connections.
 *   <li>If no tier has an available one, so it is with the first tier that has one that takes connections; and where no
 *       endpoint takes any, all of the first tier are in.
 * </ol>
 */
final class Roster {
    /** The longest cycle of the round robin; weights are rounded where it would be longer. */
    private static final int LONGEST_CYCLE = 10_000;

    private static final int PERCENT = 100;

    /** None may be picked. */
    static final Roster EMPTY = new Roster(Balance.RANDOM, List.of(), List.of(), false);

    /** Those that may be picked. */
    final Endpoint[] endpoints;

    /** Of each, relative to the others. */
    final int[] weights;

    final long total;

    /** The round robin, laid out, as indexes; empty for other rules. */
    final int[] cycle;

    /** All that are not out, by tier: where those that may be picked have failed, one of these is tried. */
    final Endpoint[] others;

    /** Checks and ejections are ignored. */
    final boolean panic;

    private Roster(Balance rule, List<Endpoint> picked, List<Endpoint> others, boolean panic) {
        this.endpoints = picked.toArray(Endpoint[]::new);
        this.others = others.toArray(Endpoint[]::new);
        this.panic = panic;
        weights = weights(endpoints);
        long sum = 0;
        for (int weight : weights) {
            sum += weight;
        }
        total = sum;
        cycle = rule == Balance.ROUND_ROBIN && endpoints.length > 0 ? cycle(weights) : new int[0];
    }

    static Roster of(Balance rule, List<Endpoint> all, int panicPercent) {
        List<Endpoint> usable = new ArrayList<>();
        for (Endpoint endpoint : all) {
            HealthState state = endpoint.health().state();
            if (state != HealthState.DRAINED && state != HealthState.UNRESOLVED) {
                usable.add(endpoint);
            }
        }
        if (usable.isEmpty()) {
            return EMPTY;
        }
        usable.sort((one, other) -> Integer.compare(one.tier(), other.tier()));
        List<Endpoint> available =
                firstTier(usable, endpoint -> endpoint.health().isAvailable());
        List<Endpoint> candidates = available.isEmpty() ? usable : tierOf(available.getFirst(), usable);
        if (!available.isEmpty() && available.size() * PERCENT >= candidates.size() * panicPercent) {
            return new Roster(rule, available, usable, false);
        }
        List<Endpoint> reachable =
                firstTier(candidates, endpoint -> endpoint.health().isReachable());
        return new Roster(rule, reachable.isEmpty() ? tierOf(usable.getFirst(), usable) : reachable, usable, true);
    }

    private static List<Endpoint> firstTier(List<Endpoint> byTier, Predicate<Endpoint> wanted) {
        List<Endpoint> found = new ArrayList<>();
        for (Endpoint endpoint : byTier) {
            if (!found.isEmpty() && found.getFirst().tier() != endpoint.tier()) {
                break;
            }
            if (wanted.test(endpoint)) {
                found.add(endpoint);
            }
        }
        return found;
    }

    private static List<Endpoint> tierOf(Endpoint one, List<Endpoint> all) {
        return all.stream().filter(endpoint -> endpoint.tier() == one.tier()).toList();
    }

    /** Those of the config, or in hundredths where one starts slowly. */
    private static int[] weights(Endpoint[] endpoints) {
        int[] weights = new int[endpoints.length];
        int[] shares = new int[endpoints.length];
        boolean all = true;
        for (int i = 0; i < endpoints.length; i++) {
            weights[i] = endpoints[i].health().weight();
            shares[i] = endpoints[i].health().share();
            all &= shares[i] == PERCENT;
        }
        for (int i = 0; i < endpoints.length && !all; i++) {
            weights[i] *= shares[i];
        }
        return weights;
    }

    /** Each endpoint as often as its weight says, spread evenly: all gain their weight each turn, the richest is taken and pays the sum. */
    private static int[] cycle(int[] of) {
        int[] weights = of.clone();
        int divisor = 0;
        long sum = 0;
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
