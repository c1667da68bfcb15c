package io.sluice.route;

import io.sluice.config.RouteConfig.Field;
import io.sluice.config.RouteConfig.HeaderEdits;
import io.sluice.http.Head;
import io.sluice.http.Name;
import io.sluice.http.Peer;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes of header fields, prepared: first all drops, then all additions. What variables stand for is taken from the
 * request as it is when they are applied. Immutable.
 */
public final class FieldEdits {
    private final Dropped[] dropped;
    private final Added[] added;

    private record Dropped(Name known, String lowerCase) {}

    /** @param constant all of the value, one char a byte; null: it has variables */
    private record Added(Name known, String name, @Nullable String constant, HeaderValue value) {}

    private FieldEdits(List<Dropped> dropped, List<Added> added) {
        this.dropped = dropped.toArray(Dropped[]::new);
        this.added = added.toArray(Added[]::new);
    }

    /**
     * @param path of the route, with what it captures
     * @throws IllegalArgumentException for a variable that there is not
     */
    static FieldEdits of(HeaderEdits edits, PathMatch path, String route) {
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
                .map(field -> added(field, HeaderValue.of(field.value(), path, route)))
                .toList();
        return new FieldEdits(dropped, added);
    }

    private static Added added(Field field, HeaderValue value) {
        Name known = Names.known(field.name().toLowerCase(Locale.ROOT));
        return new Added(known, field.name(), value.constant(), value);
    }

    /** Whether {@link #apply} changes anything. */
    public boolean isEmpty() {
        return dropped.length == 0 && added.length == 0;
    }

    /** Whether {@link io.sluice.http.ForwardedFields} must have seen to the request before. */
    public boolean needIdentity() {
        for (Added field : added) {
            if (field.value.needsIdentity()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Edits a head in place: remove, set, add.
     *
     * @param head of the request or of the response
     * @param request where variables are looked up
     * @param peer the other end of the client connection
     * @param client the address that the request comes from
     */
    public void apply(Head head, Head request, Peer peer, InetAddress client) {
        for (Dropped field : dropped) {
            if (field.known == Name.OTHER) {
                head.drop(field.lowerCase);
            } else {
                head.drop(field.known);
            }
        }
        for (Added field : added) {
            if (field.constant != null) {
                head.add(field.known, field.name, field.constant);
            } else {
                field.value.add(field.known, field.name, head, request, peer, client);
            }
        }
    }
}
