package io.sluice.upstream;

import io.sluice.config.UpstreamConfig.Balance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoint an exchange would get at this moment: what the balancer would do, without its doing it.
 *
 * @param panic checks and ejections are ignored
 * @param next the one that has the next turn, where they have turns; else null
 * @param choices those that may be picked, in file order
 */
public record Outlook(Balance rule, boolean panic, @Nullable Endpoint next, List<Choice> choices) {

    /**
     * An endpoint that may be picked.
     *
     * @param weight relative to the others
     * @param inFlight exchanges that it has now
     * @param chance that it is picked, 0..1
     */
    public record Choice(Endpoint endpoint, int weight, int inFlight, double chance) {}

    /** The one that is picked most likely, the first of several; null: none may be picked. */
    public @Nullable Endpoint likeliest() {
        if (next != null) {
            return next;
        }
        Choice best = null;
        for (Choice choice : choices) {
            if (best == null || choice.chance() > best.chance()) {
                best = choice;
            }
        }
        return best == null ? null : best.endpoint();
    }
}
