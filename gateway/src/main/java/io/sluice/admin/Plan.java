package io.sluice.admin;

import io.sluice.config.Differences;
import io.sluice.config.GatewayConfig;
import io.sluice.config.ListenerConfig;
import io.sluice.config.LoadResult;
import io.sluice.config.Outline;
import io.sluice.config.Outline.Kind;
import io.sluice.config.Outline.Part;
import io.sluice.config.OutlineChange;
import io.sluice.config.OutlineChange.Became;
import io.sluice.config.OutlineChange.Field;
import io.sluice.proxy.Listener;
import io.sluice.route.RouteOrder;
import io.sluice.route.Snapshot;
import io.sluice.upstream.PoolFigures;
import io.sluice.upstream.Upstream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a config would change, against the one in force. Parts are compared by what they mean; what of them differs is told in the
 * words of the files.
 *
 * @param version of the config in force
 * @param changes routes, upstreams, listeners, then what else there is
 * @param keptPools upstreams that stay what they are, with their connections
 * @param keptListeners listeners that stay what they are
 * @param restarts a word on each part that is only read at the start
 */
record Plan(long version, List<Change> changes, int keptPools, int keptListeners, List<String> restarts) {
    private static final String SAME_WORDS =
            "written as before: what a variable, a file or a hidden value in it stands for is another one";

    /**
     * A part that differs.
     *
     * @param note what else there is to know; null: nothing
     * @param effect on what runs; null: none that is told
     * @param connections that it concerns now: client connections of a listener, upstream connections of an upstream; -1: none are
     *     told
     */
    record Change(
            Part part,
            Became type,
            List<Field> fields,
            @Nullable String note,
            @Nullable Effect effect,
            int connections) {}

    /** What becomes of sockets. */
    enum Effect {
        /** An upstream gets a new pool; its old one, if it has one, drains. */
        NEW_POOL,
        /** The pool drains. */
        DRAINS,
        /** The socket stays; connections get the new settings with their next request. */
        SOCKET_STAYS,
        /** A socket is bound; nothing is closed. */
        BOUND,
        /** A socket is bound elsewhere; the old one is closed, and its connections drain. */
        REBOUND,
        /** The socket is closed, and its connections drain. */
        CLOSED
    }

    /**
     * Compares.
     *
     * @param running what is in force
     * @param trial the other config, compiled
     */
    static Plan of(Control control, Snapshot running, LoadResult.Loaded loaded, Snapshot trial) {
        return new Comparison(control, running, loaded, trial).plan();
    }

    /** One comparison on its way. */
    private static final class Comparison {
        private final GatewayConfig before;
        private final GatewayConfig after;
        private final Snapshot running;
        private final Snapshot trial;
        private final Outline oldWords;
        private final Outline newWords;
        private final Control.Outlook outlook;
        private final List<Change> changes = new ArrayList<>();

        Comparison(Control control, Snapshot running, LoadResult.Loaded loaded, Snapshot trial) {
            this.running = running;
            this.trial = trial;
            this.before = running.config();
            this.after = loaded.config();
            String text = running.text();
            this.oldWords = text == null ? new Outline(Map.of()) : Outline.of(text, control.included());
            this.newWords = Outline.of(loaded.text(), loaded.included());
            this.outlook = control.outlook(after);
        }

        Plan plan() {
            Set<String> moved = RouteOrder.moved(running.routes(), trial.routes());
            Differences.between(before, after, moved).forEach(this::add);
            return new Plan(
                    running.version(),
                    List.copyOf(changes),
                    kept(before.upstreams(), after.upstreams()),
                    kept(before.listeners(), after.listeners()),
                    outlook.restarts());
        }

        private static <T> int kept(Map<String, T> before, Map<String, T> after) {
            return (int) after.entrySet().stream()
                    .filter(each -> each.getValue().equals(before.get(each.getKey())))
                    .count();
        }

        private void add(OutlineChange change) {
            Part part = change.part();
            boolean was = oldWords.parts().containsKey(part);
            boolean is = newWords.parts().containsKey(part);
            // a setting is there with a value though nothing is written
            add(part, part.kind() != Kind.SETTING || was == is ? change.type() : is ? Became.ADDED : Became.REMOVED);
        }

        private void add(Part part, Became type) {
            List<Field> fields = OutlineChange.fields(
                    oldWords.parts().getOrDefault(part, Map.of()),
                    newWords.parts().getOrDefault(part, Map.of()));
            fields = type == Became.MOVED ? List.of() : fields;
            String note = type == Became.CHANGED && fields.isEmpty() ? SAME_WORDS : null;
            Effect effect = switch (part.kind()) {
                case ROUTE, SETTING -> null;
                case UPSTREAM -> type == Became.REMOVED ? Effect.DRAINS : Effect.NEW_POOL;
                case LISTENER -> onListener(part.name(), type);
            };
            changes.add(new Change(part, type, fields, note, effect, connections(part)));
        }

        private Effect onListener(String name, Became type) {
            boolean stays =
                    outlook.kept().values().stream().map(ListenerConfig::name).anyMatch(name::equals);
            Listener open = open(name);
            boolean closes = open != null && !outlook.kept().containsKey(open);
            if (type == Became.REMOVED) {
                return closes ? Effect.CLOSED : Effect.SOCKET_STAYS;
            }
            return stays ? Effect.SOCKET_STAYS : closes ? Effect.REBOUND : Effect.BOUND;
        }

        private @Nullable Listener open(String name) {
            return outlook.open().stream()
                    .filter(listener -> listener.config().name().equals(name))
                    .findFirst()
                    .orElse(null);
        }

        private int connections(Part part) {
            return switch (part.kind()) {
                case ROUTE, SETTING -> -1;
                case LISTENER -> {
                    Listener open = open(part.name());
                    yield open == null ? 0 : open.connections();
                }
                case UPSTREAM -> {
                    Upstream pool = running.upstreams().get(part.name());
                    yield pool == null
                            ? 0
                            : pool.endpoints().stream()
                                    .map(endpoint -> endpoint.pool().figures())
                                    .mapToInt(PoolFigures::open)
                                    .sum();
                }
            };
        }
    }

    /** Whether anything would be another one than before. */
    boolean isEmpty() {
        return changes.isEmpty();
    }

    /** A few words on all of it; {@code no change}. */
    String summary() {
        String words = OutlineChange.summary(changes.stream()
                .map(change -> new OutlineChange(change.part(), change.type(), List.of()))
                .toList());
        return words.isEmpty() ? "no change" : words;
    }
}
