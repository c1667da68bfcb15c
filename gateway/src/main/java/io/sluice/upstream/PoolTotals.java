package io.sluice.upstream;

import java.util.List;

/** What the shelves of a pool count, added up, more or less: each may change meanwhile. Any thread; no allocation. */
final class PoolTotals {
    private final List<Shelf> shelves;

    PoolTotals(List<Shelf> shelves) {
        this.shelves = shelves;
    }

    /** Connections, or streams, handed out since the start. */
    long leases() {
        long sum = 0;
        for (int i = 0; i < shelves.size(); i++) {
            sum += shelves.get(i).figures.leases();
        }
        return sum;
    }

    /** Exchanges that wait for a connection or have one. */
    int inFlight() {
        int sum = 0;
        for (int i = 0; i < shelves.size(); i++) {
            sum += shelves.get(i).figures.inFlight();
        }
        return sum;
    }

    /** Connections with an exchange. */
    int leased() {
        int sum = 0;
        for (int i = 0; i < shelves.size(); i++) {
            sum += shelves.get(i).figures.leased();
        }
        return sum;
    }

    /** Exchanges that are streams. */
    int streams() {
        int sum = 0;
        for (int i = 0; i < shelves.size(); i++) {
            sum += shelves.get(i).figures.streams();
        }
        return sum;
    }

    /** Connections without an exchange. */
    int idle() {
        int sum = 0;
        for (int i = 0; i < shelves.size(); i++) {
            sum += shelves.get(i).idle();
        }
        return sum;
    }

    /** Somebody has waited for so long. */
    boolean hasWaited(long nanos, long now) {
        for (int i = 0; i < shelves.size(); i++) {
            Waiter oldest = shelves.get(i).oldest();
            if (oldest != null && now - oldest.since >= nanos) {
                return true;
            }
        }
        return false;
    }

    long reused() {
        return shelves.stream().mapToLong(shelf -> shelf.figures.reused()).sum();
    }

    long takenOver() {
        return shelves.stream().mapToLong(shelf -> shelf.figures.movedAway()).sum();
    }

    long waits() {
        return shelves.stream().mapToLong(shelf -> shelf.figures.waits()).sum();
    }

    long waitNanos() {
        return shelves.stream().mapToLong(shelf -> shelf.figures.waitNanos()).sum();
    }

    long maxWaitNanos() {
        return shelves.stream()
                .mapToLong(shelf -> shelf.figures.maxWaitNanos())
                .max()
                .orElse(0);
    }
}
