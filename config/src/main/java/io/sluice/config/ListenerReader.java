package io.sluice.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads listeners, one after the other, and sees that no two want the same address. */
final class ListenerReader {
    private static final HostPort PLACEHOLDER = new HostPort("", 0);
    private static final Syntax<Integer> BACKLOG = Syntax.whole(1, 65535);
    private static final Syntax<Duration> DEFER = Units.seconds(120).orNone(ListenerConfig.Accept.PLAIN.deferAccept());
    private static final Syntax<Duration> KEEP_ALIVE = Units.seconds(32767);
    private static final String MODE_LOOKS = "permissions in octal, such as 0660";
    private static final Pattern MODE_DIGITS = Pattern.compile("0?[0-7]{3}");
    private static final Syntax<Integer> MODE = new Syntax<>(
            MODE_LOOKS,
            text -> MODE_DIGITS.matcher(text).matches()
                    ? Parsed.good(Integer.parseInt(text, 8))
                    : Parsed.bad(MODE_LOOKS));
    private static final Syntax<Integer> REDIRECT =
            Syntax.whole(1, 65535).or("true", ListenerConfig.HTTPS).or("false", 0);
    private static final Syntax<String> SUBJECT = new Syntax<>(
                    HttpSyntax.NAME.expected(),
                    text -> text.equalsIgnoreCase("host")
                            ? Parsed.bad("a header other than host")
                            : HttpSyntax.EDITABLE_NAME.read(text))
            .like(HttpSyntax.EDITABLE_NAME);
    private static final Syntax<Boolean> HEADER =
            Syntax.word(Map.entry("required", true), Map.entry("optional", false));
    private static final Syntax<Integer> PROBES = Syntax.whole(1, 127);
    private static final Syntax<Integer> CONNECTIONS = Syntax.whole(1, 10_000_000);
    private static final Syntax<Integer> PER_ADDRESS = CONNECTIONS.orNone(0);
    private static final Syntax<Long> HEAD = Units.size(256, 1 << 20);
    private static final Syntax<Integer> FIELDS = Syntax.whole(1, 10_000);

    private static final Syntax<Integer> STREAMS = Syntax.whole(1, 10_000);
    private static final Syntax<Long> WINDOW = Units.size(64 << 10, 16 << 20);

    private final Problems problems;
    private final Map<String, BindAddress> bound = new LinkedHashMap<>();

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
        BindAddress bind = in.required("bind", Addresses.BIND).orElse(PLACEHOLDER);
        unique(in, name, bind);
        ListenerTls tls = ListenerTlsReader.read(in);
        int redirect = in.optional("redirectToHttps", REDIRECT).orElse(0);
        if (redirect != 0 && tls != null) {
            in.problem(
                    in.place("redirectToHttps"),
                    "redirectToHttps",
                    "with tls (expected: a listener without tls)",
                    null);
        }
        Section timeouts = in.section("timeouts", Part.LISTENER_TIMEOUTS);
        Section limits = in.section("limits", Part.LISTENER_LIMITS);
        return new ListenerConfig(
                name,
                bind,
                tls,
                redirect,
                in.optional("clientSubject", SUBJECT).orElse(null),
                accept(in.section("accept", Part.LISTENER_ACCEPT), bind),
                new ListenerConfig.Timeouts(
                        timeouts.optional("idle", Units.DURATION).orElse(Duration.ofMinutes(10)),
                        timeouts.optional("head", Units.DURATION).orElse(Duration.ofSeconds(10)),
                        timeouts.optional("send", Units.DURATION).orElse(Duration.ofSeconds(60))),
                new ListenerConfig.Limits(
                        limits.optional("connections", CONNECTIONS).orElse(1_000_000),
                        limits.optional("connectionsPerAddress", PER_ADDRESS).orElse(0),
                        limits.optional("head", HEAD).orElse(32L << 10).intValue(),
                        limits.optional("fields", FIELDS).orElse(100)),
                http2(in.section("http2", Part.LISTENER_HTTP2)),
                LimitsReader.clients(in),
                proxyProtocol(in));
    }

    /** Null where it is absent or empty. */
    private static ListenerConfig.@Nullable ProxyProtocol proxyProtocol(Section listener) {
        Section in = listener.section("proxyProtocol", Part.LISTENER_PROXY_PROTOCOL);
        if (in.keys().isEmpty()) {
            return null;
        }
        in.missing("from", "the networks of the proxies that send a header");
        return new ListenerConfig.ProxyProtocol(
                List.copyOf(in.several("from", Addresses.NETWORK)),
                in.optional("header", HEADER).orElse(true));
    }

    private static ListenerConfig.Http2 http2(Section in) {
        ListenerConfig.Http2 plain = ListenerConfig.Http2.PLAIN;
        return new ListenerConfig.Http2(
                in.optional("enabled", Syntax.TRUE_OR_FALSE).orElse(plain.enabled()),
                in.optional("streams", STREAMS).orElse(plain.streams()),
                in.optional("window", WINDOW).orElse((long) plain.window()).intValue(),
                in.optional("maxRequests", CONNECTIONS.orNone(plain.maxRequests()))
                        .orElse(plain.maxRequests()),
                in.optional("maxAge", Units.DURATION.orNone(plain.maxAge())).orElse(plain.maxAge()));
    }

    private static ListenerConfig.Accept accept(Section in, BindAddress bind) {
        if (in.has("mode") && !(bind instanceof UnixPath)) {
            in.problem(in.place("mode"), "mode", "only for a Unix socket (expected: bind: unix:/...)", null);
        }
        ListenerConfig.Accept plain = ListenerConfig.Accept.PLAIN;
        return new ListenerConfig.Accept(
                in.optional("backlog", BACKLOG).orElse(plain.backlog()),
                in.optional("deferAccept", DEFER).orElse(plain.deferAccept()),
                in.optional("reusePort", Syntax.TRUE_OR_FALSE).orElse(plain.reusePort()),
                keepAlive(in),
                in.optional("mode", MODE).orElse(plain.mode()));
    }

    /** Null where it is absent, empty, {@code none} or {@code off}. */
    private static ListenerConfig.@Nullable KeepAlive keepAlive(Section accept) {
        if (accept.isOff("keepAlive")) {
            return null;
        }
        Section in = accept.section("keepAlive", Part.LISTENER_KEEP_ALIVE);
        if (in.keys().isEmpty()) {
            return null;
        }
        return new ListenerConfig.KeepAlive(
                in.optional("idle", KEEP_ALIVE).orElse(Duration.ofMinutes(1)),
                in.optional("interval", KEEP_ALIVE).orElse(Duration.ofSeconds(10)),
                in.optional("probes", PROBES).orElse(6));
    }

    private void unique(Section in, String name, BindAddress bind) {
        for (Map.Entry<String, BindAddress> other : bound.entrySet()) {
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
