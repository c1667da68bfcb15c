package io.sluice.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the kernel's figures about processes and sockets from {@code /proc}. */
final class Proc {
    private static final String ESTABLISHED = "01";
    /** 127.0.0.1, a number in the byte order of the machines that Sluice runs on. */
    private static final String LOOPBACK = "0100007F";

    private static final Pattern PSS = Pattern.compile("(?m)^Pss: +(\\d+) kB$");

    private Proc() {}

    /**
     * Processor time of a process and of all that descend from it: every thread, ended ones included, and every child
     * that has been waited for.
     */
    static CpuTime cpuOfTree(ProcessHandle root) {
        CpuTime sum = CpuTime.NONE;
        for (ProcessHandle process : tree(root)) {
            sum = sum.plus(cpuOf(Path.of("/proc", Long.toString(process.pid()), "stat")));
        }
        return sum;
    }

    private static List<ProcessHandle> tree(ProcessHandle root) {
        return Stream.concat(Stream.of(root), root.descendants()).toList();
    }

    private static CpuTime cpuOf(Path stat) {
        try {
            return parseStat(Files.readString(stat));
        } catch (NoSuchFileException ended) {
            return CpuTime.NONE;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads utime, stime, cutime and cstime, fields 14 to 17 of {@code /proc/PID/stat}. */
    static CpuTime parseStat(String line) {
        // The name in field 2 may hold blanks and parentheses: count from its last closing one.
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        return new CpuTime(
                Long.parseLong(fields[11]) + Long.parseLong(fields[13]),
                Long.parseLong(fields[12]) + Long.parseLong(fields[14]));
    }

    /** Processor time that all tasks of the machine have had, without interrupts. */
    static CpuTime cpuOfMachine() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
            return parseMachine(lines.findFirst().orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads user + nice and system from the first line of {@code /proc/stat}. */
    static CpuTime parseMachine(String line) {
        String[] fields = line.split(" +", -1);
        return new CpuTime(Long.parseLong(fields[1]) + Long.parseLong(fields[2]), Long.parseLong(fields[3]));
    }

    /**
     * Memory in bytes that a process and all that descend from it hold: pages of their own whole, those that are shared
     * with others in part (proportional set size). What the kernel holds for them isn't counted.
     */
    static long memoryOfTree(ProcessHandle root) {
        return tree(root).stream()
                .mapToLong(process -> memoryOf(Path.of("/proc", Long.toString(process.pid()), "smaps_rollup")))
                .sum();
    }

    private static long memoryOf(Path rollup) {
        try {
            return parseRollup(Files.readString(rollup));
        } catch (NoSuchFileException ended) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads Pss, given in KiB, of {@code /proc/PID/smaps_rollup}. */
    static long parseRollup(String text) {
        Matcher pss = PSS.matcher(text);
        if (!pss.find()) {
            throw new IllegalArgumentException("no Pss in: " + text);
        }
        return Long.parseLong(pss.group(1)) * 1024;
    }

    /** Threads of a process and of all that descend from it. */
    static long threadsOfTree(ProcessHandle root) {
        return tree(root).stream()
                .mapToLong(process -> threadsOf(Path.of("/proc", Long.toString(process.pid()), "status")))
                .sum();
    }

    private static long threadsOf(Path status) {
        try {
            return parseField(Files.readAllLines(status), "Threads");
        } catch (NoSuchFileException ended) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the number of the line {@code field: number}, whatever unit follows it; 0 without such a line. */
    static long parseField(List<String> lines, String field) {
        return lines.stream()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(
                        line.substring(field.length() + 1).strip().split(" ", 2)[0]))
                .findFirst()
                .orElse(0);
    }

    /** Established TCP connections of this machine whose remote end is the given port of 127.0.0.1. */
    static int connectionsTo(int port) {
        try (Stream<String> ipv4 = Files.lines(Path.of("/proc/net/tcp"));
                Stream<String> ipv6 = Files.lines(Path.of("/proc/net/tcp6"))) {
            return countEstablished(Stream.concat(ipv4, ipv6), port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Counts the rows of the socket table that are established and lead to the given port of 127.0.0.1, which may be
     * written as part of an IPv6 address. Clients from other loopback addresses may come from a port of that number.
     */
    static int countEstablished(Stream<String> rows, int port) {
        String remote = String.format(Locale.ROOT, "%s:%04X", LOOPBACK, port);
        return (int) rows.map(row -> row.strip().split(" +", -1))
                .filter(fields -> fields.length > 3 && fields[2].endsWith(remote) && fields[3].equals(ESTABLISHED))
                .count();
    }
}
