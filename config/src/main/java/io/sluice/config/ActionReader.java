package io.sluice.config;

import io.sluice.config.RouteConfig.Action;
import io.sluice.config.RouteConfig.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a route does. */
final class ActionReader {
    private static final List<String> ACTIONS = List.of("to", "split", "redirect", "respond");
    private static final String SHARES = "upstreams with weights";
    private static final String LOCATION_LOOKS = "a URL such as https://{host}{path}, or a path";
    private static final String KEY_LOOKS = "client, header:NAME, cookie:NAME or query:NAME";
    private static final int MOST_SHARES = 100;
    private static final int LONGEST_BODY = 1 << 20;

    private static final Action NOTHING = new Action.Respond(404, "", "");
    private static final Pattern URL = Pattern.compile("(?i)https?://[^/?#]+([/?#].*)?");
    private static final Pattern URL_CHARACTERS =
            Pattern.compile("([A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*");

    private static final Syntax<Integer> WEIGHT = Syntax.whole(0, 1_000_000);
    private static final Syntax<Integer> RESPOND_STATUS = Syntax.whole(200, 599);
    private static final Syntax<Integer> REDIRECT_STATUS = Syntax.of(
                    "301, 302, 303, 307 or 308",
                    text -> text.matches("30[12378]") ? Optional.of(Integer.valueOf(text)) : Optional.empty())
            .words("301", "302", "303", "307", "308");
    private static final Syntax<String> BODY = new Syntax<>(
            "text", text -> text.length() <= LONGEST_BODY ? Parsed.good(text) : Parsed.bad("at most 1 MiB"));
    private static final Syntax<RouteConfig.Key> SPLIT_BY =
            new Syntax<>(KEY_LOOKS, ActionReader::key).like("client|(header|cookie|query):.+");

    private final Set<String> upstreamNames;
    private final boolean complete;
    /** Ten thousand misspelt names among ten thousand take too long to compare: the last ones get no hint. */
    private int comparisonsLeft = 1_000_000;

    private final Syntax<String> upstream;

    /**
     * @param upstreamNames of all files
     * @param complete false where a file can't be read, so that there may be more
     */
    ActionReader(Set<String> upstreamNames, boolean complete) {
        this.upstreamNames = upstreamNames;
        this.complete = complete;
        this.upstream = new Syntax<>("the name of an upstream", this::upstream);
    }

    /** The one action; problems where there is none or another. */
    Action read(Section in, Captures captures) {
        in.exactlyOne(ACTIONS);
        List<String> present = in.keys().stream().filter(ACTIONS::contains).toList();
        if (present.isEmpty() && !in.broken()) {
            in.problems().add(in.place(), in.path() + ": no action (expected: one of to, split, redirect, respond)");
        }
        for (String second : present.subList(Math.min(1, present.size()), present.size())) {
            String message = "with " + present.get(0) + " (expected: one of to, split, redirect, respond)";
            in.problem(in.place(second), second, message, null);
        }
        Optional<RouteConfig.Key> by = in.optional("splitBy", SPLIT_BY);
        if (in.has("splitBy") && !in.has("split") && !present.isEmpty()) {
            in.problem(in.place("splitBy"), "splitBy", "there is nothing to split (expected: with split)", null);
        }
        Action first = null;
        for (String action : present) {
            Action read = switch (action) {
                case "to" -> new Action.Forward(in.optional("to", upstream).orElse(""));
                case "split" -> split(in, by.orElse(null));
                case "redirect" -> redirect(in.section("redirect", Part.REDIRECT), captures);
                default -> respond(in.section("respond", Part.RESPOND));
            };
            first = first == null ? read : first;
        }
        return first == null ? NOTHING : first;
    }

    private Parsed<String> upstream(String text) {
        if (upstreamNames.contains(text) || !complete) {
            return Parsed.good(text);
        }
        String hint = comparisonsLeft < 0 ? null : Nearest.hint(text, upstreamNames);
        comparisonsLeft -= upstreamNames.size();
        if (hint == null) {
            List<String> some =
                    upstreamNames.stream().limit(8).map(Shown::value).toList();
            hint = some.isEmpty()
                    ? "there are no upstreams"
                    : "the upstreams are " + String.join(", ", some)
                            + (some.size() < upstreamNames.size() ? ", ..." : "");
        }
        return Parsed.bad("the name of an upstream", hint);
    }

