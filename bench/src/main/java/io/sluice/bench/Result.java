package io.sluice.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * All measured rounds of one proxy, at least one.
 *
 * @param headBytes length of a probe's head when it reached the backend: shows how much the proxy added
 */
record Result(Peer peer, int headBytes, List<Round> rounds) {
    /** The value that half of the rounds don't exceed. */
    double median(ToDoubleFunction<Round> figure) {
        return Median.of(rounds.stream().mapToDouble(figure));
    }

    double min(ToDoubleFunction<Round> figure) {
        return rounds.stream().mapToDouble(figure).min().orElseThrow();
    }

    double max(ToDoubleFunction<Round> figure) {
        return rounds.stream().mapToDouble(figure).max().orElseThrow();
    }

    /** Why this row is invalid; empty if it is not. */
    List<String> problems(Size size) {
        return rounds.stream()
                .flatMap(round -> round.figures().problems(size).stream())
                .distinct()
                .toList();
    }
}
