package io.sluice.config;

import io.sluice.config.RateConfig.By;
import io.sluice.config.RouteConfig.Guard;
import io.sluice.config.RouteConfig.Importance;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what is limited: by the process, by listeners (their addresses alone), and by routes. */
final class LimitsReader {
    private static final int MOST = 1_000_000;
    private static final Syntax<Integer> COUNT = Syntax.whole(1, 10_000_000);
    private static final Syntax<Integer> COUNT_OR_NONE = COUNT.orNone(0);
    private static final Syntax<Integer> REQUESTS = Syntax.whole(1, MOST);
    private static final Syntax<Integer> PERCENT = Syntax.whole(1, 100);
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final String BY_LOOKS = "client, route, or header:NAME";

    private static final Syntax<By> BY = new Syntax<>(BY_LOOKS, text -> switch (text) {
                case "client" -> Parsed.good(new By.Client());
                case "route" -> Parsed.good(new By.Route());
                default -> header(text);
            })
            .like("client|route|header:.+");

    private static final Syntax<Importance> IMPORTANCE = Syntax.word(
            Map.entry("low", Importance.LOW),
            Map.entry("normal", Importance.NORMAL),
            Map.entry("high", Importance.HIGH));

    private LimitsReader() {}

    private static Parsed<By> header(String text) {
        if (!text.startsWith("header:")) {
            return Parsed.bad(BY_LOOKS, Nearest.hint(text, List.of("client", "route")));
        }
        String name = text.substring("header:".length());
        return HttpSyntax.NAME.read(name) instanceof Parsed.Good
                ? Parsed.good(new By.Header(name))
                : Parsed.bad(HttpSyntax.NAME.expected());
    }

    // ---- the process

    static ProcessLimits process(Section top) {
        Section limits = top.section("limits", Part.LIMITS);
        Section overload = top.section("overload", Part.OVERLOAD);
        return new ProcessLimits(
                limits.optional("connections", COUNT_OR_NONE).orElse(0),
                limits.optional("exchanges", COUNT_OR_NONE).orElse(100_000),
                overload.isOff("memory") ? null : memory(overload.section("memory", Part.OVERLOAD_MEMORY)),
                overload.isOff("lag") ? null : lag(overload.section("lag", Part.OVERLOAD_LAG)));
    }

    private static ProcessLimits.Memory memory(Section in) {
        int low = in.optional("low", PERCENT).orElse(85);
        int normal = in.optional("normal", PERCENT).orElse(Math.max(low, 90));
        int all = in.optional("all", PERCENT).orElse(Math.max(normal, 95));
        inOrder(in, "normal", normal < low, normal, "low, " + low + ", or more");
        inOrder(in, "all", all < normal, all, "normal, " + normal + ", or more");
        return new ProcessLimits.Memory(low, normal, all);
    }

    private static ProcessLimits.Lag lag(Section in) {
        Duration low = in.optional("low", Units.DURATION).orElse(Duration.ofMillis(500));
        Duration usual = Duration.ofSeconds(2);
        Duration normal = in.optional("normal", Units.DURATION).orElse(low.compareTo(usual) > 0 ? low : usual);
        inOrder(in, "normal", normal.compareTo(low) < 0, normal.toMillis() + "ms", "not shorter than low");
        return new ProcessLimits.Lag(low, normal);
    }

    private static void inOrder(Section in, String key, boolean wrong, Object value, String expected) {
        if (wrong) {
            in.problem(in.place(key), key, value + " (expected: " + expected + ")", null);
        }
    }

    // ---- addresses

    /** The keys {@code allow} and {@code deny} of a section. */
    static ClientRules clients(Section in) {
        List<Network> allow = List.copyOf(in.several("allow", Addresses.NETWORK));
        List<Network> deny = List.copyOf(in.several("deny", Addresses.NETWORK));
        Set<Network> allowed = new HashSet<>(allow);
        Stream<Network> both = deny.stream().filter(allowed::contains).distinct();
        both.forEach(network -> in.problem(in.place("deny"), "deny", network + " (expected: not in allow too)", null));
        return new ClientRules(allow, deny);
    }

    // ---- a route

    static Guard guard(Section route, Section limits) {
        return new Guard(
                route.optional("importance", IMPORTANCE).orElse(Importance.NORMAL),
                limits.optional("exchanges", COUNT_OR_NONE).orElse(0),
                clients(route),
                rate(route.section("rateLimit", Part.RATE_LIMIT)));
    }

    private static @Nullable RateConfig rate(Section in) {
        if (in.keys().isEmpty()) {
            return null;
        }
        Optional<Integer> requests = in.required("requests", REQUESTS);
        Duration per = in.optional("per", Units.DURATION).orElse(Duration.ofSeconds(1));
        int burst = in.optional("burst", REQUESTS).orElse(requests.orElse(1));
        By by = in.optional("by", BY).orElseGet(By.Client::new);
        int keys = in.optional("keys", COUNT).orElse(100_000);
        if (requests.isPresent() && (double) per.toMillis() * burst / requests.get() > (double) LONGEST.toMillis()) {
            String why = burst + " requests at " + requests.get() + " per " + per.toMillis() + "ms";
            in.problem(in.place("per"), "per", why + " (expected: a burst that comes back within 8760h, a year)", null);
        }
        return new RateConfig(requests.orElse(1), per, burst, by, keys);
    }
}
