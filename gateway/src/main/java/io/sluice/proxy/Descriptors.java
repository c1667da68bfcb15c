package io.sluice.proxy;

/**
 * What the process may open, and for what: {@code own}, {@code upstreams} and {@code clients} together are the limit.
 *
 * @param limit the most descriptors that the system allows the process; -1: it doesn't tell, and nothing is divided
 * @param own kept for files, the JVM, event loops, listeners and the admin API
 * @param upstreams kept for upstream connections
 * @param clients the most client connections, of all listeners together
 * @param taken client connections that were accepted and are not closed
 */
public record Descriptors(long limit, long own, long upstreams, long clients, int taken) {

    /** Whether the system tells how many there may be. */
    public boolean isKnown() {
        return limit >= 0;
    }

    /** Client connections that may come yet. */
    public long free() {
        return Math.max(0, clients - taken);
    }
}
