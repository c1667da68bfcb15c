package io.sluice.bench;

/** Processor time in clock ticks, as the kernel counts it for a process. */
record CpuTime(long user, long system) {
    static final CpuTime NONE = new CpuTime(0, 0);

    CpuTime plus(CpuTime other) {
        return new CpuTime(user + other.user, system + other.system);
    }

    CpuTime minus(CpuTime other) {
        return new CpuTime(user - other.user, system - other.system);
    }

    long total() {
        return user + system;
    }
}
