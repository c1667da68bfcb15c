package io.sluice.admin;

import io.sluice.proxy.Descriptors;
import io.sluice.proxy.Listener;
import io.sluice.route.Snapshot;
import io.sluice.telemetry.Telemetry;
import io.sluice.wire.ResponseMemory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The running gateway, as the admin API sees it. Any thread but a loop. */
public interface Control {

    /** The snapshot in force. */
    Snapshot snapshot();

    /** The file that the config is read from; null where there is none. */
    @Nullable
    Path file();

    /** Reads the file again and takes it over if it is good. Takes as long as that takes. */
    ReloadResult reload();

    /** The latest reload; null before the first. */
    @Nullable
    LastReload lastReload();

    /** The listeners that accept connections, in file order. */
    List<Listener> listeners();

    /** How the process's descriptors are divided. */
    Descriptors descriptors();

    /** What waits in memory for slow clients. */
    ResponseMemory responseMemory();

    /** Whether the gateway takes new requests: it is up and does not drain. */
    boolean isReady();

    /** Where it counts. */
    Telemetry telemetry();

    /**
     * A reload and its end.
     *
     * @param at when it ended
     */
    record LastReload(Instant at, ReloadResult result) {}
}
