package io.sluice.route;

import io.sluice.upstream.Upstream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a request takes the route that it takes.
 *
 * @param host as in the request, without port; empty: none
 * @param path in normal form
 * @param query null: none
 * @param missed routes that stand before the one found (all, if none was) and do not match, in order of precedence; at
 *     most {@link #SHOWN}, those that came nearest
 * @param others how many more there are, by what did not match first
 * @param found null: no route matches
 */
public record Explanation(
        String method,
        String host,
        String path,
        @Nullable String query,
        List<Missed> missed,
        Map<String, Integer> others,
        @Nullable Found found) {

    /** The most routes that {@link #missed} has. */
    public static final int SHOWN = 50;

    /**
     * A route that does not match, by the first thing that speaks against it.
     *
     * @param subject such as {@code host} or {@code header x-beta}
     * @param expected what the route wants
     * @param got what the request has
     */
    public record Missed(String route, String subject, String expected, String got) {

        /** {@code host: api.example.com (got example.com)}. */
        @Override
        public String toString() {
            return subject + ": " + expected + " (got " + got + ")";
        }
    }

    /**
     * The route that the request takes.
     *
     * @param host pattern of the route that matches; {@code any} where it names none
     * @param pattern of the path; {@code any} where it names none
     * @param captures by name, as they stand in the path
     * @param outcome what is done, such as {@code forward to orders}
     * @param forwardedPath the path as the upstream gets it; null where nothing is forwarded
     * @param requestEdits such as {@code set x-tenant: blue}
     * @param responseEdits likewise
     * @param upstreams that it may be forwarded to, by chance if there are several; empty: it is not forwarded
     */
    public record Found(
            Route route,
            String host,
            String pattern,
            Map<String, String> captures,
            String outcome,
            @Nullable String forwardedPath,
            List<String> requestEdits,
            List<String> responseEdits,
            List<Upstream> upstreams) {}

    /** For a terminal: several lines, each ends with a line feed. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(method).append(' ').append(host.isEmpty() ? "(no host)" : host);
        text.append(path.startsWith("/") ? "" : " ").append(path);
        text.append(query == null ? "" : "?" + query).append('\n');
        int width = found == null ? 0 : found.route().name().length();
        for (Missed route : missed) {
            width = Math.max(width, route.route().length());
        }
        for (Missed route : missed) {
            line(text, "  no   ", route.route(), width, route.toString());
        }
        if (!others.isEmpty()) {
            int count = others.values().stream().mapToInt(Integer::intValue).sum();
            List<String> reasons = others.entrySet().stream()
                    .map(other -> other.getValue() + " by " + other.getKey())
                    .toList();
            text.append("  no   ")
                    .append(count)
                    .append(" more: ")
                    .append(String.join(", ", reasons))
                    .append('\n');
        }
        if (found == null) {
            return text.append("  none  no route matches: 404\n").toString();
        }
        line(text, "  yes  ", found.route().name(), width, "host: " + found.host() + ", path: " + found.pattern());
        details(found, text);
        return text.toString();
    }

    private static void details(Found found, StringBuilder text) {
        found.captures().forEach((name, value) -> line(text, "         ", "{" + name + "}", 10, value));
        line(text, "         ", "action", 10, found.outcome());
        if (found.forwardedPath() != null) {
            line(text, "         ", "path", 10, found.forwardedPath());
        }
        found.requestEdits().forEach(edit -> line(text, "         ", "request", 10, edit));
        found.responseEdits().forEach(edit -> line(text, "         ", "response", 10, edit));
    }

    private static void line(StringBuilder text, String indent, String label, int width, String value) {
        text.append(indent).append(label).repeat(' ', Math.max(0, width - label.length()));
        text.append("  ").append(value).append('\n');
    }
}
