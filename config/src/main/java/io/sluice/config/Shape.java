package io.sluice.config;

import java.util.List;

/** What the texts of one kind of value look like, as far as an editor can tell: looser than the reader, never stricter. */
sealed interface Shape {

    /** Any text. */
    Shape TEXT = new Text();

    record Text() implements Shape {}

    /**
     * Text that matches as a whole.
     *
     * @param pattern means the same in Java and in ECMA 262, which JSON Schema takes
     */
    record Like(String pattern) implements Shape {}

    record Whole(long least, long most) implements Shape {}

    /** One of these texts. */
    record Words(List<String> words) implements Shape {}

    record Either(Shape one, Shape other) implements Shape {}

    default Shape or(String... words) {
        return new Either(this, new Words(List.of(words)));
    }
}
