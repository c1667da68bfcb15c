package io.sluice.config;

import com.google.re2j.Pattern;
import io.sluice.config.RouteConfig.Match;
import io.sluice.config.RouteConfig.PathPattern;
import io.sluice.config.RouteConfig.ValuePattern;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads which requests one route takes. */
final class MatchReader {
    private static final String PATTERNS = "names with values or patterns";
    private static final Syntax<Boolean> PRESENT =
            Syntax.word(Map.entry("true", Boolean.TRUE), Map.entry("false", Boolean.FALSE));
    private static final Syntax<String> HEADER_NAME = new Syntax<>(
            HttpSyntax.NAME.expected(),
            text -> HttpSyntax.NAME.read(text) instanceof Parsed.Good<String>(String name)
                    ? Parsed.good(name.toLowerCase(Locale.ROOT))
                    : HttpSyntax.NAME.read(text),
            HttpSyntax.NAME.shape());
    private static final Syntax<String> QUERY_TEXT = new Syntax<>(
            "text",
            text -> text.length() <= HttpSyntax.LONGEST_VALUE
                    ? Parsed.good(text)
                    : Parsed.bad("at most " + HttpSyntax.LONGEST_VALUE + " characters"));
    private static final Syntax<String> QUERY_NAME = new Syntax<>(
            "a parameter name", text -> text.isEmpty() ? Parsed.bad("a parameter name") : QUERY_TEXT.read(text));
    private static final Syntax<PathPattern> PATH_REGEX =
            new Syntax<>(Regexes.REGEX.expected(), MatchReader::pathRegex);
    private static final Syntax<String> VALUE_REGEX = new Syntax<>(
            Regexes.REGEX.expected(), text -> Regexes.REGEX.read(text).map(pattern -> text));

    private final Section in;

    MatchReader(Section in) {
        this.in = in;
    }

    Match read() {
        return new Match(
                List.copyOf(in.several("host", Addresses.HOST)),
                path(),
                methods(),
                patterns("headers", HEADER_NAME, HttpSyntax.VALUE),
                patterns("query", QUERY_NAME, QUERY_TEXT),
                List.copyOf(in.several("client", Addresses.NETWORK)));
    }

    /** What templates may name, given the match that was read. */
    Captures captures(Match match) {
        boolean wrong = match.path() == null && (in.has("path") || in.has("pathRegex"));
        return in.broken() || wrong ? Captures.UNKNOWN : Captures.of(match.path());
    }

    private @Nullable PathPattern path() {
        Optional<PathPattern> path = in.optional("path", PathSyntax.PATTERN);
        Optional<PathPattern> regex = in.optional("pathRegex", PATH_REGEX);
        if (in.has("path") && in.has("pathRegex")) {
            in.problem(in.place("pathRegex"), "pathRegex", "with path (expected: one of the two)", null);
        }
        return path.or(() -> regex).orElse(null);
    }

    private static Parsed<PathPattern> pathRegex(String text) {
        return switch (Regexes.REGEX.read(text)) {
            case Parsed.Good<Pattern>(Pattern pattern) -> {
                Set<String> reserved = new LinkedHashSet<>(PathSyntax.RESERVED);
                reserved.retainAll(pattern.namedGroups().keySet());
                yield reserved.isEmpty()
                        ? Parsed.good(new PathPattern.Regex(text))
                        : Parsed.bad("a group with another name than " + String.join(", ", reserved));
            }
            case Parsed.Bad<Pattern>(String expected, String hint) -> Parsed.bad(expected, hint);
        };
    }

    private Set<String> methods() {
        Set<String> methods = new LinkedHashSet<>(in.several("method", HttpSyntax.METHOD));
        methods.addAll(in.several("methods", HttpSyntax.METHOD));
        if (in.has("method") && in.has("methods")) {
            in.problem(in.place("methods"), "methods", "with method (expected: one of the two)", null);
        }
        return Collections.unmodifiableSet(methods);
    }

    private Map<String, ValuePattern> patterns(String key, Syntax<String> names, Syntax<String> values) {
        Map<String, ValuePattern> patterns = new LinkedHashMap<>();
        for (Tree.Entry entry : in.entries(key, PATTERNS)) {
            Optional<String> name = Values.key(entry, in.path(key), names, in.problems());
            Optional<ValuePattern> pattern = pattern(entry, in.path(key) + "." + Shown.value(entry.key()), values);
            if (name.isPresent() && pattern.isPresent() && patterns.putIfAbsent(name.get(), pattern.get()) != null) {
                String message = "duplicate key " + Shown.quoted(entry.key());
                in.problems().add(entry.place(), message, "header names are compared without case");
            }
        }
        return Collections.unmodifiableMap(patterns);
    }

    private Optional<ValuePattern> pattern(Tree.Entry entry, String path, Syntax<String> values) {
        if (!(entry.value() instanceof Tree.Mapping mapping)) {
            return Values.read(entry.value(), path, entry.place(), values, in.problems())
                    .map(ValuePattern.Equal::new);
        }
        Section pattern = new Section(Part.VALUE, path, entry.place(), mapping, in.problems());
        pattern.exactlyOne(Part.VALUE.keys());
        if (mapping.entries().size() != 1) {
            in.problems()
                    .add(mapping.place(), path + ": " + count(mapping) + " (expected: one of prefix, regex, present)");
        }
        Optional<ValuePattern> prefix =
                pattern.optional("prefix", prefix(values)).map(ValuePattern.Prefix::new);
        Optional<ValuePattern> regex = pattern.optional("regex", VALUE_REGEX).map(ValuePattern.Regex::new);
        Optional<ValuePattern> present = pattern.optional("present", PRESENT)
                .map(wanted -> wanted ? new ValuePattern.Present() : new ValuePattern.Absent());
        return prefix.or(() -> regex).or(() -> present);
    }

    private static String count(Tree.Mapping mapping) {
        return mapping.entries().isEmpty() ? "empty" : mapping.entries().size() + " keys";
    }

    private static Syntax<String> prefix(Syntax<String> values) {
        String looks = "the start of a value";
        return new Syntax<>(
                looks,
                text -> text.isEmpty() ? Parsed.bad(looks, "use present: true for any value") : values.read(text));
    }
}