    private Action split(Section in, RouteConfig.@Nullable Key by) {
        List<Tree.Entry> entries = in.entries("split", SHARES);
        List<Share> shares = new ArrayList<>();
        String path = in.path("split");
        for (Tree.Entry entry : entries) {
            Values.key(entry, path, upstream, in.problems());
            String name = path + "." + Shown.value(entry.key());
            Values.read(entry.value(), name, entry.place(), WEIGHT, in.problems())
                    .ifPresent(weight -> shares.add(new Share(entry.key(), weight)));
        }
        if (in.empty("split")) {
            in.problem(in.place("split"), "split", "empty (expected: " + SHARES + ")", null);
        } else if (entries.size() > MOST_SHARES) {
            String message = entries.size() + " upstreams (expected: at most " + MOST_SHARES + ")";
            in.problem(in.place("split"), "split", message, null);
        } else if (!entries.isEmpty()
                && shares.size() == entries.size()
                && shares.stream().allMatch(share -> share.weight() == 0)) {
            in.problem(in.place("split"), "split", "all weights are 0 (expected: a sum > 0)", null);
        }
        return new Action.Split(List.copyOf(shares), by);
    }

    private static Parsed<RouteConfig.Key> key(String text) {
        if (text.equals("client")) {
            return Parsed.good(new RouteConfig.Key.Client());
        }
        int colon = text.indexOf(':');
        String kind = colon < 0 ? text : text.substring(0, colon);
        String name = text.substring(colon + 1);
        if (colon < 0 || name.isEmpty()) {
            return Parsed.bad(KEY_LOOKS, Nearest.hint(kind, List.of("client")));
        }
        boolean token = HttpSyntax.NAME.read(name) instanceof Parsed.Good;
        return switch (kind) {
            case "header" ->
                token ? Parsed.good(new RouteConfig.Key.Header(name)) : Parsed.bad(HttpSyntax.NAME.expected());
            case "cookie" -> token ? Parsed.good(new RouteConfig.Key.Cookie(name)) : Parsed.bad("a cookie name");
            case "query" -> Parsed.good(new RouteConfig.Key.Query(name));
            default -> Parsed.bad(KEY_LOOKS, Nearest.hint(kind, List.of("header", "cookie", "query")));
        };
    }

    private static Action redirect(Section in, Captures captures) {
        Captures all = captures.withRequest();
        Syntax<String> location =
                new Syntax<>(LOCATION_LOOKS, text -> location(text, all)).like("(/|[Hh][Tt][Tt][Pp][Ss]?://).*");
        return new Action.Redirect(
                in.required("location", location).orElse(""),
                in.optional("status", REDIRECT_STATUS).orElse(308));
    }

    private static Parsed<String> location(String text, Captures captures) {
        if (text.length() > HttpSyntax.LONGEST_VALUE) {
            return Parsed.bad("at most " + HttpSyntax.LONGEST_VALUE + " characters");
        }
        Parsed.Bad<String> wrong = captures.wrongNames(text);
        if (wrong != null) {
            return wrong;
        }
        String filled = Captures.filled(text);
        boolean path = filled.startsWith("/") && !filled.startsWith("//");
        if (!path && !URL.matcher(filled).matches()) {
            return Parsed.bad(LOCATION_LOOKS);
        }
        return URL_CHARACTERS.matcher(filled).matches() ? Parsed.good(text) : Parsed.bad("characters of a URL");
    }

    private static Action respond(Section in) {
        int status = in.required("status", RESPOND_STATUS).orElse(200);
        String body = in.optional("body", BODY).orElse("");
        if (!body.isEmpty() && (status == 204 || status == 205 || status == 304)) {
            in.problem(in.place("body"), "body", "a response " + status + " has none (expected: no body)", null);
        }
        String type = in.optional("contentType", HttpSyntax.CONTENT_TYPE).orElse("text/plain; charset=utf-8");
        return new Action.Respond(status, type, body);
    }
}
