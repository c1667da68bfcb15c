package io.sluice.bench;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the backend has counted since its start, over all of its ports.
 *
 * @param open connections now
 * @param accepted connections ever
 * @param requests answered ever
 */
record Served(int open, long accepted, long requests) {
    private static final Pattern FORM =
            Pattern.compile("Active connections: (\\d+)\\s+server accepts handled requests\\s+(\\d+) \\d+ (\\d+)");

    /** Reads nginx's page of figures; the connection and the request that asked for it are not counted. */
    static Served parse(String page) {
        Matcher figures = FORM.matcher(page);
        if (!figures.find()) {
            throw new IllegalArgumentException("no figures in: " + page);
        }
        return new Served(
                Integer.parseInt(figures.group(1)) - 1,
                Long.parseLong(figures.group(2)) - 1,
                Long.parseLong(figures.group(3)) - 1);
    }

    /** Connections that were opened for every thousand requests since then, the first of these questions left out. */
    double openedPerThousand(Served before) {
        long opened = accepted - before.accepted - 1;
        long answered = requests - before.requests - 1;
        return opened * 1000.0 / answered;
    }
}
