package io.sluice.config;

import io.sluice.config.GatewayConfig.PathPolicy;
import io.sluice.config.GatewayConfig.PathPolicy.Choice;
import io.sluice.config.GatewayConfig.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the top level of a config. What it returns is meant to be used only if there are no problems. */
final class GatewayReader {
    private static final Pattern NAME_LOOKS = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");
    private static final String NAME_EXPECTED = "a name: letters, digits, - . and _, at most 64";

    /** A name that the user gives: a label of metrics and part of admin URLs. */
    static final Syntax<String> NAME = new Syntax<>(
            NAME_EXPECTED, text -> NAME_LOOKS.matcher(text).matches() ? Parsed.good(text) : Parsed.bad(NAME_EXPECTED));

    private static final Syntax<Integer> THREADS = Syntax.whole(1, 1024).or("auto", 0);

    private static final Syntax<Long> MEMORY = Units.size(0, 1L << 40);

    private static final Syntax<Transport> TRANSPORT = Syntax.word(
            Map.entry("auto", Transport.AUTO),
            Map.entry("epoll", Transport.EPOLL),
            Map.entry("io_uring", Transport.IO_URING),
            Map.entry("kqueue", Transport.KQUEUE),
            Map.entry("nio", Transport.NIO));

    private static final Syntax<Choice> NORMALIZE_OR_REFUSE =
            Syntax.word(Map.entry("normalize", Choice.NORMALIZE), Map.entry("refuse", Choice.REFUSE));

    private static final Syntax<Choice> ANY_CHOICE = Syntax.word(
            Map.entry("normalize", Choice.NORMALIZE),
            Map.entry("keep", Choice.KEEP),
            Map.entry("refuse", Choice.REFUSE));

    private static final Syntax<Choice> KEEP_OR_REFUSE =
            Syntax.word(Map.entry("keep", Choice.KEEP), Map.entry("refuse", Choice.REFUSE));

    private static final Syntax<Boolean> START = Syntax.word(Map.entry("true", true), Map.entry("false", false));

    private final Section top;
    private final Problems problems;

    GatewayReader(Tree tree, Problems problems) {
        this.top = new Section(Part.TOP, "", Place.START, tree, problems);
        this.problems = problems;
    }

    GatewayConfig read() {
        GatewayConfig.Admin admin = AdminReader.read(top.section("admin", Part.ADMIN));
        List<Tree.Entry> upstreamEntries = top.entries("upstreams", "names with their upstreams");
        Set<String> upstreamNames = new LinkedHashSet<>();
        upstreamEntries.forEach(entry -> upstreamNames.add(entry.key()));
        return new GatewayConfig(
                top.optional("threads", THREADS).orElse(0),
                top.optional("transport", TRANSPORT).orElse(Transport.AUTO),
                top.optional("drainTimeout", Units.DURATION).orElse(Duration.ofSeconds(30)),
                List.copyOf(top.several("trustedProxies", Addresses.NETWORK)),
                paths(top.section("paths", Part.PATHS)),
                AccessLogReader.read(top),
                tracing(top.section("tracing", Part.TRACING)),
                admin,
                new GatewayConfig.Memory(top.section("memory", Part.MEMORY)
                        .optional("responses", MEMORY)
                        .orElse(64L << 20)),
                LimitsReader.process(top),
                listeners(admin.bind()),
                upstreams(upstreamEntries),
                routes(upstreamNames));
    }

    private static PathPolicy paths(Section in) {
        PathPolicy safe = PathPolicy.SAFE;
        return new PathPolicy(
                in.optional("dotSegments", NORMALIZE_OR_REFUSE).orElse(safe.dotSegments()),
                in.optional("doubleSlash", ANY_CHOICE).orElse(safe.doubleSlash()),
                in.optional("encodedSlash", KEEP_OR_REFUSE).orElse(safe.encodedSlash()),
                in.optional("encodedBackslash", KEEP_OR_REFUSE).orElse(safe.encodedBackslash()));
    }

    private static Tracing tracing(Section in) {
        return new Tracing(
                in.optional("start", START).orElse(Tracing.PASSED.start()),
                in.optional("sampled", Units.SHARE).orElse(Tracing.PASSED.sampled()));
    }

    private Map<String, ListenerConfig> listeners(@Nullable HostPort admin) {
        top.missing("listeners", "at least one listener");
        Map<String, ListenerConfig> listeners = new LinkedHashMap<>();
        ListenerReader reader = new ListenerReader(problems, admin);
        for (Tree.Entry entry : top.entries("listeners", "names with their listeners")) {
            Values.key(entry, "listeners", NAME, problems);
            listeners.put(entry.key(), reader.read(entry));
        }
        if (top.empty("listeners")) {
            top.problem(top.place("listeners"), "listeners", "empty (expected: at least one listener)", null);
        }
        return Collections.unmodifiableMap(listeners);
    }

    private Map<String, UpstreamConfig> upstreams(List<Tree.Entry> entries) {
        Map<String, UpstreamConfig> upstreams = new LinkedHashMap<>();
        UpstreamReader reader = new UpstreamReader(problems);
        for (Tree.Entry entry : entries) {
            Values.key(entry, "upstreams", NAME, problems);
            upstreams.put(entry.key(), reader.read(entry));
        }
        return Collections.unmodifiableMap(upstreams);
    }

    private List<RouteConfig> routes(Set<String> upstreamNames) {
        List<RouteConfig> routes = new ArrayList<>();
        RouteReader reader = new RouteReader(problems, upstreamNames);
        int index = 0;
        for (Tree item : top.items("routes", "a list of routes, each starting with - name:")) {
            if (problems.isFull()) {
                break;
            }
            routes.add(reader.read(item, "routes[" + index++ + "]"));
        }
        return List.copyOf(routes);
    }
}
