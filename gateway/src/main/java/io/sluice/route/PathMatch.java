package io.sluice.route;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.sluice.config.RouteConfig.PathPattern;
import io.sluice.config.RouteConfig.Segment;
import io.sluice.http.Head;
import io.sluice.http.PathText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A compiled path pattern. */
sealed interface PathMatch {

    /** The name under which a template finds what {@code /**} matched. */
    String TAIL = "tail";

    /** Whether the path of a request matches: what {@link PathTree} finds for many patterns at once. */
    boolean matches(Head head);

    /**
     * How specific the pattern is, as text: of two patterns that match the same path, the one whose rank is less comes
     * first. One letter a segment from the left, which is all of the rule.
     */
    String rank();

    /** The number of segments, from the left, that the path of a request has in common with the pattern. */
    int common(Head head);

    /** The names that {@link #captures} gives. */
    Set<String> names();

    /** What the named parts of the pattern matched, as it stands in the path; the path must match. */
    Map<String, String> captures(Head head);

    static PathMatch of(@Nullable PathPattern pattern) {
        return switch (pattern) {
            case null -> new Any();
            case PathPattern.Segments segments -> Segments.of(segments);
            case PathPattern.Regex regex -> Expression.of(regex.expression());
        };
    }

    /** The path of a request that begins with a slash, in its segments. */
    private static List<String> split(Head head) {
        String path = head.path();
        return path.startsWith("/") ? List.of(path.substring(1).split("/", -1)) : List.of();
    }

    private static int common(List<Part> parts, Head head) {
        List<String> segments = split(head);
        int common = 0;
        while (common < Math.min(parts.size(), segments.size())
                && parts.get(common).matches(segments.get(common))) {
            common++;
        }
        return common;
    }

    /** A segment of a pattern. */
    sealed interface Part {
        boolean matches(String segment);

        /** @param text in normal form, one char a byte */
        record Literal(String text) implements Part {
            @Override
            public boolean matches(String segment) {
                return segment.equals(text);
            }
        }

        /** One segment that is not empty. */
        record Capture(String name) implements Part {
            @Override
            public boolean matches(String segment) {
                return !segment.isEmpty();
            }
        }
    }

    /** No pattern. */
    record Any() implements PathMatch {
        @Override
        public boolean matches(Head head) {
            return true;
        }

        @Override
        public String rank() {
            return "f";
        }

        @Override
        public int common(Head head) {
            return 0;
        }

        @Override
        public Set<String> names() {
            return Set.of();
        }

        @Override
        public Map<String, String> captures(Head head) {
            return Map.of();
        }

        @Override
        public String toString() {
            return "any";
        }
    }

    /** {@code /a/{id}/c} or {@code /a/**}. The path {@code /} is one empty segment. */
    record Segments(String text, List<Part> segments, boolean tail) implements PathMatch {

        private static Segments of(PathPattern.Segments pattern) {
            List<Part> parts = new ArrayList<>();
            for (Segment segment : pattern.segments()) {
                parts.add(segment.capture() ? new Part.Capture(segment.text()) : literal(segment.text()));
            }
            boolean endsEmpty = !parts.isEmpty() && parts.getLast().equals(new Part.Literal(""));
            if (!pattern.tail()
                    && !endsEmpty
                    && (parts.isEmpty() || pattern.text().endsWith("/"))) {
                parts.add(new Part.Literal(""));
            }
            return new Segments(pattern.text(), List.copyOf(parts), pattern.tail());
        }

        private static Part literal(String text) {
            return new Part.Literal(new String(PathText.encode(text), StandardCharsets.ISO_8859_1));
        }

        @Override
        public boolean matches(Head head) {
            List<String> path = split(head);
            boolean fits = tail ? path.size() >= segments.size() : path.size() == segments.size();
            return fits && !path.isEmpty() && common(head) == segments.size();
        }

        @Override
        public String rank() {
            StringBuilder rank = new StringBuilder();
            for (Part segment : segments) {
                rank.append(
                        switch (segment) {
                            case Part.Literal literal -> 'a';
                            case Part.Capture capture -> 'b';
                        });
            }
            return rank.append(tail ? 'e' : 'c').toString();
        }

        @Override
        public int common(Head head) {
            return PathMatch.common(segments, head);
        }

