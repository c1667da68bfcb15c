package io.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether this machine has room for very many threads of one process.
 *
 * <p>Asked before they are started: a machine at its limit of tasks or without memory fails in other programs too.
 *
 * @param limit what ends first, in words
 * @param left threads that it still allows
 */
record ThreadBudget(String limit, long left) {
    private static final int SPARE = 1000;
    // A thread of the JVM maps its stack and the guard page under it, and touches about 100 KiB in user space and
    // kernel.
    private static final int MAPS_EACH = 2;
    private static final int KIB_EACH = 128;

    /** What is missing for so many threads, in words; empty if nothing is. */
    static Optional<String> shortage(int threads) throws IOException {
        return limits().stream()
                .filter(limit -> limit.left < threads)
                .findFirst()
                .map(limit -> limit.limit + " leaves room for " + Math.max(0, limit.left) + " threads");
    }

    private static List<ThreadBudget> limits() throws IOException {
        long tasks = tasks(Files.readString(Path.of("/proc/loadavg")));
        List<ThreadBudget> limits = new ArrayList<>();
        for (String file : List.of("/proc/sys/kernel/pid_max", "/proc/sys/kernel/threads-max")) {
            limits.add(new ThreadBudget(file, number(Path.of(file)) - tasks - SPARE));
        }
        Path maps = Path.of("/proc/sys/vm/max_map_count");
        limits.add(new ThreadBudget(maps.toString(), number(maps) / MAPS_EACH - SPARE));
        long available = Proc.parseField(Files.readAllLines(Path.of("/proc/meminfo")), "MemAvailable");
        limits.add(new ThreadBudget("free memory", available / KIB_EACH - SPARE));
        for (Path file : List.of(Path.of("/sys/fs/cgroup/pids.max"), Path.of("/sys/fs/cgroup/pids/pids.max"))) {
            if (Files.exists(file) && !Files.readString(file).startsWith("max")) {
                limits.add(new ThreadBudget(file.toString(), number(file) - tasks - SPARE));
            }
        }
        return limits;
    }

    /** Reads how many tasks exist from the fourth field of {@code /proc/loadavg}, {@code running/existing}. */
    static long tasks(String loadavg) {
        String field = loadavg.split(" ", -1)[3];
        return Long.parseLong(field.substring(field.indexOf('/') + 1));
    }

    private static long number(Path file) throws IOException {
        // In lines: the kernel gives such a number in one read only, and reading a string begins with a read of one
        // byte.
        return Long.parseLong(Files.readAllLines(file).getFirst().strip());
    }
}
