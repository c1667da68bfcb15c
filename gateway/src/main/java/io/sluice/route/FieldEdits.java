package io.sluice.route;

import io.sluice.config.RouteConfig.Field;
import io.sluice.config.RouteConfig.HeaderEdits;
import io.sluice.http.Head;
import io.sluice.http.Name;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Changes of header fields, prepared: first all drops, then all additions. Immutable. */
public final class FieldEdits {
    private final Dropped[] dropped;
    private final Added[] added;

    private record Dropped(Name known, String lowerCase) {}

    private record Added(Name known, String name, String value) {}

    private FieldEdits(List<Dropped> dropped, List<Added> added) {
        this.dropped = dropped.toArray(Dropped[]::new);
        this.added = added.toArray(Added[]::new);
    }

    static FieldEdits of(HeaderEdits edits) {
        Set<String> names = new LinkedHashSet<>(edits.remove());
        edits.set().forEach(field -> names.add(field.name()));
        List<Dropped> dropped = names.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .distinct()
                .map(name -> new Dropped(Names.known(name), name))
                .toList();
        List<Field> fields = new ArrayList<>(edits.set());
        fields.addAll(edits.add());
        List<Added> added = fields.stream()
                .map(field -> new Added(
                        Names.known(field.name().toLowerCase(Locale.ROOT)), field.name(), octets(field.value())))
                .toList();
        return new FieldEdits(dropped, added);
    }

    /** UTF-8 as the heads want it: one char a byte. */
    private static String octets(String value) {
        return new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Whether {@link #apply} changes anything. */
    public boolean isEmpty() {
        return dropped.length == 0 && added.length == 0;
    }

    /** Edits a head in place: remove, set, add. */
    public void apply(Head head) {
        for (Dropped field : dropped) {
            if (field.known == Name.OTHER) {
                head.drop(field.lowerCase);
            } else {
                head.drop(field.known);
            }
        }
        for (Added field : added) {
            head.add(field.known, field.name, field.value);
        }
    }
}
