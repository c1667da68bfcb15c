package io.sluice.admin;

import io.sluice.config.GatewayConfig;
import io.sluice.config.IncludedFile;
import io.sluice.config.ListenerConfig;
import io.sluice.config.LoadResult;
import io.sluice.proxy.Clients;
import io.sluice.proxy.Descriptors;
import io.sluice.proxy.Listener;
import io.sluice.route.Snapshot;
import io.sluice.telemetry.SampledHead;
import io.sluice.telemetry.Telemetry;
import io.sluice.wire.ResponseMemory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The running gateway, as the admin API sees it. Any thread but a loop. */
public interface Control {

    /** The snapshot in force. */
    Snapshot snapshot();

    /** The file that the config is read from; null where there is none. */
    @Nullable
    Path file();

    /** The files that it includes, in order; empty where there are none. */
    List<IncludedFile> included();

    /** Reads the file again and takes it over if it is good. Takes as long as that takes. */
    ReloadResult reload(Author author);

    /**
     * Checks a config, puts it in force and writes it to the file, or does nothing of that. The files that it includes are
     * read as they are, and not written. Takes as long as that takes.
     *
     * @param yaml UTF-8
     * @param expected whether the text in force is the one that the new one was made from, which must then also be what the
     *     file holds; asked while nothing else changes the config; null: whatever there is
     * @param confirm how long it is in force unless it is confirmed; it is written to the file then. Null: it needs no confirmation
     */
    Written write(byte[] yaml, @Nullable Predicate<String> expected, Author author, @Nullable Duration confirm);

    /** Writes to the file what waits to be confirmed; {@code expected} as in {@link #write}. */
    Written confirm(@Nullable Predicate<String> expected);

    /** As {@link #write}, with the text of an earlier version; or back at once, to the version before one that waits. */
    Written rollback(long version, @Nullable Predicate<String> expected, Author author, @Nullable Duration confirm);

    /** What waits to be confirmed; null: nothing. */
    @Nullable
    PendingChange pending();

    /** The last versions of the config, oldest first. */
    List<ConfigVersion> history();

    /** Where they are kept; null: in memory alone. */
    @Nullable
    Path historyFolder();

    /** The latest reload; null before the first. */
    @Nullable
    LastReload lastReload();

    /** The listeners that accept connections, in file order. */
    List<Listener> listeners();

    /** What another config would do to the listeners, and what of it would need a restart. */
    Outlook outlook(GatewayConfig config);

    /**
     * Reads a config as {@link #write} would, and puts nothing in force.
     *
     * @param yaml UTF-8
     */
    LoadResult read(byte[] yaml);

    /** The heads of some of the last requests. */
    List<SampledHead> samples();

    /** The client connections of all listeners, one by one. */
    Clients clients();

    /** How the process's descriptors are divided. */
    Descriptors descriptors();

    /** What waits in memory for slow clients. */
    ResponseMemory responseMemory();

    /** Why no requests should be sent to the gateway, in a few words; null: it is ready. */
    @Nullable
    String notReady();

    default boolean isReady() {
        return notReady() == null;
    }

    /** Begins to drain, as the config in force says, and returns; does nothing if that has begun. */
    void startDrain();

    /** How far the drain is; null: none has begun. */
    @Nullable
    DrainProgress drainProgress();

    /** What begins the end of the process, after a drain, and returns at once; null: it is not for the gateway to end it. */
    @Nullable
    Runnable shutdown();

    /** Where it counts. */
    Telemetry telemetry();

    /**
     * What a config would do.
     *
     * @param open the listeners that are open now
     * @param kept those of them whose sockets stay, with what they become
     * @param restarts a word on each part that is only read at the start
     */
    record Outlook(List<Listener> open, Map<Listener, ListenerConfig> kept, List<String> restarts) {}

    /**
     * A reload and its end.
     *
     * @param at when it ended
     */
    record LastReload(Instant at, ReloadResult result) {}
}
