package io.sluice.bench;

/**
 * One proxy under load for some seconds.
 *
 * @param cpu of all the proxy's processes
 * @param upstreamConnections established connections from the proxy to the backend, in the middle of the round
 * @param strangers share of the machine, 0 to 1, that was taken by programs that don't belong to the run
 */
record Round(CpuTime cpu, Figures figures, int upstreamConnections, double strangers) {
    /** USER_HZ, in which the kernel's interface gives processor time. */
    private static final double MICROS_PER_TICK = 1e6 / 100;

    double cpuMicros() {
        return perRequest(cpu.total());
    }

    double userMicros() {
        return perRequest(cpu.user());
    }

    double systemMicros() {
        return perRequest(cpu.system());
    }

    /** So much processor time in seconds. */
    static double seconds(CpuTime cpu) {
        return cpu.total() * MICROS_PER_TICK / 1e6;
    }

    /** Share of the whole machine, 0 to 1, that so much processor time is of a stretch of time in nanoseconds. */
    static double share(CpuTime cpu, long nanos) {
        int processors = Runtime.getRuntime().availableProcessors();
        return Math.max(0, cpu.total() * MICROS_PER_TICK * 1000 / (nanos * (double) processors));
    }

    private double perRequest(long ticks) {
        return ticks * MICROS_PER_TICK / figures.requests();
    }
}
