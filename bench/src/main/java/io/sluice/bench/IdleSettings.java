package io.sluice.bench;

/**
 * How many connections are held, and for how long each thing is measured.
 *
 * @param idle connections held for memory and processor time, at least 9
 * @param held connections held while others have work
 * @param turns of load with and without held connections
 * @param seconds of load in a turn
 * @param rate requests a second of the load that doesn't wait for answers
 * @param clients of the backend that takes its time
 * @param every seconds from one request of such a client to its next
 * @param window seconds for which what goes on steadily is watched
 * @param after seconds from a burst to the last look at the memory
 * @param warmUp most seconds that a JVM's cost may take to settle
 * @param live whether the heap is also looked at after collections
 * @param fresh whether memory is measured in processes that have not worked before
 */
record IdleSettings(
        int idle,
        int held,
        int turns,
        int seconds,
        int rate,
        int clients,
        int every,
        int window,
        int after,
        int warmUp,
        boolean live,
        boolean fresh) {
    /** Connections from which on memory is counted: what the first ones cost is not what a further one costs. */
    int base() {
        return idle / 9;
    }
}
