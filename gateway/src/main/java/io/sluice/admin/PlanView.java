package io.sluice.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.admin.BlastRadius.Landing;
import io.sluice.admin.BlastRadius.Move;
import io.sluice.admin.BlastRadius.Tally;
import io.sluice.config.Outline.Kind;
import io.sluice.config.OutlineChange;
import io.sluice.config.OutlineChange.Became;
import io.sluice.config.OutlineChange.Field;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A plan as JSON. */
final class PlanView {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    /** Of each kind of parts, and fields of one. */
    static final int MOST = 1000;

    private PlanView() {}

    static ObjectNode of(Plan plan, BlastRadius traffic, List<String> warnings) {
        ObjectNode node = JSON.objectNode()
                .put("ok", true)
                .put("version", plan.version())
                .put("changed", !plan.isEmpty())
                .put("summary", plan.summary());
        changes(node.putArray("routes"), Kind.ROUTE, plan, traffic);
        changes(node.putArray("upstreams"), Kind.UPSTREAM, plan, traffic);
        changes(node.putArray("listeners"), Kind.LISTENER, plan, traffic);
        changes(node.putArray("settings"), Kind.SETTING, plan, traffic);
        node.put("keptPools", plan.keptPools()).put("keptListeners", plan.keptListeners());
        plan.restarts().forEach(node.putArray("restarts")::add);
        warnings.forEach(node.putArray("warnings")::add);
        node.set("traffic", traffic(traffic));
        return node.put("text", new PlanText(plan, traffic, warnings).toString());
    }

    private static void changes(ArrayNode list, Kind kind, Plan plan, BlastRadius traffic) {
        plan.changes().stream()
                .filter(change -> change.part().kind() == kind)
                .limit(MOST)
                .forEach(change -> list.add(change(change, traffic)));
    }

    private static ObjectNode change(Plan.Change change, BlastRadius traffic) {
        ObjectNode node = JSON.objectNode()
                .put("name", change.part().name())
                .put("change", OutlineChange.word(change.type()))
                .put("note", change.note());
        node.set("fields", fields(change.fields()));
        switch (change.part().kind()) {
            case ROUTE -> node.set("sampled", tally(hits(change, traffic)));
            case UPSTREAM, LISTENER ->
                node.put("effect", word(change.effect())).put("connections", change.connections());
            case SETTING -> {}
        }
        return node;
    }

    private static @Nullable String word(Plan.@Nullable Effect effect) {
        return effect == null ? null : effect.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What a route has got of the traffic; what it would get, if it is new. */
    static Tally hits(Plan.Change change, BlastRadius traffic) {
        Map<String, Tally> hits = change.type() == Became.ADDED
                ? traffic.hits().after()
                : traffic.hits().before();
        return hits.getOrDefault(change.part().name(), Tally.NONE);
    }

    static ArrayNode fields(List<Field> fields) {
        ArrayNode list = JSON.arrayNode();
        fields.stream()
                .limit(MOST)
                .forEach(field -> list.addObject()
                        .put("key", field.key())
                        .put("before", field.before())
                        .put("after", field.after()));
        return list;
    }

    private static ObjectNode tally(Tally tally) {
        return JSON.objectNode().put("heads", tally.heads()).put("requests", tally.requests());
    }

    private static ObjectNode traffic(BlastRadius traffic) {
        Instant since = traffic.since();
        ObjectNode node = JSON.objectNode()
                .put("since", since == null ? null : since.toString())
                .put("complete", traffic.complete());
        node.set("sampled", tally(traffic.all()));
        node.set("changed", tally(traffic.changed()));
        node.set("lost", tally(traffic.lost()));
        node.set("noRouteBefore", tally(traffic.noRouteBefore()));
        node.set("noRouteAfter", tally(traffic.noRouteAfter()));
        ArrayNode moves = node.putArray("moves");
        traffic.moves().forEach(move -> moves.add(move(move)));
        return node.put("furtherMoves", traffic.furtherMoves());
    }

    private static ObjectNode move(Move move) {
        ObjectNode node = tally(move.tally());
        node.set("from", landing(move.from()));
        node.set("to", landing(move.to()));
        ArrayNode examples = node.putArray("examples");
        move.examples()
                .forEach(example -> examples.addObject()
                        .put("method", example.method())
                        .put("host", example.host())
                        .put("path", example.path()));
        return node;
    }

    private static ObjectNode landing(Landing landing) {
        return JSON.objectNode().put("route", landing.route()).put("refused", landing.refused());
    }
}
