package io.sluice.config;

import io.sluice.config.HealthConfig.Check;
import io.sluice.config.HealthConfig.Ejection;
import io.sluice.config.HealthConfig.Http;
import io.sluice.config.HealthConfig.Retries;
import io.sluice.config.HealthConfig.Statuses;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads which endpoints of an upstream get requests: checks, ejection, panic, slow start, retries. */
final class HealthReader {
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final int LONGEST_TARGET = 2048;
    private static final int LONGEST_BODY = 1024;
    private static final String TARGET_LOOKS = "a path such as /healthz, with or without a query";
    private static final String STATUS_LOOKS = "a status or a range such as 200-399";
    private static final String PERCENT_LOOKS = "a percentage such as 20%";
    private static final Pattern TARGET = Pattern.compile("/[!-~&&[^#]]*");
    private static final Pattern RANGE = Pattern.compile("([0-9]{3})(?:-([0-9]{3}))?");
    private static final Pattern PERCENTAGE = Pattern.compile("([0-9]{1,3})%");
    private static final Pattern AUTHORITY = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,260}");
    /** What makes no sense with a check that only connects. */
    private static final List<String> OF_HTTP = List.of("path", "status", "body", "host", "method");

    private static final Syntax<Integer> THRESHOLD = Syntax.whole(1, 100);
    private static final Syntax<Integer> FAILURES = Syntax.whole(1, 10_000).orNone(0);
    private static final Syntax<Integer> MIN_REQUESTS = Syntax.whole(1, 1_000_000);
    private static final Syntax<Integer> PORT = Syntax.whole(1, 65_535);
    private static final Syntax<Integer> ATTEMPTS = Syntax.whole(1, 10);
    private static final Syntax<Integer> PER_SECOND = Syntax.whole(0, 100_000);
    private static final Syntax<Duration> SLOW_START = Units.DURATION.orNone(Duration.ZERO);
    private static final Syntax<Duration> WINDOW = Units.seconds(60);

    private static final Syntax<String> PATH = new Syntax<>(TARGET_LOOKS, text -> {
        if (text.length() > LONGEST_TARGET) {
            return Parsed.bad("at most " + LONGEST_TARGET + " characters");
        }
        return TARGET.matcher(text).matches() ? Parsed.good(text) : Parsed.bad(TARGET_LOOKS);
    });

    private static final Syntax<String> BODY = new Syntax<>("a text", text -> {
        boolean fits = !text.isEmpty() && text.length() <= LONGEST_BODY;
        return fits ? Parsed.good(text) : Parsed.bad("a text of 1.." + LONGEST_BODY + " characters");
    });

    private static final Syntax<String> HOST = new Syntax<>(
            "a host, with or without a port",
            text -> AUTHORITY.matcher(text).matches()
                    ? Parsed.good(text)
                    : Parsed.bad("a host, with or without a port"));

    private static final Syntax<Duration> INTERVAL =
            new Syntax<>(Units.DURATION.expected(), text -> switch (Units.DURATION.read(text)) {
                case Parsed.Good<Duration>(Duration value)
                when value.compareTo(SHORTEST) < 0 -> Parsed.bad("at least 100ms");
                case Parsed<Duration> read -> read;
            });

    private static final Syntax<Statuses> STATUS = new Syntax<>(STATUS_LOOKS, HealthReader::statuses);

    private HealthReader() {}

    private static Parsed<Statuses> statuses(String text) {
        Matcher range = RANGE.matcher(text);
        if (!range.matches()) {
            return Parsed.bad(STATUS_LOOKS);
        }
        int first = Integer.parseInt(range.group(1));
        int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
        return 200 <= first && first <= last && last <= 599
                ? Parsed.good(new Statuses(first, last))
                : Parsed.bad("200..599, the lower one first");
    }

    private static Syntax<Integer> percent(int least) {
        return new Syntax<>(PERCENT_LOOKS, text -> {
            Matcher matcher = PERCENTAGE.matcher(text);
            if (!matcher.matches()) {
                boolean bare = text.matches("[0-9]{1,3}");
                return Parsed.bad(PERCENT_LOOKS, bare ? "did you mean " + text + "%?" : null);
            }
            int value = Integer.parseInt(matcher.group(1));
            return least <= value && value <= 100 ? Parsed.good(value) : Parsed.bad(least + "%..100%");
        });
    }

    /** @param in the upstream */
    static HealthConfig read(Section in) {
        HealthConfig usual = HealthConfig.USUAL;
        return new HealthConfig(
                in.has("health") && !in.empty("health") ? check(in.section("health", Part.HEALTH)) : null,
                ejection(in.section("ejection", Part.EJECTION)),
                in.optional("panic", percent(0)).orElse(usual.panic()),
                in.optional("slowStart", SLOW_START).orElse(usual.slowStart()),
                retries(in.section("retries", Part.RETRIES)));
    }

    private static @Nullable Check check(Section in) {
        if (in.broken()) {
            return null;
        }
        boolean tcp = in.optional("tcp", Syntax.TRUE_OR_FALSE).orElse(false);
        if (tcp) {
            for (String key : OF_HTTP) {
                if (in.has(key)) {
                    in.problem(in.place(key), key, "beside tcp (expected: none, only a connection is made)", null);
                }
            }
        } else {
            in.missing("path", TARGET_LOOKS + ", or tcp: true");
        }
        Duration interval = in.optional("interval", INTERVAL).orElse(Duration.ofSeconds(5));
        return new Check(
                tcp ? null : http(in),
                in.optional("port", PORT).orElse(0),
                interval,
                in.optional("timeout", Units.DURATION).orElse(Duration.ofSeconds(2)),
                in.optional("healthyAfter", THRESHOLD).orElse(2),
                in.optional("unhealthyAfter", THRESHOLD).orElse(3),
                in.optional("required", Syntax.TRUE_OR_FALSE).orElse(false));
    }

    private static Http http(Section in) {
        String method = in.optional("method", HttpSyntax.METHOD).orElse("GET");
        if (method.equals("HEAD") && in.has("body")) {
            in.problem(in.place("body"), "body", "beside method: HEAD (expected: none, the answer has none)", null);
        }
        if (method.equals("CONNECT")) {
            in.problem(in.place("method"), "method", "CONNECT (expected: a method such as GET)", null);
        }
        List<Statuses> status = in.several("status", STATUS);
        return new Http(
                method,
                in.optional("path", PATH).orElse("/"),
                in.optional("host", HOST).orElse(null),
                status.isEmpty() ? List.of(new Statuses(200, 399)) : List.copyOf(status),
                in.optional("body", BODY).orElse(null));
    }

    private static Ejection ejection(Section in) {
        Ejection usual = HealthConfig.USUAL.ejection();
        Duration time = in.optional("time", Units.DURATION).orElse(usual.time());
        Duration given = in.optional("maxTime", Units.DURATION).orElse(null);
        if (given != null && given.compareTo(time) < 0) {
            in.problem(in.place("maxTime"), "maxTime", "less than time (expected: as long or longer)", null);
        }
        return new Ejection(
                in.optional("failures", FAILURES).orElse(usual.failures()),
                in.optional("serverErrors", Syntax.TRUE_OR_FALSE).orElse(usual.serverErrors()),
                in.optional("errorRate", percent(1).orNone(0)).orElse(usual.errorRate()),
                in.optional("window", WINDOW).orElse(usual.window()),
                in.optional("minRequests", MIN_REQUESTS).orElse(usual.minRequests()),
                time,
                given != null ? given : time.compareTo(usual.maxTime()) > 0 ? time : usual.maxTime(),
                in.optional("maxEjected", percent(1)).orElse(usual.maxEjected()));
    }

    private static Retries retries(Section in) {
        Retries usual = HealthConfig.USUAL.retries();
        return new Retries(
                in.optional("attempts", ATTEMPTS).orElse(usual.attempts()),
                in.optional("budget", percent(0)).orElse(usual.budget()),
                in.optional("perSecond", PER_SECOND).orElse(usual.perSecond()));
    }
}
