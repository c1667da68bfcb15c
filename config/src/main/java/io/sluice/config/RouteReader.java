package io.sluice.config;

import io.sluice.config.RouteConfig.Action;
import io.sluice.config.RouteConfig.HeaderEdits;
import io.sluice.config.RouteConfig.Match;
import io.sluice.config.RouteConfig.Rewrite;
import java.time.Duration;

/** Reads routes, one after the other, and sees that no two have the same name. */
final class RouteReader {
    private static final Syntax<Integer> PRIORITY = Syntax.whole(-1_000_000, 1_000_000);
    private static final Syntax<Duration> EXCHANGE = Units.DURATION.orNone(Duration.ZERO);
    private static final Syntax<Long> BODY = Units.size(0, 1L << 50).orNone(-1L);
    private static final Syntax<Long> BODY_RATE = Units.size(1, 1L << 30).orNone(0L);
    private static final Syntax<Long> REQUEST_BUFFER = Units.size(0, 64 << 10);
    private static final Syntax<Long> RESPONSE_BUFFER = Units.size(0, 1 << 30);

    private final Problems problems;
    private final ActionReader actions;
    private final Claims names;

    /**
     * @param problems of the file that the routes are in
     * @param names of all routes
     */
    RouteReader(Problems problems, ActionReader actions, Claims names) {
        this.problems = problems;
        this.actions = actions;
        this.names = names;
    }

    RouteConfig read(Tree item, String path) {
        Section in = new Section(Part.ROUTE, path, item.place(), item, problems);
        if (item instanceof Tree.Text text && text.absent()) {
            problems.add(item.place(), path + ": no value (expected: a route, starting with name:)");
            in = new Section(Part.ROUTE, path, item.place(), new Tree.Broken(item.place()), problems);
        }
        String name = name(in);
        MatchReader matches = new MatchReader(in.section("match", Part.MATCH));
        Match match = matches.read();
        Captures captures = matches.captures(match);
        Action action = actions.read(in, captures);
        Section timeouts = in.section("timeouts", Part.ROUTE_TIMEOUTS);
        Section limits = in.section("limits", Part.ROUTE_LIMITS);
        return new RouteConfig(
                name,
                match,
                in.optional("priority", PRIORITY).orElse(0),
                action,
                rewrite(in, captures),
                edits(in, "requestHeaders", captures),
                edits(in, "responseHeaders", captures),
                new RouteConfig.Timeouts(
                        timeouts.optional("responseHead", Units.DURATION).orElse(Duration.ofSeconds(60)),
                        timeouts.optional("bodyIdle", Units.DURATION).orElse(Duration.ofSeconds(60)),
                        timeouts.optional("bodyGrace", Units.DURATION).orElse(Duration.ofSeconds(20)),
                        timeouts.optional("exchange", EXCHANGE).orElse(Duration.ZERO),
                        timeouts.optional("tunnelIdle", Units.DURATION).orElse(Duration.ofHours(1))),
                limits(limits),
                AccessLogReader.ofRoute(in),
                LimitsReader.guard(in, limits));
    }

    private static RouteConfig.Limits limits(Section in) {
        return new RouteConfig.Limits(
                in.optional("body", BODY).orElse(-1L),
                in.optional("bodyRate", BODY_RATE).orElse(240L),
                in.optional("requestBuffer", REQUEST_BUFFER).orElse(32L << 10).intValue(),
                in.optional("responseBuffer", RESPONSE_BUFFER).orElse(1L << 20).intValue());
    }

    private String name(Section in) {
        String name = in.required("name", GatewayReader.NAME).orElse("");
        Tree tree = in.tree("name");
        if (!name.isEmpty() && tree != null) {
            String taken = names.claim(name, tree.place(), problems);
            if (taken != null) {
                String message = Shown.value(name) + " (expected: a name of its own)";
                in.problem(tree.place(), "name", message, "the route " + taken + " has this name");
            }
        }
        return name;
    }

    private static Rewrite rewrite(Section route, Captures captures) {
        Section in = route.section("rewrite", Part.REWRITE);
        if (route.has("rewrite") && (route.has("redirect") || route.has("respond"))) {
            in.problems().add(in.place(), in.path() + ": nothing is forwarded here (expected: with to or split)");
        }
        if (in.has("path") && (in.has("stripPrefix") || in.has("addPrefix"))) {
            in.problem(
                    in.place("path"),
                    "path",
                    "with another (expected: path alone, or stripPrefix and addPrefix)",
                    null);
        }
        Rewrite rewrite = new Rewrite(
                in.optional("stripPrefix", PathSyntax.PREFIX).orElse(null),
                in.optional("addPrefix", PathSyntax.PREFIX).orElse(null),
                in.optional("path", template(captures)).orElse(null));
        return rewrite.equals(Rewrite.NONE) ? Rewrite.NONE : rewrite;
    }

    private static Syntax<String> template(Captures captures) {
        String looks = "a path such as /v2/{id}/{tail}";
        return new Syntax<>(looks, text -> {
                    if (text.length() > PathSyntax.LONGEST) {
                        return Parsed.bad("at most " + PathSyntax.LONGEST + " characters");
                    }
                    if (!text.startsWith("/")) {
                        return Parsed.bad(looks);
                    }
                    Parsed<String> wrong = captures.wrongNames(text);
                    if (wrong == null) {
                        wrong = PathSyntax.wrongPath(Captures.filled(text));
                    }
                    return wrong == null ? Parsed.good(text) : wrong;
                })
                .like("/.*");
    }

    private static HeaderEdits edits(Section route, String key, Captures captures) {
        Section in = route.section(key, Part.HEADER_EDITS);
        return new HeaderEditsReader(in, key.equals("requestHeaders"), captures).read();
    }
}
