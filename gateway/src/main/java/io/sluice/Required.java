package io.sluice;

import io.sluice.route.Snapshot;
import io.sluice.upstream.Upstream;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The upstreams that the gateway is not ready without. Any thread. */
final class Required {
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);

    /** How often it is looked whether what is required is there. */
    private static final Duration WAIT = Duration.ofMillis(20);

    private static final int FIRST_LOG = 25;
    private static final int LOG_WAITS = 500;

    private final Supplier<Snapshot> snapshot;

    Required(Supplier<Snapshot> snapshot) {
        this.snapshot = snapshot;
    }

    /** What is missing, in a few words; null: nothing. */
    @Nullable
    String lack() {
        for (Upstream upstream : snapshot.get().upstreams().values()) {
            if (upstream.isMissed()) {
                return "upstream " + upstream.name() + " has no healthy endpoint";
            }
        }
        return null;
    }

    /**
     * Waits until nothing is missing. To be called before the gateway listens: so clients find nobody, as they would without it, and
     * not one who can't help them.
     */
    void await() throws StartException {
        long waits = 0;
        for (String lack = lack(); lack != null; lack = lack()) {
            // the first check takes a moment; then once in ten seconds
            if (++waits % LOG_WAITS == FIRST_LOG) {
                log.warn("not listening yet: {}", lack);
            }
            try {
                Thread.sleep(WAIT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StartException("interrupted: " + lack);
            }
        }
    }
}
