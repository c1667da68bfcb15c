package io.sluice.admin;

import io.sluice.config.Problem;
import java.util.List;

/** How an attempt to take over a configuration ended. */
public sealed interface ReloadResult {

    /**
     * It is in force.
     *
     * @param version of the snapshot that was built from it
     * @param warnings parts that need a restart to take effect, and included files that are not taken
     */
    record Applied(long version, List<String> warnings) implements ReloadResult {}

    /**
     * It is what was in force already.
     *
     * @param warnings included files that are not taken
     */
    record Unchanged(long version, List<String> warnings) implements ReloadResult {}

    /**
     * It was refused, and what was in force stays.
     *
     * @param version of the snapshot that stays
     * @param problems at least one
     */
    record Rejected(long version, List<Problem> problems) implements ReloadResult {}
}
