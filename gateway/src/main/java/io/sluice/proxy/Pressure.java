package io.sluice.proxy;

import io.sluice.config.RouteConfig.Importance;
import io.sluice.http.Failure;
import org.jspecify.annotations.Nullable;

/** How hard pressed one loop is. Set by {@link Overload}, read on the loop. */
final class Pressure {
    /** Nothing is refused, */
    static final int NONE = 0;
    /** exchanges of low importance, */
    static final int LOW = 1;
    /** all but those of high importance, */
    static final int NORMAL = 2;
    /** all. */
    static final int ALL = 3;

    volatile int memory;
    volatile int lag;

    /** Why an exchange is not taken on; null: it is. */
    @Nullable
    Failure refuses(Importance importance) {
        int byMemory = memory;
        int byLag = lag;
        if ((byMemory | byLag) == NONE) {
            return null;
        }
        int refusedFrom = switch (importance) {
            case LOW -> LOW;
            case NORMAL -> NORMAL;
            case HIGH -> ALL;
        };
        if (byMemory >= refusedFrom) {
            return Failure.SHED_MEMORY;
        }
        return byLag >= refusedFrom ? Failure.SHED_LAG : null;
    }
}
