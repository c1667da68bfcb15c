package io.sluice.proxy;

import io.sluice.wire.Loop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Closes the connections of listeners that drain on which nothing runs, no more than are allowed: whoever is sent away comes
 * back elsewhere at once. Each loop goes over its own once; what is busy when it is looked at, or asks something before it is
 * its turn, ends with the answer.
 */
public final class Dismissal {
    private static final int AT_ONCE = 256;

    private final Set<Listener> listeners;
    private final List<Round> rounds;
    private final AtomicLong allowed = new AtomicLong();

    /** @param listeners all of them drain already */
    public Dismissal(Proxy proxy, Collection<Listener> listeners) {
        this.listeners = Set.copyOf(listeners);
        this.rounds = proxy.loops().all().stream().map(Round::new).toList();
    }

    /** Lets so many more be closed, on whatever loop they are. Any thread. */
    public void allow(long more) {
        allowed.addAndGet(more);
        rounds.forEach(round -> round.loop.execute(round::goOn));
    }

    private boolean take() {
        return allowed.getAndUpdate(left -> left > 0 ? left - 1 : 0) > 0;
    }

    /** Over the connections of one loop, on it. */
    private final class Round {
        private final Loop loop;
        private @Nullable Iterator<AcceptedConnection> ahead;
        private @Nullable AcceptedConnection next;

        Round(Loop loop) {
            this.loop = loop;
        }

        /** Some now and the rest in turn with what else the loop has to do: there may be very many. */
        void goOn() {
            Iterator<AcceptedConnection> rest = ahead;
            if (rest == null) {
                rest = present().iterator();
                ahead = rest;
            }
            for (int i = 0; i < AT_ONCE; i++) {
                if (next == null && rest.hasNext()) {
                    next = rest.next();
                }
                if (next == null || (next.isIdle() && !take())) {
                    return;
                }
                next.dismiss();
                next = null;
            }
            loop.execute(this::goOn);
        }

        private List<AcceptedConnection> present() {
            List<AcceptedConnection> present = new ArrayList<>();
            loop.timed(timed -> {
                if (timed instanceof AcceptedConnection connection && listeners.contains(connection.listener())) {
                    present.add(connection);
                }
            });
            return present;
        }
    }
}
