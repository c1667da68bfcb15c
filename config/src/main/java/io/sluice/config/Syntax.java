package io.sluice.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * How the text of one kind of value is read.
 *
 * @param expected what such a value looks like, for messages about one that is missing
 * @param shape what it looks like to an editor; whatever can be read has it
 */
record Syntax<T>(String expected, Function<String, Parsed<T>> reading, Shape shape) {

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}");

    /** Of any text, to an editor. */
    Syntax(String expected, Function<String, Parsed<T>> reading) {
        this(expected, reading, new Shape.Text());
    }

    /**
     * The same, and an editor knows more about it.
     *
     * @param pattern matches all that can be read
     */
    Syntax<T> like(String pattern) {
        return new Syntax<>(expected, reading, new Shape.Like(pattern));
    }

    /** The same, which looks like another to an editor: what can be read depends on the rest of the text. */
    Syntax<T> like(Syntax<?> wider) {
        return new Syntax<>(expected, reading, wider.shape());
    }

    /** The same; an editor offers these words, and nothing else can be read. */
    Syntax<T> words(String... words) {
        return new Syntax<>(expected, reading, new Shape.Words(List.of(words)));
    }

    /** Of a function that knows only yes and no. */
    static <T> Syntax<T> of(String expected, Function<String, Optional<T>> reading) {
        return new Syntax<>(
                expected,
                text -> reading.apply(text).<Parsed<T>>map(Parsed.Good::new).orElseGet(() -> Parsed.bad(expected)));
    }

    Parsed<T> read(String text) {
        return reading.apply(text);
    }

    /** This, or a word that stands for a value of its own. */
    Syntax<T> or(String word, T value) {
        return new Syntax<>(
                expected + ", or " + word,
                text -> text.equals(word) ? Parsed.good(value) : orBad(text, word),
                shape.or(word));
    }

    private Parsed<T> orBad(String text, String word) {
        return switch (read(text)) {
            case Parsed.Good<T> good -> good;
            case Parsed.Bad<T>(String why, String hint) -> Parsed.bad(why + ", or " + word, hint);
        };
    }

    /** This, or {@code none} or {@code off} where a limit may be absent. */
    Syntax<T> orNone(T none) {
        return new Syntax<>(
                expected + ", or none",
                text -> text.equals("none") || text.equals("off") ? Parsed.good(none) : orBad(text, "none"),
                shape.or("none", "off"));
    }

    static final Syntax<Boolean> TRUE_OR_FALSE = word(Map.entry("true", true), Map.entry("false", false));

    /** One word of a closed set. */
    @SafeVarargs
    static <T> Syntax<T> word(Map.Entry<String, ? extends T>... words) {
        Map<String, T> values = new LinkedHashMap<>();
        for (Map.Entry<String, ? extends T> word : words) {
            values.put(word.getKey(), word.getValue());
        }
        String all = String.join(", ", values.keySet());
        String expected = words.length == 1 ? all : "one of " + all;
        Function<String, Parsed<T>> reading = text -> {
            T value = values.get(text);
            return value != null ? Parsed.good(value) : Parsed.bad(expected, Nearest.hint(text, values.keySet()));
        };
        return new Syntax<>(expected, reading, new Shape.Words(List.copyOf(values.keySet())));
    }

    /** A whole number. */
    static Syntax<Integer> whole(int least, int most) {
        String range = least + ".." + most;
        String expected = "a whole number, " + range;
        Function<String, Parsed<Integer>> reading = text -> {
            if (!NUMBER.matcher(text).matches()) {
                return Parsed.bad(expected);
            }
            long number = Long.parseLong(text);
            return least <= number && number <= most ? Parsed.good((int) number) : Parsed.bad(range);
        };
        return new Syntax<>(expected, reading, new Shape.Whole(least, most));
    }
}
