package io.sluice.config;

import io.sluice.config.AccessLogConfig.Field;
import io.sluice.config.AccessLogConfig.Format;
import io.sluice.config.AccessLogConfig.Sampling;
import io.sluice.config.AccessLogConfig.Target;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what is said about the access log, by the whole file and by a route. */
final class AccessLogReader {
    private static final String TARGET_LOOKS = "off, stdout, or the path of a file, with a / in it";
    private static final Syntax<AccessLogConfig> TARGET =
            new Syntax<>(TARGET_LOOKS, AccessLogReader::target).like("off|stdout|.*/.*[^/]");
    private static final Syntax<Format> FORMAT =
            Syntax.word(Map.entry("json", Format.JSON), Map.entry("combined", Format.COMBINED));
    private static final Syntax<Field> FIELD = field();
    private static final Syntax<Sampling> ROUTE_OFF = Syntax.of(
                    "off, or keys and values: " + String.join(", ", Part.ROUTE_LOG.keys()),
                    text -> text.equals("off") ? Optional.of(Sampling.NONE) : Optional.empty())
            .words("off");

    private AccessLogReader() {}

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of entries
    private static Syntax<Field> field() {
        Map.Entry<String, Field>[] words = Arrays.stream(Field.values())
                .map(field -> Map.entry(field.word(), field))
                .toArray(Map.Entry[]::new);
        return Syntax.word(words);
    }

    private static Parsed<AccessLogConfig> target(String text) {
        return switch (text) {
            case "off" -> Parsed.good(new AccessLogConfig.Off());
            case "stdout" -> Parsed.good(AccessLogConfig.On.json(new Target.Stdout()));
            default ->
                text.indexOf('/') >= 0 && text.indexOf('\0') < 0 && !text.endsWith("/")
                        ? Parsed.good(AccessLogConfig.On.json(new Target.File(text)))
                        : Parsed.bad(TARGET_LOOKS, Nearest.hint(text, List.of("off", "stdout")));
        };
    }

    /** Of the whole file: a target alone, or a section. */
    static AccessLogConfig read(Section top) {
        if (!(top.tree("accessLog") instanceof Tree.Mapping)) {
            return top.optional("accessLog", TARGET).orElseGet(AccessLogConfig.Off::new);
        }
        Section in = top.section("accessLog", Part.ACCESS_LOG);
        AccessLogConfig target = in.required("to", TARGET).orElseGet(AccessLogConfig.Off::new);
        Format format = in.optional("format", FORMAT).orElse(Format.JSON);
        List<Field> fields = fields(in, format);
        Sampling sampling = sampling(in);
        return switch (target) {
            case AccessLogConfig.Off off -> off;
            case AccessLogConfig.On on -> new AccessLogConfig.On(on.to(), format, fields, sampling);
        };
    }

    private static List<Field> fields(Section in, Format format) {
        List<Field> fields = List.copyOf(new LinkedHashSet<>(in.several("fields", FIELD)));
        if (format == Format.JSON && in.has("fields")) {
            in.problem(
                    in.place("fields"),
                    "fields",
                    "with format json (expected: with format combined)",
                    "lines of JSON have all fields");
            return List.of();
        }
        return fields;
    }

    private static Sampling sampling(Section in) {
        return new Sampling(
                in.optional("sample", Units.SHARE).orElse(Sampling.ALL.share()),
                in.optional("failures", Syntax.TRUE_OR_FALSE).orElse(Sampling.ALL.failures()));
    }

    /** Of a route; null where it says nothing. */
    static @Nullable Sampling ofRoute(Section route) {
        if (route.tree("log") instanceof Tree.Text text && !text.absent()) {
            return route.optional("log", ROUTE_OFF).orElse(null);
        }
        Section in = route.section("log", Part.ROUTE_LOG);
        return in.keys().isEmpty() ? null : sampling(in);
    }
}
