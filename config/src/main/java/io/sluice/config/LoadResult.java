package io.sluice.config;

import java.util.List;

/** What reading a configuration gave. */
public sealed interface LoadResult {

    /**
     * The text holds a valid configuration.
     *
     * @param text the source, as read, before substitution
     */
    record Loaded(GatewayConfig config, String text) implements LoadResult {}

    /**
     * The text holds problems, or could not be read.
     *
     * @param problems all of them, in file order, at least one
     * @param text the source, as read; empty where it could not be read
     */
    record Rejected(List<Problem> problems, String text) implements LoadResult {}
}
