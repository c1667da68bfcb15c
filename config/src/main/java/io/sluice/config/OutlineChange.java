package io.sluice.config;

import io.sluice.config.Outline.Kind;
import io.sluice.config.Outline.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One part that two configs do not have in common, in the words of their files.
 *
 * @param fields by key; all of them for a part that was added or removed; none for one that only moved
 */
public record OutlineChange(Part part, Became type, List<Field> fields) {

    /** What became of it. */
    public enum Became {
        ADDED,
        REMOVED,
        CHANGED,
        /** It stands elsewhere among the others; of routes only. */
        MOVED
    }

    /**
     * One value of a part.
     *
     * @param key as it stands below the name of the part, such as {@code match.path}
     * @param before null: there was none
     * @param after null: there is none
     */
    public record Field(
            String key, @Nullable String before, @Nullable String after) {}

    /**
     * What is written differently, removed parts before the others, these in the order of {@code after}. Routes that keep their
     * order among those that both have, as many as can be, have not moved.
     */
    public static List<OutlineChange> between(Outline before, Outline after) {
        List<OutlineChange> changes = new ArrayList<>();
        Set<String> moved = moved(routes(before), routes(after));
        before.parts().forEach((part, fields) -> {
            if (!after.parts().containsKey(part)) {
                changes.add(new OutlineChange(part, Became.REMOVED, fields(fields, Map.of())));
            }
        });
        after.parts().forEach((part, fields) -> {
            Map<String, String> old = before.parts().get(part);
            if (old == null) {
                changes.add(new OutlineChange(part, Became.ADDED, fields(Map.of(), fields)));
            } else if (!old.equals(fields)) {
                changes.add(new OutlineChange(part, Became.CHANGED, fields(old, fields)));
            } else if (part.kind() == Kind.ROUTE && moved.contains(part.name())) {
                changes.add(new OutlineChange(part, Became.MOVED, List.of()));
            }
        });
        return List.copyOf(changes);
    }

    /** The values in which two versions of a part differ. */
    public static List<Field> fields(Map<String, String> before, Map<String, String> after) {
        Set<String> keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        return keys.stream()
                .filter(key -> !Objects.equals(before.get(key), after.get(key)))
                .map(key -> new Field(key, before.get(key), after.get(key)))
                .toList();
    }

    private static List<String> routes(Outline outline) {
        return outline.parts().keySet().stream()
                .filter(part -> part.kind() == Kind.ROUTE)
                .map(Part::name)
                .toList();
    }

    /** The fewest names that have to be taken out of both lists so that the others stand in the same order. */
    public static Set<String> moved(List<String> before, List<String> after) {
        Map<String, Integer> places = new HashMap<>();
        for (String name : before) {
            places.put(name, places.size());
        }
        List<String> common = after.stream().filter(places::containsKey).toList();
        Set<String> moved = new LinkedHashSet<>(common);
        moved.removeAll(rising(common, places));
        return moved;
    }

    /** A longest part of the list whose places rise. */
    private static Set<String> rising(List<String> names, Map<String, Integer> places) {
        int[] previous = new int[names.size()];
        // of the parts of each length, where the one ends that ends lowest
        List<Integer> ends = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            int place = places.getOrDefault(names.get(i), 0);
            int from = 0;
            int to = ends.size();
            while (from < to) {
                int middle = (from + to) >>> 1;
                if (places.getOrDefault(names.get(ends.get(middle)), 0) < place) {
                    from = middle + 1;
                } else {
                    to = middle;
                }
            }
            previous[i] = from == 0 ? -1 : ends.get(from - 1);
            if (from == ends.size()) {
                ends.add(i);
            } else {
                ends.set(from, i);
            }
        }
        Set<String> rising = new LinkedHashSet<>();
        for (int i = ends.isEmpty() ? -1 : ends.getLast(); i >= 0; i = previous[i]) {
            rising.add(names.get(i));
        }
        return rising;
    }

    /** A few words on many: {@code 2 routes changed, 1 upstream added}; empty for none. */
    public static String summary(List<OutlineChange> changes) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            for (Became type : Became.values()) {
                long count = changes.stream()
                        .filter(change -> change.part().kind() == kind && change.type() == type)
                        .count();
                if (count > 0) {
                    counts.put(words(kind, count) + " " + word(type), count);
                }
            }
        }
        return counts.entrySet().stream()
                .map(each -> each.getValue() + " " + each.getKey())
                .collect(Collectors.joining(", "));
    }

    private static String words(Kind kind, long count) {
        return kind.name().toLowerCase(Locale.ROOT) + (count == 1 ? "" : "s");
    }

    /** Such as {@code added}. */
    public static String word(Became type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}
