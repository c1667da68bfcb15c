package io.sluice.proxy;

import io.sluice.wire.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Closes parked connections of one loop for the sake of the others: those first that have been parked for the longest time. */
final class ParkedConnections {
    /** Each time, so that a loop has time for those that are busy. */
    static final int AT_ONCE = 256;

    private ParkedConnections() {}

    /** On the loop. */
    static void closeSome(Loop loop) {
        if (close(loop, ClientConnection::isParkedLong) == 0) {
            close(loop, ClientConnection::isParked);
        }
    }

    private static int close(Loop loop, Predicate<ClientConnection> which) {
        List<ClientConnection> found = new ArrayList<>();
        loop.timedWhile(timed -> {
            if (timed instanceof ClientConnection connection && which.test(connection)) {
                found.add(connection);
            }
            return found.size() < AT_ONCE;
        });
        found.forEach(ClientConnection::shed);
        return found.size();
    }
}
