package io.sluice.route;

import io.sluice.config.RouteConfig;
import io.sluice.http.Head;
import io.sluice.upstream.Upstream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Spreads requests over upstreams by weight: by chance, or, if a key is named, always the same way for the same value of
 * the key, whichever process decides. A request without a value goes by chance.
 *
 * <p>By key this is weighted rendezvous hashing: each upstream draws a number from its name and the key, divided by its
 * weight, and the smallest wins. So when a weight changes, keys move only to or from that upstream, and no more of them
 * than its share changed. Immutable.
 */
public final class Split implements Action {
    private final Upstream[] upstreams;
    private final int[] weights;
    private final long[] seeds;
    private final long total;
    private final @Nullable StableKey by;

    private Split(List<RouteConfig.Share> shares, @Nullable StableKey by, Function<String, Upstream> resolve) {
        upstreams =
                shares.stream().map(share -> resolve.apply(share.upstream())).toArray(Upstream[]::new);
        weights = shares.stream().mapToInt(RouteConfig.Share::weight).toArray();
        seeds = shares.stream()
                .mapToLong(share -> StableKey.hash(share.upstream().getBytes(StandardCharsets.UTF_8)))
                .toArray();
        total = shares.stream().mapToLong(RouteConfig.Share::weight).sum();
        this.by = by;
    }

    static Split of(RouteConfig.Action.Split split, Function<String, Upstream> resolve) {
        List<RouteConfig.Share> shares =
                split.shares().stream().filter(share -> share.weight() > 0).toList();
        if (shares.isEmpty()) {
            throw new IllegalArgumentException("split: no weight (expected: one that is positive)");
        }
        return new Split(shares, StableKey.of(split.by()), resolve);
    }

    /** The upstream for a request, whose head must be as the client sent it. */
    public Upstream choose(Head head, InetAddress client) {
        byte[] key = by == null ? null : by.value(head, client);
        return upstreams[key == null ? byChance() : byKey(StableKey.hash(key))];
    }

    /** Whether {@link #choose} gives the same upstream each time for this request. */
    boolean isSettled(Head head, InetAddress client) {
        return upstreams.length == 1 || (by != null && by.value(head, client) != null);
    }

    List<Upstream> all() {
        return List.of(upstreams);
    }

    @Override
    public String toString() {
        List<String> shares = new ArrayList<>();
        for (int i = 0; i < upstreams.length; i++) {
            shares.add(upstreams[i].name() + " " + weights[i]);
        }
        return String.join(", ", shares);
    }

    private int byChance() {
        long point = ThreadLocalRandom.current().nextLong(total);
        int chosen = 0;
        while (point >= weights[chosen]) {
            point -= weights[chosen++];
        }
        return chosen;
    }

    private int byKey(long key) {
        int chosen = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < upstreams.length; i++) {
            double uniform = ((StableKey.mix(key ^ seeds[i]) >>> 11) + 0.5) * 0x1p-53;
            double drawn = -StrictMath.log(uniform) / weights[i];
            if (drawn < least) {
                least = drawn;
                chosen = i;
            }
        }
        return chosen;
    }
}
