package io.sluice.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Text with placeholders: {@code /users/{id}/orders}.
 *
 * @param parts in order, no two texts side by side
 */
record Template(List<Part> parts) {

    /** A piece of a template. */
    sealed interface Part {
        record Text(String text) implements Part {}

        record Placeholder(String name) implements Part {}
    }

    /**
     * @param encode brings the text between the placeholders into the form it is sent in
     * @param names that placeholders may have
     * @throws IllegalArgumentException for any other name, and for a brace that is not closed
     */
    static Template of(String setting, String text, Set<String> names, UnaryOperator<String> encode) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', at)) {
            int close = text.indexOf('}', open);
            if (close < 0) {
                throw new IllegalArgumentException(setting + ": " + text + " (expected: a '}' for each '{')");
            }
            String name = text.substring(open + 1, close);
            if (!names.contains(name)) {
                throw new IllegalArgumentException(
                        setting + ": {" + name + "} (expected: one of " + new TreeSet<>(names) + ")");
            }
            if (open > at) {
                parts.add(new Part.Text(encode.apply(text.substring(at, open))));
            }
            parts.add(new Part.Placeholder(name));
            at = close + 1;
        }
        if (at < text.length()) {
            parts.add(new Part.Text(encode.apply(text.substring(at))));
        }
        return new Template(List.copyOf(parts));
    }
}
