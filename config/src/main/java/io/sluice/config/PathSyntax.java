package io.sluice.config;

import io.sluice.config.RouteConfig.PathPattern;
import io.sluice.config.RouteConfig.Segment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Paths as routes write them: patterns with captures and a tail, and plain prefixes. */
final class PathSyntax {
    static final int LONGEST = 2048;

    /** What templates can name besides captures, so that no capture may be called so. */
    static final Set<String> RESERVED = Set.of("host", "path", "query", "tail");

    private static final String PATTERN_LOOKS = "a path such as /exact, /prefix/**, or /a/{id}/b";
    private static final String PREFIX_LOOKS = "a path such as /api";
    private static final Pattern ESCAPE = Pattern.compile("%(?!00)[0-9A-Fa-f]{2}");
    private static final Pattern DOTS = Pattern.compile("(\\.|%2[eE]){1,2}");
    private static final Pattern CAPTURE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");

    private PathSyntax() {}

    static final Syntax<PathPattern> PATTERN = new Syntax<>(PATTERN_LOOKS, PathSyntax::pattern).like("/.*");

    /** A path to put before or take from another: no slash at its end. */
    static final Syntax<String> PREFIX = new Syntax<>(PREFIX_LOOKS, PathSyntax::prefix).like("/.*[^/]");

    private static Parsed<PathPattern> pattern(String text) {
        if (text.length() > LONGEST) {
            return Parsed.bad("at most " + LONGEST + " characters");
        }
        if (!text.startsWith("/")) {
            return Parsed.bad(PATTERN_LOOKS, text.isEmpty() ? null : "did you mean /" + text + "?");
        }
        boolean tail = text.endsWith("/**");
        String rest = tail ? text.substring(0, text.length() - 3) : text;
        List<Segment> segments = new ArrayList<>();
        Set<String> captures = new HashSet<>();
        String[] parts = rest.isEmpty() ? new String[0] : rest.substring(1).split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (part.startsWith("{") && part.endsWith("}")) {
                String name = part.substring(1, part.length() - 1);
                Optional<Parsed<PathPattern>> wrong = wrongCapture(name, captures);
                if (wrong.isPresent()) {
                    return wrong.get();
                }
                segments.add(new Segment(name, true));
            } else {
                boolean last = i == parts.length - 1 && !tail;
                Parsed.Bad<PathPattern> wrong = wrongLiteral(part, last);
                if (wrong != null) {
                    return wrong;
                }
                segments.add(new Segment(part, false));
            }
        }
        return Parsed.good(new PathPattern.Segments(text, List.copyOf(segments), tail));
    }

    private static Optional<Parsed<PathPattern>> wrongCapture(String name, Set<String> captures) {
        if (!CAPTURE.matcher(name).matches()) {
            return Optional.of(Parsed.bad("a capture named like {id}: letters, digits and _"));
        }
        if (RESERVED.contains(name)) {
            return Optional.of(Parsed.bad("a capture with another name: {" + name + "} has a meaning of its own"));
        }
        return captures.add(name)
                ? Optional.empty()
                : Optional.of(Parsed.bad("captures of different names, {" + name + "} is there twice"));
    }

    private static <T> Parsed.@Nullable Bad<T> wrongLiteral(String segment, boolean last) {
        if (segment.indexOf('*') >= 0) {
            return new Parsed.Bad<>("** only at the end, after a slash", "{name} stands for one segment");
        }
        if (segment.indexOf('{') >= 0 || segment.indexOf('}') >= 0) {
            return new Parsed.Bad<>("a capture that is a whole segment", "pathRegex can capture less than a segment");
        }
        if (segment.isEmpty() && !last) {
            return new Parsed.Bad<>("no empty segment", null);
        }
        if (DOTS.matcher(segment).matches()) {
            return new Parsed.Bad<>("no . or .. segment, requests are matched without them", null);
        }
        return wrongCharacters(segment);
    }

    /** What is wrong with the characters of a literal; null: nothing. What a path must escape is escaped by the route. */
    private static <T> Parsed.@Nullable Bad<T> wrongCharacters(String literal) {
        for (int i = 0; i < literal.length(); i++) {
            char c = literal.charAt(i);
            if (c == '?' || c == '#') {
                return new Parsed.Bad<>("a path without query and fragment", null);
            }
            if (c == '\\' || Character.isISOControl(c)) {
                return new Parsed.Bad<>("a path without backslashes and control characters", null);
            }
            if (c == '%' && !ESCAPE.matcher(literal).region(i, literal.length()).lookingAt()) {
                return new Parsed.Bad<>("two hexadecimal digits after %, not 00", "write %25 for a plain %");
            }
        }
        return null;
    }

    private static Parsed<String> prefix(String text) {
        if (text.length() > LONGEST) {
            return Parsed.bad("at most " + LONGEST + " characters");
        }
        if (!text.startsWith("/") || text.equals("/")) {
            return Parsed.bad(PREFIX_LOOKS);
        }
        if (text.endsWith("/")) {
            String meant = text.substring(0, text.length() - 1);
            return Parsed.bad("no slash at the end", "did you mean " + Shown.value(meant) + "?");
        }
        Parsed.Bad<String> wrong = wrongPath(text);
        return wrong == null ? Parsed.good(text) : wrong;
    }

    /** What is wrong with a path that has no captures; null: nothing. */
    static Parsed.@Nullable Bad<String> wrongPath(String path) {
        String[] parts = path.substring(1).split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            Parsed.Bad<String> wrong = wrongLiteral(parts[i], i == parts.length - 1);
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }
}
