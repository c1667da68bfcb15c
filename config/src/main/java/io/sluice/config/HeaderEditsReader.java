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
    private static final String PLAIN_BRACE = "write {{ for a plain {";
    private static final Syntax<String> AUTHORITY = new Syntax<>("a host, or host:port", text -> {
        Parsed<HostPort> both = Addresses.HOST_PORT.read(text);
        Parsed<HostPort> host = both instanceof Parsed.Good ? both : Addresses.HOST_PORT.read(text + ":80");
        String hint = text.indexOf('{') < 0 ? null : "no variables here: clients must not choose the host";
        return host instanceof Parsed.Good ? Parsed.good(text) : Parsed.bad("a host, or host:port", hint);
    });

    private final Section in;
    private final boolean request;
    private final Captures captures;
    private final Syntax<String> value = new Syntax<>(HttpSyntax.VALUE.expected(), this::value);

    /** @param captures those of the route's path */
    HeaderEditsReader(Section in, boolean request, Captures captures) {
        this.in = in;
        this.request = request;
        this.captures = captures;
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
            Syntax<String> syntax = request && lower.equals("host") ? AUTHORITY : value;
            List<String> values = set
                    ? Values.read(entry.value(), path, entry.place(), syntax, in.problems()).stream()
                            .toList()
                    : Values.several(entry.value(), path, entry.place(), syntax, in.problems());
            values.forEach(value -> fields.add(new Field(entry.key(), value)));
        }
        return List.copyOf(fields);
    }

    private Parsed<String> value(String text) {
        Parsed<String> plain = HttpSyntax.VALUE.read(text);
        if (plain instanceof Parsed.Bad || text.indexOf('{') < 0) {
            return plain;
        }
        if (HeaderTemplate.isOpen(text)) {
            return Parsed.bad("a } after the name of a variable", PLAIN_BRACE);
        }
        List<String> names = HeaderTemplate.of(text).names();
        if (names.size() > HeaderTemplate.MOST_VARIABLES) {
            return Parsed.bad("at most " + HeaderTemplate.MOST_VARIABLES + " variables");
        }
        Captures all = captures.withVariables();
        for (String name : names) {
            if (captures.known() && !all.names().contains(name)) {
                String nearest = Nearest.hint(name, all.names());
                return Parsed.bad("only " + all.inBraces(), nearest == null ? PLAIN_BRACE : nearest);
            }
        }
        return plain;
    }

    /** Each request has one Host: it may be set, but neither added nor removed. */
    private Syntax<String> name(boolean set) {
        return new Syntax<>(HttpSyntax.EDITABLE_NAME.expected(), text -> {
                    if (request && !set && text.equalsIgnoreCase("host")) {
                        return Parsed.bad("a header other than host", "a request has one Host, use set to change it");
                    }
                    return HttpSyntax.EDITABLE_NAME.read(text);
                })
                .like(HttpSyntax.EDITABLE_NAME);
    }
}
