package io.sluice.config;

import com.google.re2j.Pattern;
import io.sluice.config.RouteConfig.PathPattern;
import io.sluice.config.RouteConfig.Segment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the templates of a route may name.
 *
 * @param names captures of the path, and {@code tail} if it has one
 * @param known false where the path itself is wrong, so that any name may be right
 */
record Captures(Set<String> names, boolean known) {
    static final Captures UNKNOWN = new Captures(Set.of(), false);

    static Captures of(@Nullable PathPattern path) {
        Set<String> names = new LinkedHashSet<>();
        switch (path) {
            case null -> {}
            case PathPattern.Segments segments -> {
                segments.segments().stream().filter(Segment::capture).forEach(segment -> names.add(segment.text()));
                if (segments.tail()) {
                    names.add("tail");
                }
            }
            case PathPattern.Regex regex ->
                names.addAll(Pattern.compile(regex.expression()).namedGroups().keySet());
        }
        return new Captures(names, true);
    }

    /** These, and what a redirect may name besides. */
    Captures withRequest() {
        Set<String> all = new LinkedHashSet<>(names);
        all.addAll(List.of("host", "path", "query"));
        return new Captures(all, known);
    }

    /** These, and what the value of a header may name besides. */
    Captures withVariables() {
        Set<String> all = new LinkedHashSet<>(names);
        all.addAll(new TreeSet<>(HeaderTemplate.VARIABLES));
        return new Captures(all, known);
    }

    /** What is wrong with the names in braces; null: nothing. */
    Parsed.@Nullable Bad<String> wrongNames(String template) {
        List<String> used = new ArrayList<>();
        int at = 0;
        while (at < template.length()) {
            char c = template.charAt(at);
            if (c == '}') {
                return new Parsed.Bad<>("a { before each }", null);
            }
            if (c == '{') {
                int end = template.indexOf('}', at);
                if (end < 0) {
                    return new Parsed.Bad<>("a } after each {", null);
                }
                used.add(template.substring(at + 1, end));
                at = end;
            }
            at++;
        }
        for (String name : used) {
            if (known && !names.contains(name)) {
                String looks = names.isEmpty() ? "no {name}, the route's path captures nothing" : "only " + inBraces();
                return new Parsed.Bad<>(looks, Nearest.hint(name, names));
            }
        }
        return null;
    }

    String inBraces() {
        return "{" + String.join("}, {", names) + "}";
    }

    /** A template with each name in braces replaced by a letter. */
    static String filled(String template) {
        return template.replaceAll("\\{[^{}]*}", "x");
    }
}
