package io.sluice.bench;

import java.util.List;

/** How much of the machine programs took that don't belong to the run, since a moment. */
record Strangers(long start, CpuTime machine, CpuTime own) {
    private static final double TELLING = 0.05;

    static Strangers from() {
        return new Strangers(System.nanoTime(), Proc.cpuOfMachine(), Proc.cpuOfTree(ProcessHandle.current()));
    }

    /** Share of the whole machine, 0 to 1. */
    double share() {
        CpuTime ownSince = Proc.cpuOfTree(ProcessHandle.current()).minus(own);
        CpuTime machineSince = Proc.cpuOfMachine().minus(machine);
        return Round.share(machineSince.minus(ownSince), System.nanoTime() - start);
    }

    /** What a reader of the figures must know, if the greatest share of all is one that tells; at most one sentence. */
    static List<String> notes(double greatest) {
        return greatest > TELLING
                ? List.of("Other programs took up to " + TextTable.decimal(0, greatest * 100)
                        + " % of the machine: figures of a quiet one may differ.")
                : List.of();
    }
}
