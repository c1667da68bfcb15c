package io.sluice;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A look at a gateway, as lines of text: sums at the top, then routes, upstreams and listeners, as many as fit.
 *
 * @param figures as the admin API's events tell them
 * @param where the gateway that they are of
 */
record TopView(JsonNode figures, String where) {
    private static final String NONE = "-";
    private static final double KIB = 1024;
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
    /** Lines of a table that are no rows: one that is empty, the head, and how many rows are left out. */
    private static final int FRAME = 3;

    private static final List<String> ROUTE_COLUMNS =
            List.of("ROUTE", "REQ/S", "2XX", "3XX", "4XX", "5XX", "NONE", "P50 MS", "P99 MS", "IN/S", "OUT/S");
    private static final List<String> ENDPOINT_COLUMNS =
            List.of("UPSTREAM", "ENDPOINT", "STATE", "LEASES/S", "OPEN", "MAX", "USED", "IDLE", "OPENING", "WAITING");
    private static final List<String> LISTENER_COLUMNS = List.of(
            "LISTENER", "CLIENTS", "HANDSHAKING", "ACTIVE", "TUNNELS", "PARKED", "DRAINING", "OPENED/S", "REJECTED/S");

    /** What the screen has room for, and all of it where there is no end to that. */
    List<String> lines(TopScreen screen) {
        List<String> lines = new ArrayList<>(sums());
        List<List<String>> routes = routes();
        List<List<String>> endpoints = endpoints();
        List<List<String>> listeners = listeners();
        int room = Math.max(screen.rows() - lines.size() - 3 * FRAME, 0);
        // routes get what the others leave, and these at least a third each where they need it
        int forListeners = Math.min(listeners.size(), Math.max(room / 3, room - routes.size() - endpoints.size()));
        int forEndpoints = Math.min(endpoints.size(), Math.max(room / 3, room - routes.size() - forListeners));
        int forRoutes = Math.min(routes.size(), room - forListeners - forEndpoints);
        lines.addAll(table(ROUTE_COLUMNS, 1, routes, forRoutes));
        lines.addAll(table(ENDPOINT_COLUMNS, 3, endpoints, forEndpoints));
        lines.addAll(table(LISTENER_COLUMNS, 1, listeners, forListeners));
        return lines;
    }

    // ---- sums

    private List<String> sums() {
        JsonNode economics = figures.path("economics");
        JsonNode clients = economics.path("clientConnections");
        JsonNode upstream = economics.path("upstreamConnections");
        JsonNode requests = figures.path("requests");
        List<String> lines = new ArrayList<>();
        lines.add("sluice " + printable(where) + "   config version " + text(figures, "version") + "   "
                + (figures.path("ready").asBoolean() ? "ready" : "DRAINING") + "   "
                + text(figures, "at").replaceFirst("\\.\\d+Z", "Z"));
        lines.add("clients   " + text(clients, "total") + ": " + text(clients, "active") + " active, "
                + text(clients, "tunnel") + " tunnels, "
                + text(clients, "parked") + " parked (" + bytes(economics.path("parkedBytes")) + "), "
                + text(clients, "handshaking") + " handshaking, " + text(clients, "draining") + " draining; "
                + text(economics.path("descriptors"), "free") + " descriptors free");
        lines.add("upstream  " + text(upstream, "open") + " of " + text(upstream, "max") + ": "
                + text(upstream, "used") + " used, " + text(upstream, "idle") + " idle, "
                + text(upstream, "opening") + " opening; " + text(economics, "waiting") + " waiting; "
                + text(economics, "multiplexRatio") + " clients to a connection, reuse "
                + text(economics, "reuseRate"));
        JsonNode latency = requests.path("latencyMs");
        lines.add("requests  " + rate(requests, "requestsPerSecond") + "/s; p50 " + text(latency, "p50") + " ms, p90 "
                + text(latency, "p90") + " ms, p99 " + text(latency, "p99") + " ms; in "
                + bytes(requests.path("requestBytesPerSecond")) + "/s, out "
                + bytes(requests.path("responseBytesPerSecond")) + "/s");
        lines.add("failures  " + failures(requests.path("failures")));
        return lines;
    }

