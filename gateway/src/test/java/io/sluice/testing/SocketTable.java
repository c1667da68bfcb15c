package io.sluice.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the kernel knows of the TCP sockets of this machine. Only where it tells that in files (Linux), and of 127.0.0.1. */
public final class SocketTable {
    private static final Path SOCKETS = Path.of("/proc/net/tcp");
    private static final Path SOCKETS_6 = Path.of("/proc/net/tcp6");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final String LISTENS = "0A";

    // columns
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private SocketTable() {}

    public static boolean isThere() {
        return Files.exists(SOCKETS) && Files.exists(SOCKETS_6);
    }

    /** The rows of sockets that have this address on their own side and that state, column by column. */
    public static List<String[]> rows(InetSocketAddress local, String state) throws IOException {
        return rows(local).filter(row -> row[STATE].equals(state)).toList();
    }

    /**
     * How many connections with this address on their own side the process holds a descriptor for. Those that nobody has accepted yet
     * aren't among them, nor those that were closed and that the kernel still remembers.
     */
    public static int held(InetSocketAddress local) throws IOException {
        Set<String> descriptors = sockets();
        return (int) rows(local)
                .filter(row -> !row[STATE].equals(LISTENS) && descriptors.contains("socket:[" + row[INODE] + "]"))
                .count();
    }

    private static Stream<String[]> rows(InetSocketAddress local) throws IOException {
        // as the kernel writes it; sockets for both families are in the table of IPv6
        String address = String.format(Locale.ROOT, "0100007F:%04X", local.getPort());
        return Stream.concat(Files.readAllLines(SOCKETS).stream(), Files.readAllLines(SOCKETS_6).stream())
                .map(row -> row.strip().split(" +", -1))
                .filter(row -> row[LOCAL].endsWith(address))
                // the kernel may tell a row twice when others change while it is asked
                .collect(Collectors.toMap(
                        row -> row[LOCAL] + row[REMOTE] + row[INODE], row -> row, (once, again) -> again))
                .values()
                .stream();
    }

    private static Set<String> sockets() throws IOException {
        Set<String> links = new HashSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                try {
                    links.add(Files.readSymbolicLink(descriptor).toString());
                } catch (NoSuchFileException closed) {
                    // closed meanwhile
                }
            }
        }
        return links;
    }
}
