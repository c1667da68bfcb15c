package io.sluice.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a config says, part by part, in the words of its files: nothing in it is resolved, so that <code>${NAME}</code> stays what is
 * written. Values whose keys sound like secrets are not told unless they are such a reference. What is no YAML says nothing. Takes
 * time for large configs: not on a loop.
 *
 * @param parts in file order; of parts with the same name the first one
 */
public record Outline(Map<Part, Map<String, String>> parts) {
    private static final Pattern SECRET =
            Pattern.compile("authorization|cookie|token|secret|passw|api-?key|credential", Pattern.CASE_INSENSITIVE);
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{[^}]*\\}");
    private static final String HIDDEN = "***";
    private static final String INCLUDE = "include";
    private static final String ACCESS_LOG = "accessLog";

    /** The kinds of parts. */
    public enum Kind {
        /** Known by its name. */
        ROUTE,
        /** Known by its name. */
        UPSTREAM,
        /** Known by its name. */
        LISTENER,
        /** A key of the top level, which is its name. */
        SETTING
    }

    /** One part of a config. */
    public record Part(Kind kind, String name) {}

    /**
     * The outline of a config.
     *
     * @param text of its file
     * @param included in order
     */
    public static Outline of(String text, List<IncludedFile> included) {
        List<String> texts = new ArrayList<>(List.of(text));
        included.forEach(file -> texts.add(file.text()));
        return of(texts);
    }

    /** The outline of a config that has that text, and those of the files that it includes. */
    public static Outline of(List<String> texts) {
        Map<Part, Map<String, String>> parts = new LinkedHashMap<>();
        for (String text : texts) {
            if (SourceReader.asWritten(text) instanceof Tree.Mapping mapping) {
                mapping.entries().forEach(entry -> add(entry, parts));
            }
        }
        return new Outline(Collections.unmodifiableMap(parts));
    }

    private static void add(Tree.Entry entry, Map<Part, Map<String, String>> parts) {
        switch (entry.key()) {
            case "listeners" -> named(Kind.LISTENER, entry.value(), parts);
            case "upstreams" -> named(Kind.UPSTREAM, entry.value(), parts);
            case "routes" -> routes(entry.value(), parts);
            default -> parts.putIfAbsent(new Part(Kind.SETTING, entry.key()), fields(entry.key(), entry.value()));
        }
    }

    private static void named(Kind kind, Tree tree, Map<Part, Map<String, String>> parts) {
        if (tree instanceof Tree.Mapping mapping) {
            mapping.entries()
                    .forEach(entry -> parts.putIfAbsent(new Part(kind, entry.key()), fields("", entry.value())));
        }
    }

    private static void routes(Tree tree, Map<Part, Map<String, String>> parts) {
        if (tree instanceof Tree.Items items) {
            for (Tree item : items.items()) {
                Map<String, String> fields = new TreeMap<>(fields("", item));
                String name = fields.remove("name");
                if (name != null) {
                    parts.putIfAbsent(new Part(Kind.ROUTE, name), Collections.unmodifiableMap(fields));
                }
            }
        }
    }

    private static Map<String, String> fields(String path, Tree tree) {
        Map<String, String> fields = new TreeMap<>();
        flatten(path, tree, fields);
        return Collections.unmodifiableMap(fields);
    }

    private static void flatten(String path, Tree tree, Map<String, String> into) {
        if (tree instanceof Tree.Mapping mapping && !mapping.entries().isEmpty()) {
            for (Tree.Entry entry : mapping.entries()) {
                flatten(path.isEmpty() ? entry.key() : path + "." + entry.key(), entry.value(), into);
            }
        } else {
            into.put(path, shown(path, tree));
        }
    }

    /** On one line, as in the flow style of YAML. */
    private static String shown(String path, Tree tree) {
        return switch (tree) {
            case Tree.Text text -> SECRET.matcher(path).find() ? hidden(text.raw()) : text.raw();
            case Tree.Items items ->
                items.items().stream().map(item -> shown(path, item)).collect(Collectors.joining(", ", "[", "]"));
            case Tree.Mapping mapping ->
                mapping.entries().stream()
                        .map(entry -> entry.key() + ": " + shown(path + "." + entry.key(), entry.value()))
                        .collect(Collectors.joining(", ", "{", "}"));
            case Tree.Broken broken -> "";
        };
    }

    /** The references in a value, without what else there is. */
    private static String hidden(String raw) {
        String references =
                REFERENCE.matcher(raw).results().map(MatchResult::group).collect(Collectors.joining());
        return references.equals(raw) ? raw : HIDDEN + references;
    }

    /**
     * Whether all that this one refers to, variables and files, stands at the same place in another one: whoever may read that
     * one learns nothing more from what this one comes to.
     */
    public boolean refersToNoMoreThan(Outline other) {
        return parts.entrySet().stream().allMatch(part -> {
            Map<String, String> known = other.parts.get(part.getKey());
            boolean named = known != null || !part.getKey().name().contains("${");
            return named
                    && part.getValue().entrySet().stream()
                            .allMatch(field -> !refers(part.getKey(), field.getKey(), field.getValue())
                                    || (known != null && field.getValue().equals(known.get(field.getKey()))));
        });
    }

    private static boolean refers(Part part, String key, String value) {
        boolean files = part.kind() == Kind.SETTING
                ? part.name().equals(INCLUDE) || part.name().equals(ACCESS_LOG)
                : key.equals("tls") || key.startsWith("tls.");
        return files || value.contains("${");
    }
}
