package io.sluice.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads listeners, one after the other, and sees that no two want the same address. */
final class ListenerReader {
    private static final HostPort PLACEHOLDER = new HostPort("", 0);
    private static final Syntax<Integer> CONNECTIONS = Syntax.whole(1, 10_000_000);
    private static final Syntax<Long> HEAD = Units.size(256, 1 << 20);
    private static final Syntax<Integer> FIELDS = Syntax.whole(1, 10_000);

    private final Problems problems;
    private final Map<String, HostPort> bound = new LinkedHashMap<>();

    ListenerReader(Problems problems, @Nullable HostPort admin) {
        this.problems = problems;
        if (admin != null) {
            bound.put("admin", admin);
        }
    }

    ListenerConfig read(Tree.Entry entry) {
        String name = entry.key();
        String path = "listeners." + Shown.value(name);
        Section in = new Section(Part.LISTENER, path, entry.place(), entry.value(), problems);
        HostPort bind = in.required("bind", Addresses.LISTEN).orElse(PLACEHOLDER);
        unique(in, name, bind);
        Section timeouts = in.section("timeouts", Part.LISTENER_TIMEOUTS);
        Section limits = in.section("limits", Part.LISTENER_LIMITS);
        return new ListenerConfig(
                name,
                bind,
                new ListenerConfig.Timeouts(
                        timeouts.optional("idle", Units.DURATION).orElse(Duration.ofMinutes(10)),
                        timeouts.optional("head", Units.DURATION).orElse(Duration.ofSeconds(10))),
                new ListenerConfig.Limits(
                        limits.optional("connections", CONNECTIONS).orElse(1_000_000),
                        limits.optional("head", HEAD).orElse(32L << 10).intValue(),
                        limits.optional("fields", FIELDS).orElse(100)));
    }

    private void unique(Section in, String name, HostPort bind) {
        for (Map.Entry<String, HostPort> other : bound.entrySet()) {
            if (Addresses.collide(bind, other.getValue())) {
                String taken = "an address of its own, " + other.getKey() + " has " + other.getValue();
                Tree tree = in.tree("bind");
                Place place = tree == null ? in.place() : tree.place();
                in.problem(place, "bind", bind + " (expected: " + taken + ")", null);
                return;
            }
        }
        bound.put("listeners." + name, bind);
    }
}
