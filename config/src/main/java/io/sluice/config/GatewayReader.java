package io.sluice.config;

import io.sluice.config.GatewayConfig.PathPolicy;
import io.sluice.config.GatewayConfig.PathPolicy.Choice;
import io.sluice.config.GatewayConfig.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
                    NAME_EXPECTED,
                    text -> NAME_LOOKS.matcher(text).matches() ? Parsed.good(text) : Parsed.bad(NAME_EXPECTED))
            .like(NAME_LOOKS.pattern());

    private static final Syntax<Integer> THREADS = Syntax.whole(1, 1024).or("auto", 0);

    private static final Syntax<Duration> DURATION_OR_NONE = Units.DURATION.orNone(Duration.ZERO);

    private static final Syntax<Integer> RECONNECTS = Syntax.whole(1, 1_000_000).orNone(0);

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

    private final Section top;
    private final Problems problems;
    private final boolean complete;
    /** Of all files, in their order. */
    private final List<Section> files = new ArrayList<>();
    /** The same in the order in which they may claim names. */
    private final List<Section> claimants = new ArrayList<>();

    /**
     * One file.
     *
     * @param problems are added to
     * @param late it claims names after those that are not, whatever its place
     */
    record Reading(Tree tree, Problems problems, boolean late) {}

    /** @param included in order */
    GatewayReader(Reading main, List<Reading> included) {
        this.top = new Section(Part.TOP, "", Place.START, main.tree(), main.problems());
        this.problems = main.problems();
        this.complete = !top.broken() && included.stream().noneMatch(reading -> reading.tree() instanceof Tree.Broken);
        files.add(top);
        List<Section> last = new ArrayList<>();
        claimants.add(top);
        for (Reading reading : included) {
            Section section = new Section(Part.INCLUDED, "", Place.START, reading.tree(), reading.problems());
            files.add(section);
            (reading.late() ? last : claimants).add(section);
        }
        claimants.addAll(last);
    }

    GatewayConfig read() {
        GatewayConfig.Admin admin = AdminReader.read(top.section("admin", Part.ADMIN));
        top.readElsewhere("include");
        Map<String, UpstreamConfig> upstreams = upstreams();
        return new GatewayConfig(
                top.optional("threads", THREADS).orElse(0),
                top.optional("transport", TRANSPORT).orElse(Transport.AUTO),
                drain(top.section("drain", Part.DRAIN)),
                List.copyOf(top.several("trustedProxies", Addresses.NETWORK)),
                paths(top.section("paths", Part.PATHS)),
                AccessLogReader.read(top),
                tracing(top.section("tracing", Part.TRACING)),
                admin,
                ResolveReader.read(top.section("resolve", Part.RESOLVE)),
                new GatewayConfig.Memory(top.section("memory", Part.MEMORY)
                        .optional("responses", MEMORY)
                        .orElse(64L << 20)),
                LimitsReader.process(top),
                listeners(admin.bind()),
                upstreams,
                routes(upstreams.keySet()));
    }

    private static PathPolicy paths(Section in) {
        PathPolicy safe = PathPolicy.SAFE;
        return new PathPolicy(
                in.optional("dotSegments", NORMALIZE_OR_REFUSE).orElse(safe.dotSegments()),
                in.optional("doubleSlash", ANY_CHOICE).orElse(safe.doubleSlash()),
                in.optional("encodedSlash", KEEP_OR_REFUSE).orElse(safe.encodedSlash()),
                in.optional("encodedBackslash", KEEP_OR_REFUSE).orElse(safe.encodedBackslash()));
    }

    private static DrainConfig drain(Section in) {
        return new DrainConfig(
                in.optional("grace", DURATION_OR_NONE).orElse(Duration.ZERO),
                in.optional("timeout", Units.DURATION).orElse(Duration.ofSeconds(30)),
                in.optional("reconnects", RECONNECTS).orElse(1000));
    }

    private static Tracing tracing(Section in) {
        return new Tracing(
                in.optional("start", Syntax.TRUE_OR_FALSE).orElse(Tracing.PASSED.start()),
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

    private Map<String, UpstreamConfig> upstreams() {
        Map<Section, Map<String, UpstreamConfig>> read = new HashMap<>();
        Claims names = new Claims();
        for (Section in : claimants) {
            read.put(in, upstreams(in, names));
        }
        Map<String, UpstreamConfig> all = new LinkedHashMap<>();
        for (Section in : files) {
            read.getOrDefault(in, Map.of()).forEach(all::putIfAbsent);
        }
        return Collections.unmodifiableMap(all);
    }

    private static Map<String, UpstreamConfig> upstreams(Section in, Claims names) {
        Map<String, UpstreamConfig> upstreams = new LinkedHashMap<>();
        UpstreamReader reader = new UpstreamReader(in.problems());
        for (Tree.Entry entry : in.entries("upstreams", "names with their upstreams")) {
            Values.key(entry, "upstreams", NAME, in.problems());
            upstreams.put(entry.key(), reader.read(entry));
            String taken = names.claim(entry.key(), entry.place(), in.problems());
            if (taken != null) {
                String message = "upstreams." + Shown.value(entry.key()) + " (expected: a name of its own)";
                in.problems().add(entry.place(), message, "the upstream " + taken + " has this name");
            }
        }
        return upstreams;
    }

    private List<RouteConfig> routes(Set<String> upstreamNames) {
        Map<Section, List<RouteConfig>> read = new HashMap<>();
        ActionReader actions = new ActionReader(upstreamNames, complete);
        Claims names = new Claims();
        for (Section in : claimants) {
            read.put(in, routes(in, new RouteReader(in.problems(), actions, names)));
        }
        return files.stream()
                .flatMap(in -> read.getOrDefault(in, List.of()).stream())
                .toList();
    }

    private static List<RouteConfig> routes(Section in, RouteReader reader) {
        List<RouteConfig> routes = new ArrayList<>();
        int index = 0;
        for (Tree item : in.items("routes", "a list of routes, each starting with - name:")) {
            if (in.problems().isFull()) {
                break;
            }
            routes.add(reader.read(item, "routes[" + index++ + "]"));
        }
        return routes;
    }
}
