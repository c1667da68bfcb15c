package io.sluice.route;

import io.sluice.config.Network;
import io.sluice.config.RouteConfig.Match;
import io.sluice.http.Head;
import io.sluice.http.Name;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What must hold of a request besides host and path. */
sealed interface Predicate {

    boolean holds(Head head, InetAddress client);

    /** What it looks at, such as {@code header x-beta}. */
    String subject();

    /** What it wants to see there. */
    String expected();

    /** What is there. */
    String got(Head head, InetAddress client);

    /** All of a route, the cheap ones first. */
    static List<Predicate> of(Match match) {
        List<Predicate> predicates = new ArrayList<>();
        if (!match.methods().isEmpty()) {
            predicates.add(new Methods(Set.copyOf(match.methods())));
        }
        if (!match.clients().isEmpty()) {
            predicates.add(new Clients(List.copyOf(match.clients())));
        }
        match.headers()
                .forEach((name, value) -> predicates.add(new Header(Names.known(name), name, ValueMatch.of(value))));
        match.query().forEach((name, value) -> predicates.add(new Query(name, ValueMatch.of(value))));
        return List.copyOf(predicates);
    }

    private static String quoted(List<String> values) {
        return values.isEmpty() ? "nothing" : '"' + String.join("\", \"", values) + '"';
    }

    /** The method is one of these. */
    record Methods(Set<String> methods) implements Predicate {
        @Override
        public boolean holds(Head head, InetAddress client) {
            return methods.contains(head.method());
        }

        @Override
        public String subject() {
            return "method";
        }

        @Override
        public String expected() {
            return String.join(", ", new TreeSet<>(methods));
        }

        @Override
        public String got(Head head, InetAddress client) {
            return head.method();
        }
    }

    /** The client is in one of these networks. */
    record Clients(List<Network> networks) implements Predicate {
        @Override
        public boolean holds(Head head, InetAddress client) {
            for (Network network : networks) {
                if (network.contains(client)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public String subject() {
            return "client";
        }

        @Override
        public String expected() {
            return String.join(", ", networks.stream().map(Network::toString).toList());
        }

        @Override
        public String got(Head head, InetAddress client) {
            return client.getHostAddress();
        }
    }

    /** One of the fields of a name has a value that matches; none at all, for {@link ValueMatch.Absent}. */
    record Header(Name known, String name, ValueMatch value) implements Predicate {
        @Override
        public boolean holds(Head head, InetAddress client) {
            int field = find(head, 0);
            if (field < 0) {
                return value instanceof ValueMatch.Absent;
            }
            for (; field >= 0; field = find(head, field + 1)) {
                if (value.matches(head.block(), head.valueStart(field), head.valueEnd(field))) {
                    return true;
                }
            }
            return false;
        }

        private int find(Head head, int from) {
            return known == Name.OTHER ? head.find(name, from) : head.find(known, from);
        }

        @Override
        public String subject() {
            return "header " + name;
        }

        @Override
        public String expected() {
            return value.toString();
        }

        @Override
        public String got(Head head, InetAddress client) {
            List<String> values = new ArrayList<>();
            for (int field = find(head, 0); field >= 0; field = find(head, field + 1)) {
                int from = head.valueStart(field);
                values.add(new String(head.block(), from, head.valueEnd(field) - from, StandardCharsets.UTF_8));
            }
            return quoted(values);
        }
    }

    /** One of the parameters of a name has a value that matches; none at all, for {@link ValueMatch.Absent}. */
    record Query(String name, ValueMatch value) implements Predicate {
        @Override
        public boolean holds(Head head, InetAddress client) {
            boolean present = false;
            QueryParameters parameters = new QueryParameters(head);
            while (parameters.next(name)) {
                present = true;
                byte[] decoded = parameters.value();
                if (value.matches(decoded, 0, decoded.length)) {
                    return true;
                }
            }
            return !present && value instanceof ValueMatch.Absent;
        }

        @Override
        public String subject() {
            return "query " + name;
        }

        @Override
        public String expected() {
            return value.toString();
        }

        @Override
        public String got(Head head, InetAddress client) {
            List<String> values = new ArrayList<>();
            QueryParameters parameters = new QueryParameters(head);
            while (parameters.next(name)) {
                values.add(new String(parameters.value(), StandardCharsets.UTF_8));
            }
            return quoted(values);
        }
    }
}
