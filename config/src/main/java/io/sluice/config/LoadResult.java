package io.sluice.config;

import java.util.List;
import java.util.Map;

/** What reading a configuration gave. */
public sealed interface LoadResult {

    /**
     * The text holds a valid configuration.
     *
     * @param text the source, as read, before substitution
     * @param included what else was read, in order; at the first reading all of them are current
     * @param lastGood for the next reading
     */
    record Loaded(GatewayConfig config, String text, List<IncludedFile> included, LastGood lastGood)
            implements LoadResult {}

    /**
     * The text holds problems, or could not be read.
     *
     * @param problems all of them, in file order, at least one
     * @param text the source, as read; empty where it could not be read
     * @param included what included files hold, by their names
     */
    record Rejected(List<Problem> problems, String text, Map<String, String> included) implements LoadResult {}
}
