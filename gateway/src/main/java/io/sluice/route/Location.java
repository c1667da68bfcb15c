package io.sluice.route;

import io.sluice.http.Head;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The template of a redirect's Location, compiled. What a client sent can choose a place on the host that the template
 * names, and never another host:
 *
 * <ul>
 *   <li>in the authority of an absolute URL, before its first slash, a capture is one label: letters, digits, hyphens;
 *   <li>a location without a scheme begins with exactly one slash;
 *   <li>what may not stand in a URL is escaped, control characters and line ends among it.
 * </ul>
 */
final class Location {
    private static final String HOST = "host";
    private static final String PATH = "path";
    private static final String QUERY = "query";

    private final Template template;
    private final PathMatch match;
    private final boolean absolute;
    private final boolean usesCaptures;

    private Location(Template template, PathMatch match, boolean absolute, boolean usesCaptures) {
        this.template = template;
        this.match = match;
        this.absolute = absolute;
        this.usesCaptures = usesCaptures;
    }

    /** @throws IllegalArgumentException for a template with unknown names */
    static Location of(String text, PathMatch match) {
        Set<String> own = Set.of(HOST, PATH, QUERY);
        Set<String> names = new HashSet<>(match.names());
        names.addAll(own);
        Template template = Template.of("location", text, names, Location::escaped);
        boolean usesCaptures = template.parts().stream()
                .anyMatch(part ->
                        part instanceof Template.Part.Placeholder placeholder && !own.contains(placeholder.name()));
        return new Location(template, match, text.matches("(?s)[A-Za-z][A-Za-z0-9+.-]*://.*"), usesCaptures);
    }

    /** The location for a request; null if it would leave the host that the template names, or has none. */
    @Nullable
    String of(Head head) {
        Map<String, String> captures = usesCaptures ? match.captures(head) : Map.of();
        StringBuilder made = new StringBuilder(absolute ? "" : "/");
        boolean inAuthority = absolute;
        for (Template.Part part : template.parts()) {
            switch (part) {
                case Template.Part.Text text -> made.append(text.text());
                case Template.Part.Placeholder placeholder -> {
                    String value = value(placeholder.name(), captures, head);
                    if (inAuthority && !mayStandInAuthority(placeholder.name(), value)) {
                        return null;
                    }
                    append(value, placeholder.name(), made);
                }
            }
            inAuthority = inAuthority && !hasAuthorityEnded(made);
        }
        return absolute ? made.toString() : withOneSlash(made);
    }

    private static String value(String name, Map<String, String> captures, Head head) {
        return switch (name) {
            case HOST ->
                new String(
                        head.block(), head.hostStart(), head.hostEnd() - head.hostStart(), StandardCharsets.ISO_8859_1);
            case PATH -> head.path();
            case QUERY -> Objects.requireNonNullElse(head.query(), "");
            default -> captures.getOrDefault(name, "");
        };
    }

    private static void append(String value, String name, StringBuilder made) {
        int last = made.length() - 1;
        if (name.equals(QUERY) && value.isEmpty() && last >= 0 && "?&".indexOf(made.charAt(last)) >= 0) {
            made.setLength(last);
        }
        made.append(escaped(value));
    }

    private static boolean mayStandInAuthority(String name, String value) {
        return switch (name) {
            case HOST -> !value.isEmpty(); // the parser has checked it
            case PATH -> value.startsWith("/");
            default -> value.chars().allMatch(Location::isLabelCharacter) && !value.isEmpty();
        };
    }

    private static boolean isLabelCharacter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    }

    private static boolean hasAuthorityEnded(StringBuilder made) {
        int from = made.indexOf("://") + 3;
        for (int i = from; i < made.length(); i++) {
            if (from > 2 && "/?#".indexOf(made.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static String withOneSlash(StringBuilder made) {
        int from = 0;
        while (from + 1 < made.length() && made.charAt(from + 1) == '/') {
            from++;
        }
        return made.substring(from);
    }

    /** Escapes what RFC 3986 allows nowhere in a URI, as UTF-8 (bytes of a request as they are); never a percent sign. */
    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            int c = b & 0xFF;
            if (c <= ' ' || c >= 0x7F || "\"<>\\^`{|}".indexOf(c) >= 0) {
                escaped.append('%').append("%02X".formatted(c));
            } else {
                escaped.append((char) c);
            }
        }
        return escaped.toString();
    }
}
