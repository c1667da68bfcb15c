package io.sluice.proxy;

import io.sluice.h2.H2Connection;
import io.sluice.h2.Noise;
import io.sluice.http.Failure;
import io.sluice.telemetry.ConnectionMetrics.Ending;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What runs on a client's connection of HTTP/2, and what it is called when it ends. */
final class H2Running {
    private H2Running() {}

    /** Shows all streams whose exchanges run. */
    static void forEach(H2Connection of, Consumer<H2ClientSide> action) {
        of.forEach(events -> {
            if (events instanceof H2ClientSide side && side.isRunning()) {
                action.accept(side);
            }
        });
    }

    static int count(H2Connection of) {
        int[] count = new int[1];
        forEach(of, side -> count[0]++);
        return count[0];
    }

    /** The one that has run for the longest time; null: none does. */
    static @Nullable Exchange oldest(H2Connection of) {
        @Nullable Exchange[] oldest = new @Nullable Exchange[1];
        forEach(of, side -> {
            Exchange present = oldest[0];
            if (present == null || side.exchange().started - present.started < 0) {
                oldest[0] = side.exchange();
            }
        });
        return oldest[0];
    }

    /** Whether any of them holds what others wait for, only since the client takes nothing. */
    static boolean isInTheWay(H2Connection of) {
        boolean[] found = new boolean[1];
        forEach(of, side -> found[0] |= side.exchange().isInTheWay());
        return found[0];
    }

    /** Tunnels don't end by themselves, and are told why they are cut off. */
    static void cutTunnels(H2Connection of) {
        forEach(of, side -> {
            if (side.exchange().tunnel) {
                side.exchange().fail(Failure.DRAINING);
            }
        });
    }

    /** What ended a connection: an error, or too much of something. */
    static Ending ending(@Nullable Noise noise) {
        if (noise == null) {
            return Ending.HTTP2_ERROR;
        }
        return switch (noise) {
            case RESETS -> Ending.HTTP2_RESETS;
            case FAULTS -> Ending.HTTP2_FAULTS;
            case EXCESS -> Ending.HTTP2_EXCESS;
            case SETTINGS -> Ending.HTTP2_SETTINGS;
            case PINGS -> Ending.HTTP2_PINGS;
            case EMPTY -> Ending.HTTP2_EMPTY;
            case BLOCKS -> Ending.HTTP2_BLOCKS;
            case WINDOWS -> Ending.HTTP2_WINDOWS;
            case IGNORED -> Ending.HTTP2_IGNORED;
        };
    }
}
