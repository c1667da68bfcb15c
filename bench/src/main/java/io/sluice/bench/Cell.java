package io.sluice.bench;

import io.sluice.bench.models.ActiveClients;
import java.util.Optional;

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
     * @param active what the active clients got meanwhile
     * @param idleCpu processor time with only idle connections, as a share of one processor
     * @param activeCpu the same while the active clients asked
     * @param memory user-space memory in bytes, before the active clients came
     * @param threads at that time
     */
    record Measured(
            int held,
            int answered,
            ActiveClients.Outcome active,
            double idleCpu,
            double activeCpu,
            long memory,
            long threads) {}

    static Cell of(int idle, Measured measured) {
        String remark = measured.held == idle ? "" : "held " + measured.held + " of " + idle;
        return new Cell(idle, Optional.of(measured), remark);
    }

    static Cell refused(int idle, String why) {
        return new Cell(idle, Optional.empty(), "refused: " + why);
    }
}
