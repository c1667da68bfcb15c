package io.sluice.proxy;

import io.sluice.wire.Loop;
import io.sluice.wire.Timed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Closes parked connections of one loop for the sake of the others: those first that have been parked for the longest time. */
final class ParkedConnections {
    /** Each time, so that a loop has time for those that are busy. */
    static final int AT_ONCE = 256;

    private ParkedConnections() {}

    /** Soon; any thread. */
    static void closeSome(Loop loop) {
        close(loop, OpenConnection::isParkedLong, () -> close(loop, OpenConnection::isParked, () -> {}));
    }

    /** @param none what follows if there are none */
    private static void close(Loop loop, Predicate<OpenConnection> which, Runnable none) {
        List<OpenConnection> found = new ArrayList<>();
        Predicate<Timed> visit = timed -> {
            if (timed instanceof OpenConnection connection && which.test(connection)) {
                found.add(connection);
            }
            return found.size() < AT_ONCE;
        };
        loop.walk(visit, () -> {
            if (found.isEmpty()) {
                none.run();
            }
            found.forEach(OpenConnection::shed);
        });
    }
}