    private static String failures(JsonNode rates) {
        List<String> all = new ArrayList<>();
        rates.properties().forEach(cause -> all.add(printable(cause.getKey()) + " " + number(cause.getValue()) + "/s"));
        return all.isEmpty() ? "none" : String.join(", ", all);
    }

    // ---- tables

    private List<List<String>> routes() {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode route : figures.path("routes")) {
            JsonNode status = route.path("status");
            JsonNode latency = route.path("latencyMs");
            String name = text(route, "name");
            rows.add(List.of(
                    name.isEmpty() ? "(none)" : name,
                    rate(route, "requestsPerSecond"),
                    rate(status, "2xx"),
                    rate(status, "3xx"),
                    rate(status, "4xx"),
                    rate(status, "5xx"),
                    rate(status, "none"),
                    text(latency, "p50"),
                    text(latency, "p99"),
                    bytes(route.path("requestBytesPerSecond")),
                    bytes(route.path("responseBytesPerSecond"))));
        }
        return rows;
    }

    private List<List<String>> endpoints() {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode upstream : figures.path("upstreams")) {
            String leases = rate(upstream, "leasesPerSecond");
            for (JsonNode endpoint : upstream.path("endpoints")) {
                rows.add(List.of(
                        text(upstream, "name"),
                        text(endpoint, "address"),
                        endpoint.path("available").asBoolean() ? "up" : "LEFT OUT",
                        leases,
                        text(endpoint, "open"),
                        text(upstream, "max"),
                        text(endpoint, "used"),
                        text(endpoint, "idle"),
                        text(endpoint, "opening"),
                        text(endpoint, "waiting")));
                // of the upstream: told once
                leases = "";
            }
        }
        return rows;
    }

    private List<List<String>> listeners() {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode listener : figures.path("listeners")) {
            JsonNode clients = listener.path("clientConnections");
            rows.add(List.of(
                    text(listener, "name"),
                    text(clients, "total"),
                    text(clients, "handshaking"),
                    text(clients, "active"),
                    text(clients, "tunnel"),
                    text(clients, "parked"),
                    text(clients, "draining"),
                    rate(listener, "openedPerSecond"),
                    rate(listener, "rejectedPerSecond")));
        }
        return rows;
    }

    /** @param words the first columns that hold words; the others hold numbers, which end below each other */
    private static List<String> table(List<String> head, int words, List<List<String>> rows, int room) {
        List<List<String>> shown = new ArrayList<>();
        shown.add(head);
        shown.addAll(rows.subList(0, room));
        int[] widths = new int[head.size()];
        for (List<String> row : shown) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add("");
        for (List<String> row : shown) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String filler = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? "" : "  ").append(i < words ? row.get(i) + filler : filler + row.get(i));
            }
            lines.add(line.toString().stripTrailing());
        }
        if (room < rows.size()) {
            lines.add("... and " + (rows.size() - room) + " more");
        }
        return lines;
    }

    // ---- values

    private static String text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value.isMissingNode() || value.isNull() ? NONE : printable(value.asText());
    }

    /** Of a rate that is not told where it is 0. */
    private static String rate(JsonNode node, String name) {
        if (node.isMissingNode() || node.isNull()) {
            return NONE;
        }
        JsonNode value = node.path(name);
        return value.isMissingNode() ? "0" : value.isNull() ? NONE : number(value);
    }

    private static String number(JsonNode value) {
        double number = value.asDouble();
        return number == Math.rint(number)
                ? String.format(Locale.ROOT, "%.0f", number)
                : String.format(Locale.ROOT, "%.1f", number);
    }

    private static String bytes(JsonNode value) {
        if (!value.isNumber()) {
            return NONE;
        }
        double left = value.asDouble();
        int unit = 0;
        while (left >= KIB && unit < UNITS.length - 1) {
            left /= KIB;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", left, UNITS[unit]);
    }

    /** What comes from elsewhere steers no terminal. */
    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}|[\\x80-\\x9f]", "?");
    }
}
