package io.sluice.config;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What reading the text of one value gave. */
sealed interface Parsed<T> {

    record Good<T>(T value) implements Parsed<T> {}

    /**
     * The text is not such a value.
     *
     * @param expected what it should have been, for the end of a message
     */
    record Bad<T>(String expected, @Nullable String hint) implements Parsed<T> {}

    static <T> Parsed<T> good(T value) {
        return new Good<>(value);
    }

    static <T> Parsed<T> bad(String expected) {
        return new Bad<>(expected, null);
    }

    static <T> Parsed<T> bad(String expected, @Nullable String hint) {
        return new Bad<>(expected, hint);
    }

    default <U> Parsed<U> map(Function<T, U> function) {
        return switch (this) {
            case Good<T>(T value) -> new Good<>(function.apply(value));
            case Bad<T>(String expected, String hint) -> new Bad<>(expected, hint);
        };
    }
}
