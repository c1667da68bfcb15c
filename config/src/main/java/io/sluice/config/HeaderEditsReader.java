package io.sluice.config;

import io.sluice.config.RouteConfig.Field;
import io.sluice.config.RouteConfig.HeaderEdits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads what a route changes of a request's or a response's header. */
final class HeaderEditsReader {
    private static final String FIELDS = "header names with values";
    private static final Syntax<String> AUTHORITY = new Syntax<>("a host, or host:port", text -> {
        Parsed<HostPort> both = Addresses.HOST_PORT.read(text);
        Parsed<HostPort> host = both instanceof Parsed.Good ? both : Addresses.HOST_PORT.read(text + ":80");
        return host instanceof Parsed.Good ? Parsed.good(text) : Parsed.bad("a host, or host:port");
    });

    private final Section in;
    private final boolean request;

    HeaderEditsReader(Section in, boolean request) {
        this.in = in;
        this.request = request;
    }

    HeaderEdits read() {
        List<String> remove = new ArrayList<>(in.several("remove", name(false)));
        HeaderEdits edits = new HeaderEdits(fields("set", true), fields("add", false), List.copyOf(remove));
        return edits.equals(HeaderEdits.NONE) ? HeaderEdits.NONE : edits;
    }

    private List<Field> fields(String key, boolean set) {
        List<Field> fields = new ArrayList<>();
        Map<String, Place> seen = new HashMap<>();
        for (Tree.Entry entry : in.entries(key, FIELDS)) {
            String path = in.path(key) + "." + Shown.value(entry.key());
            if (Values.key(entry, in.path(key), name(set), in.problems()).isEmpty()) {
                continue;
            }
            String lower = entry.key().toLowerCase(Locale.ROOT);
            Place first = seen.putIfAbsent(lower, entry.place());
            if (first != null) {
                String hint = "names are compared without case, it is already on line " + first.line();
                in.problems().add(entry.place(), "duplicate key " + Shown.quoted(entry.key()), hint);
            }
            Syntax<String> syntax = request && lower.equals("host") ? AUTHORITY : HttpSyntax.VALUE;
            List<String> values = set
                    ? Values.read(entry.value(), path, entry.place(), syntax, in.problems()).stream()
                            .toList()
                    : Values.several(entry.value(), path, entry.place(), syntax, in.problems());
            values.forEach(value -> fields.add(new Field(entry.key(), value)));
        }
        return List.copyOf(fields);
    }

    /** Each request has one Host: it may be set, but neither added nor removed. */
    private Syntax<String> name(boolean set) {
        return new Syntax<>(HttpSyntax.EDITABLE_NAME.expected(), text -> {
            if (request && !set && text.equalsIgnoreCase("host")) {
                return Parsed.bad("a header other than host", "a request has one Host, use set to change it");
            }
            return HttpSyntax.EDITABLE_NAME.read(text);
        });
    }
}
