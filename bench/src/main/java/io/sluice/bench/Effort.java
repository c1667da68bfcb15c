package io.sluice.bench;

import java.util.List;
import java.util.Optional;

/**
 * How long and how hard the proxies are worked.
 *
 * @param rounds of each proxy, at least 1
 * @param seconds of one round, at least 1
 * @param warmUpSeconds most that one proxy's cost may take to settle
 * @param quiet share of the machine, 0 to 1, that other programs may take in a round that counts
 * @param retries most times that one round is measured again
 * @param pin processors to run on; empty leaves it to the kernel
 */
record Effort(Load load, int rounds, int seconds, int warmUpSeconds, double quiet, int retries, Optional<Pin> pin) {
    /** In words, for the head of a table. */
    String description() {
        String pinned = pin.map(both -> ", proxies on processor " + both.proxy() + ", the rest on " + both.rest())
                .orElse("");
        return load.description() + ", " + rounds + " x " + seconds + " s each, in turns" + pinned;
    }

    /** Goes before the command of a proxy. */
    List<String> proxyPrefix() {
        return pin.map(both -> Pin.command(both.proxy())).orElse(List.of());
    }

    /** Goes before the commands of backend and load. */
    List<String> restPrefix() {
        return pin.map(both -> Pin.command(both.rest())).orElse(List.of());
    }
}