        @Override
        public Set<String> names() {
            Set<String> names = new java.util.LinkedHashSet<>();
            for (Part segment : segments) {
                if (segment instanceof Part.Capture capture) {
                    names.add(capture.name());
                }
            }
            if (tail) {
                names.add(TAIL);
            }
            return names;
        }

        @Override
        public Map<String, String> captures(Head head) {
            Map<String, String> captures = new LinkedHashMap<>();
            List<String> path = split(head);
            for (int i = 0; i < segments.size(); i++) {
                if (segments.get(i) instanceof Part.Capture capture) {
                    captures.put(capture.name(), path.get(i));
                }
            }
            if (tail) {
                captures.put(TAIL, String.join("/", path.subList(segments.size(), path.size())));
            }
            return captures;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * A regular expression over the whole path.
     *
     * @param beginning the literal segments that each path which matches begins with
     */
    record Expression(Pattern pattern, List<Part> beginning) implements PathMatch {

        private static Expression of(String expression) {
            return new Expression(Pattern.compile(expression), beginning(expression));
        }

        /** The whole segments before the first character that is not a plain one. */
        private static List<Part> beginning(String expression) {
            int from = expression.startsWith("^") ? 1 : 0;
            int to = from;
            while (to < expression.length() && isPlain(expression.charAt(to))) {
                to++;
            }
            if (hasBareAlternative(expression)) {
                return List.of();
            }
            if (to < expression.length() && "*?+{".indexOf(expression.charAt(to)) >= 0) {
                to--; // what is repeated may be missing
            }
            int slash = expression.lastIndexOf('/', to - 1);
            if (slash <= from || expression.charAt(from) != '/') {
                return List.of();
            }
            List<Part> parts = new ArrayList<>();
            for (String segment : expression.substring(from + 1, slash).split("/", -1)) {
                parts.add(new Part.Literal(segment));
            }
            return List.copyOf(parts);
        }

        private static boolean isPlain(char c) {
            return c > ' ' && c < 127 && "\\^$.|?*+()[]{}".indexOf(c) < 0;
        }

        /** {@code a|b} outside of parentheses: there is no common beginning. */
        private static boolean hasBareAlternative(String expression) {
            int depth = 0;
            for (int i = 0; i < expression.length(); i++) {
                switch (expression.charAt(i)) {
                    case '\\' -> i = endOfEscape(expression, i);
                    case '[' -> i = endOfClass(expression, i);
                    case '(' -> depth++;
                    case ')' -> depth--;
                    case '|' -> {
                        if (depth == 0) {
                            return true;
                        }
                    }
                    default -> {}
                }
            }
            return false;
        }

        /** The last character of {@code \d} or of {@code \Q...\E}. */
        private static int endOfEscape(String expression, int at) {
            if (!expression.startsWith("\\Q", at)) {
                return at + 1;
            }
            int end = expression.indexOf("\\E", at);
            return end < 0 ? expression.length() : end + 1;
        }

        /** The closing bracket; one at the very beginning is a member. */
        private static int endOfClass(String expression, int at) {
            int i = expression.startsWith("^", at + 1) ? at + 2 : at + 1;
            for (boolean first = true; i < expression.length(); i++, first = false) {
                switch (expression.charAt(i)) {
                    case '\\' -> i++;
                    case '[' -> i = expression.startsWith("[:", i) ? expression.indexOf(":]", i) + 1 : i;
                    case ']' -> {
                        if (!first) {
                            return i;
                        }
                    }
                    default -> {}
                }
            }
            return i;
        }

        @Override
        public boolean matches(Head head) {
            return pattern.matcher(head.path()).matches();
        }

        @Override
        public String rank() {
            return "a".repeat(beginning.size()) + "d";
        }

        @Override
        public int common(Head head) {
            return PathMatch.common(beginning, head);
        }

        @Override
        public Set<String> names() {
            return pattern.namedGroups().keySet();
        }

        @Override
        public Map<String, String> captures(Head head) {
            Map<String, String> captures = new LinkedHashMap<>();
            Matcher matcher = pattern.matcher(head.path());
            if (matcher.matches()) {
                for (String name : names()) {
                    String value = matcher.group(name);
                    captures.put(name, value == null ? "" : value);
                }
            }
            return captures;
        }

        @Override
        public String toString() {
            return "regex " + pattern.pattern();
        }
    }
}
