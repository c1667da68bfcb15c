package io.sluice.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes. */
final class Units {
    private static final String DURATION_LOOKS = "a duration such as 250ms, 10s, 5m, 1h";
    private static final String DURATION_PATTERN = "[0-9]{1,15}(ms|s|m|h)";
    private static final String SIZE_PATTERN = "[0-9]{1,15}(B|KiB|MiB|GiB)";
    private static final String SIZE_LOOKS = "a size such as 512B, 64KiB, 1MiB";
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,15})([A-Za-z]{0,5})");
    private static final Pattern SHARE_LOOKS = Pattern.compile("0(\\.[0-9]{1,9})?|1(\\.0{1,9})?");
    private static final Pattern NEGATIVE = Pattern.compile("-[0-9]+[A-Za-z]*");

    private static final Map<String, Long> MILLIS = Map.of("ms", 1L, "s", 1000L, "m", 60L * 1000, "h", 60L * 60 * 1000);
    private static final Map<String, Long> BYTES = Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);
    private static final Map<String, String> NEARLY_BYTES = Map.of(
            "k", "KiB", "kb", "KiB", "kib", "KiB", "m", "MiB", "mb", "MiB", "mib", "MiB", "g", "GiB", "gb", "GiB",
            "gib", "GiB", "b", "B");

    private Units() {}

    /** A part of a whole. */
    static final Syntax<Double> SHARE = Syntax.of(
                    "a number from 0 to 1, such as 0.01",
                    text -> SHARE_LOOKS.matcher(text).matches() ? Optional.of(Double.valueOf(text)) : Optional.empty())
            .like(SHARE_LOOKS.pattern());

    /** More than nothing, at most a year. */
    static final Syntax<Duration> DURATION = new Syntax<>(DURATION_LOOKS, Units::duration).like(DURATION_PATTERN);

    private static Parsed<Duration> duration(String text) {
        if (NEGATIVE.matcher(text).matches()) {
            return Parsed.bad("> 0");
        }
        Matcher amount = AMOUNT.matcher(text);
        if (!amount.matches()) {
            return Parsed.bad(DURATION_LOOKS);
        }
        String unit = amount.group(2);
        Long millis = MILLIS.get(unit);
        if (millis == null) {
            return Parsed.bad(DURATION_LOOKS, unit.isEmpty() ? "did you mean " + text + "s?" : null);
        }
        long count = Long.parseLong(amount.group(1));
        if (count == 0) {
            return Parsed.bad("> 0");
        }
        return count > LONGEST.toMillis() / millis
                ? Parsed.bad("at most 8760h, a year")
                : Parsed.good(Duration.ofMillis(count * millis));
    }

    /** A duration with a limit of its own. */
    static Syntax<Duration> atMost(Duration most) {
        String range = "at most " + most.toSeconds() + "s";
        return new Syntax<>(DURATION_LOOKS + ", " + range, text -> switch (duration(text)) {
            case Parsed.Good<Duration>(Duration value) when value.compareTo(most) > 0 -> Parsed.bad(range);
            case Parsed<Duration> read -> read;
        });
    }

    /** Whole seconds, at least one: what the kernel counts in. */
    static Syntax<Duration> seconds(int most) {
        String looks = "a duration of whole seconds, 1s.." + most + "s";
        Function<String, Parsed<Duration>> reading = text -> switch (duration(text)) {
            case Parsed.Good<Duration>(Duration value)
            when value.toMillis() % 1000 != 0 || value.toSeconds() > most -> Parsed.bad(looks);
            case Parsed<Duration> read -> read;
        };
        return new Syntax<>(looks, reading).like(DURATION_PATTERN);
    }

    /** Bytes, from least to most. */
    static Syntax<Long> size(long least, long most) {
        return new Syntax<>(SIZE_LOOKS, text -> size(text, least, most)).like(SIZE_PATTERN);
    }

    private static Parsed<Long> size(String text, long least, long most) {
        String range = written(least) + ".." + written(most);
        if (NEGATIVE.matcher(text).matches()) {
            return Parsed.bad(range);
        }
        Matcher amount = AMOUNT.matcher(text);
        if (!amount.matches()) {
            return Parsed.bad(SIZE_LOOKS);
        }
        String unit = amount.group(2);
        Long bytes = BYTES.get(unit);
        if (bytes == null) {
            String meant = unit.isEmpty() ? "B" : NEARLY_BYTES.get(unit.toLowerCase(Locale.ROOT));
            return Parsed.bad(SIZE_LOOKS, meant == null ? null : "did you mean " + amount.group(1) + meant + "?");
        }
        long count = Long.parseLong(amount.group(1));
        return count <= most / bytes && count * bytes >= least ? Parsed.good(count * bytes) : Parsed.bad(range);
    }

    /** In the largest unit that holds it in whole numbers. */
    private static String written(long bytes) {
        if (bytes == 0) {
            return "0B";
        }
        if (bytes % (1L << 30) == 0) {
            return (bytes >> 30) + "GiB";
        }
        if (bytes % (1L << 20) == 0) {
            return (bytes >> 20) + "MiB";
        }
        return bytes % (1L << 10) == 0 ? (bytes >> 10) + "KiB" : bytes + "B";
    }
}
