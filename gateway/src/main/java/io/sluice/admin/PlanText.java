package io.sluice.admin;

import io.sluice.admin.BlastRadius.Tally;
import io.sluice.config.OutlineChange.Became;
import io.sluice.config.OutlineChange.Field;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A plan for a terminal: several lines, each ends with a line feed. */
final class PlanText {
    private static final int MOST_MOVES = 20;
    private static final int LONGEST_VALUE = 200;

    private final Plan plan;
    private final BlastRadius traffic;
    private final List<String> warnings;
    private final StringBuilder out = new StringBuilder();

    PlanText(Plan plan, BlastRadius traffic, List<String> warnings) {
        this.plan = plan;
        this.traffic = traffic;
        this.warnings = warnings;
    }

    @Override
    public String toString() {
        out.setLength(0);
        line("against version " + plan.version() + ": " + plan.summary());
        plan.changes().stream().limit(PlanView.MOST).forEach(this::change);
        if (!plan.isEmpty()) {
            line("kept: " + count(plan.keptPools(), "upstream") + " with all connections, "
                    + count(plan.keptListeners(), "listener"));
        }
        plan.restarts().forEach(word -> line("! " + word));
        warnings.forEach(word -> line("! " + word));
        traffic();
        return out.toString();
    }

    /** Names and values come from a config: nothing of them may drive a terminal. */
    private void line(String text) {
        text.codePoints()
                .map(point -> Character.isISOControl(point) ? '?' : point)
                .forEach(out::appendCodePoint);
        out.append('\n');
    }

    private void change(Plan.Change change) {
        String sign = switch (change.type()) {
            case ADDED -> "+ ";
            case REMOVED -> "- ";
            case CHANGED -> "~ ";
            case MOVED -> "> ";
        };
        String kind = change.part().kind().name().toLowerCase(Locale.ROOT);
        String effect = effect(change);
        line(sign + kind + " " + change.part().name()
                + (change.type() == Became.MOVED ? ": its place among equal ones" : "")
                + (effect.isEmpty() ? "" : ": " + effect));
        if (change.note() != null) {
            line("    " + change.note());
        }
        change.fields().stream().limit(PlanView.MOST).forEach(this::field);
    }

    private void field(Field field) {
        String value = field.before() == null
                ? shown(field.after())
                : field.after() == null
                        ? shown(field.before()) + " -> (gone)"
                        : shown(field.before()) + " -> " + shown(field.after());
        line("    " + field.key() + ": " + value);
    }

    private static String shown(@Nullable String value) {
        String text = String.valueOf(value);
        return text.length() > LONGEST_VALUE ? text.substring(0, LONGEST_VALUE) + "..." : text;
    }

    private static String effect(Plan.Change change) {
        String connections = count(change.connections(), "connection");
        return switch (change.effect()) {
            case null -> "";
            case NEW_POOL ->
                change.type() == Became.ADDED ? "a new pool" : "a new pool, the old one drains: " + connections;
            case DRAINS -> "its pool drains: " + connections;
            case SOCKET_STAYS -> "the socket stays: " + connections;
            case BOUND -> "is bound";
            case REBOUND -> "is bound elsewhere, the old socket drains: " + connections;
            case CLOSED -> "is closed and drains: " + connections;
        };
    }

    private void traffic() {
        if (traffic.all().heads() == 0) {
            line("no requests were sampled: what this means for them is not known");
            return;
        }
        line("of " + count(traffic.all().heads(), "sampled request") + " since " + traffic.since()
                + (traffic.complete() ? "" : ", as far as time allowed") + ": "
                + number(traffic.changed().heads()) + " would change route, "
                + number(traffic.lost().heads()) + " would get no route any more ("
                + number(traffic.noRouteAfter().heads()) + " have none then)");
        traffic.moves().stream().limit(MOST_MOVES).forEach(this::move);
        int more = traffic.moves().size() - MOST_MOVES + traffic.furtherMoves();
        if (more > 0) {
            line("  and " + count(more, "more way"));
        }
    }

    private void move(BlastRadius.Move move) {
        Tally tally = move.tally();
        String example = move.examples().isEmpty()
                ? ""
                : ", such as " + move.examples().getFirst().method() + " "
                        + move.examples().getFirst().host()
                        + move.examples().getFirst().path();
        line("  " + number(tally.heads()) + "  " + move.from() + " -> " + move.to() + example);
    }

    private static String count(long number, String what) {
        return number(number) + " " + what + (number == 1 ? "" : "s");
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
