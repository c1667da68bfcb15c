package io.sluice.config;

import io.sluice.config.Outline.Kind;
import io.sluice.config.Outline.Part;
import io.sluice.config.OutlineChange.Became;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which parts of two configs mean something else, however they are written. */
public final class Differences {
    /** The parts of the top level. */
    private static final Map<String, Function<GatewayConfig, @Nullable Object>> SETTINGS = settings();

    private Differences() {}

    private static Map<String, Function<GatewayConfig, @Nullable Object>> settings() {
        Map<String, Function<GatewayConfig, @Nullable Object>> all = new LinkedHashMap<>();
        all.put("threads", GatewayConfig::threads);
        all.put("transport", GatewayConfig::transport);
        all.put("drain", GatewayConfig::drain);
        all.put("trustedProxies", GatewayConfig::trustedProxies);
        all.put("paths", GatewayConfig::paths);
        all.put("accessLog", GatewayConfig::accessLog);
        all.put("tracing", GatewayConfig::tracing);
        all.put("admin", GatewayConfig::admin);
        all.put("resolve", GatewayConfig::resolve);
        all.put("memory", GatewayConfig::memory);
        all.put("limits", Differences::amounts);
        all.put("overload", Differences::overload);
        return Collections.unmodifiableMap(all);
    }

    private static ProcessLimits amounts(GatewayConfig config) {
        return new ProcessLimits(config.limits().connections(), config.limits().exchanges(), null, null);
    }

    private static ProcessLimits overload(GatewayConfig config) {
        return new ProcessLimits(0, 0, config.limits().memory(), config.limits().lag());
    }

    /**
     * The parts that differ, without what differs in them: removed ones of each kind first. Settings are always
     * {@link Became#CHANGED}, since each has a value where nothing is written.
     *
     * @param moved names of routes that have another place; told of those that are else the same
     */
    public static List<OutlineChange> between(GatewayConfig before, GatewayConfig after, Set<String> moved) {
        List<OutlineChange> changes = new ArrayList<>();
        Map<String, RouteConfig> old = byName(before.routes());
        Map<String, RouteConfig> next = byName(after.routes());
        named(Kind.ROUTE, old, next, changes);
        next.forEach((name, route) -> {
            if (moved.contains(name) && route.equals(old.get(name))) {
                changes.add(change(Kind.ROUTE, name, Became.MOVED));
            }
        });
        named(Kind.UPSTREAM, before.upstreams(), after.upstreams(), changes);
        named(Kind.LISTENER, before.listeners(), after.listeners(), changes);
        SETTINGS.forEach((name, value) -> {
            if (!Objects.equals(value.apply(before), value.apply(after))) {
                changes.add(change(Kind.SETTING, name, Became.CHANGED));
            }
        });
        return List.copyOf(changes);
    }

    /** As the other; routes whose order in the file is another one have moved. */
    public static List<OutlineChange> between(GatewayConfig before, GatewayConfig after) {
        return between(before, after, OutlineChange.moved(names(before), names(after)));
    }

    private static List<String> names(GatewayConfig config) {
        return config.routes().stream().map(RouteConfig::name).toList();
    }

    private static Map<String, RouteConfig> byName(List<RouteConfig> routes) {
        Map<String, RouteConfig> byName = new LinkedHashMap<>();
        routes.forEach(route -> byName.putIfAbsent(route.name(), route));
        return byName;
    }

    private static <T> void named(Kind kind, Map<String, T> old, Map<String, T> next, List<OutlineChange> changes) {
        old.keySet().stream()
                .filter(name -> !next.containsKey(name))
                .forEach(name -> changes.add(change(kind, name, Became.REMOVED)));
        next.forEach((name, part) -> {
            T same = old.get(name);
            if (same == null) {
                changes.add(change(kind, name, Became.ADDED));
            } else if (!same.equals(part)) {
                changes.add(change(kind, name, Became.CHANGED));
            }
        });
    }

    private static OutlineChange change(Kind kind, String name, Became type) {
        return new OutlineChange(new Part(kind, name), type, List.of());
    }
}
