package io.sluice.bench;

/** How much of the machine programs took that don't belong to the run, since a moment. */
record Strangers(long start, CpuTime machine, CpuTime own) {
    static Strangers from() {
        return new Strangers(System.nanoTime(), Proc.cpuOfMachine(), Proc.cpuOfTree(ProcessHandle.current()));
    }

    /** Share of the whole machine, 0 to 1. */
    double share() {
        CpuTime ownSince = Proc.cpuOfTree(ProcessHandle.current()).minus(own);
        CpuTime machineSince = Proc.cpuOfMachine().minus(machine);
        return Round.share(machineSince.minus(ownSince), System.nanoTime() - start);
    }
}
