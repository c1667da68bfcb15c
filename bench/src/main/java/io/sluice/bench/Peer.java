package io.sluice.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A proxy to be measured, with its settings. */
sealed interface Peer permits NginxPeer, HaproxyPeer, SluicePeer {
    /** Name of its row. */
    String name();

    /** Host header of the requests that it gets. */
    default String host() {
        return "bench.test";
    }

    /** What it speaks with clients. */
    Speech clients();

    /** What it speaks with the backend. */
    default Speech upstream() {
        return Speech.PLAIN;
    }

    /** Whether it compiles while it runs, so that its cost must settle before it is measured. */
    default boolean settles() {
        return false;
    }

    /** Command that prints the version. */
    List<String> versionCommand();

    /** Writes its config into the seat's directory and says how to start it in the foreground. */
    Launch prepare(Seat seat) throws IOException;

    /** Programs of Debian's that may lie outside a user's path. */
    static String program(String name) {
        Path admin = Path.of("/usr/sbin", name);
        return admin.toFile().canExecute() ? admin.toString() : name;
    }
}
