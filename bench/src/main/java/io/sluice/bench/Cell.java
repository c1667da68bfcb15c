package io.sluice.bench;

import io.sluice.bench.models.ActiveClients.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One contender with one number of idle connections.
 *
 * @param idle connections that were asked for
 * @param measured what was measured; empty if it could not be
 * @param remark why not, or what else there is to know; may be empty
 */
record Cell(int idle, Optional<Measured> measured, String remark) {
    /**
     * What was measured of the server's process; where Sluice is in front, of both processes together.
     *
     * @param held idle connections that were open to the end
     * @param answered those of them whose one request was answered
     * @param rounds what the active clients got meanwhile, at least one
     * @param idleCpu processor time with only idle connections, as a share of one processor
     * @param activeCpu the same while the active clients asked
     * @param memory user-space memory in bytes, before the active clients came
     * @param threads at that time
     * @param strangers share of the machine, 0 to 1, that other programs took while the active clients asked
     */
    record Measured(
            int held,
            int answered,
            List<Outcome> rounds,
            double idleCpu,
            double activeCpu,
            long memory,
            long threads,
            double strangers) {
        /** Active clients that got each answer in time, in the worst round. */
        int served() {
            return rounds.stream().mapToInt(Outcome::served).min().orElse(0);
        }

        int clients() {
            return rounds.getFirst().clients();
        }

        /** The latency in milliseconds that this share of a round's answers did not exceed: median of the rounds. */
        OptionalDouble millis(double share) {
            List<Outcome> answered = rounds.stream().filter(Outcome::isAnswered).toList();
            return answered.isEmpty()
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(Median.of(answered.stream().mapToDouble(round -> round.millis(share))));
        }
    }

    static Cell of(int idle, Measured measured) {
        String remark = measured.held == idle ? "" : "held " + measured.held + " of " + idle;
        return new Cell(idle, Optional.of(measured), remark);
    }

    static Cell refused(int idle, String why) {
        return new Cell(idle, Optional.empty(), "refused: " + why);
    }
}
