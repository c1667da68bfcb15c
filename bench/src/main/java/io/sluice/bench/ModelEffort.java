package io.sluice.bench;

import io.sluice.bench.models.ActiveClients;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How long and with how much the contenders of the scenario {@code models} are measured.
 *
 * @param counts numbers of idle connections, ascending
 * @param active the clients that ask while the idle ones are held
 * @param rounds of the active clients, at least 1
 * @param quiet how long nobody asks before
 */
record ModelEffort(List<Integer> counts, ActiveClients active, int rounds, Duration quiet) {
    /** In words, for the head of a table. */
    String description() {
        return counts.stream()
                        .map(count -> String.format(Locale.ROOT, "%,d", count))
                        .collect(Collectors.joining(", "))
                + " idle connections, one request made on each; then " + active.clients() + " active clients, "
                + active.perSecond() + " requests a second each, "
                + rounds + " x "
                + active.duration().toSeconds() + " s; an answer is in time within "
                + active.deadline().toMillis() + " ms";
    }
}
