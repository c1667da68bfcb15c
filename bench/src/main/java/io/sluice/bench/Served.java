package io.sluice.bench;

import io.sluice.bench.program.Pairs;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a backend has counted since its start.
 *
 * @param open connections now
 * @param most connections at once since it was last asked; of nginx, which doesn't know, those that are open now
 * @param accepted connections ever
 * @param requests answered ever
 */
record Served(int open, int most, long accepted, long requests) {
    private static final Pattern PAGE =
            Pattern.compile("Active connections: (\\d+)\\s+server accepts handled requests\\s+(\\d+) \\d+ (\\d+)");

    /**
     * Reads nginx's page of figures.
     *
     * @param asked how often it was asked for, this time included: each time takes a connection, which is left out
     */
    static Served parsePage(String page, long asked) {
        Matcher figures = PAGE.matcher(page);
        if (!figures.find()) {
            throw new IllegalArgumentException("no figures in: " + page);
        }
        int open = Integer.parseInt(figures.group(1)) - 1;
        return new Served(
                open, open, Long.parseLong(figures.group(2)) - asked, Long.parseLong(figures.group(3)) - asked);
    }

    /** Reads the line of the slow server. */
    static Served parseLine(String line) {
        Pairs pairs = Pairs.parse(line);
        return new Served(pairs.count("open"), pairs.count("most"), pairs.number("accepted"), pairs.number("requests"));
    }

    /** Connections that were opened since then for every thousand requests. */
    double openedPerThousand(Served before) {
        return (accepted - before.accepted) * 1000.0 / (requests - before.requests);
    }
}
