package io.sluice.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hears what the readers ask of a text, whether it is there or not: so the JSON Schema is made from the readers
 * themselves. Paths are those of messages.
 */
interface Vocabulary {
    /** Hears nothing. */
    Vocabulary DEAF = new Vocabulary() {};

    /** How many values a key has. */
    enum Form {
        ONE,
        /** One, or a list of them. */
        SEVERAL,
        /** Keys and values that a {@link Part} describes. */
        SECTION,
        /** Names of the user's choice with values, told by {@link #value}, {@link #section} and {@link #name}. */
        NAMES,
        /** A list, told likewise. */
        LIST
    }

    /** A key is asked for; of a part several times if it may have several forms. */
    default void asked(String path, Part part, String key, Form form, Shape shape) {}

    /** A section at that path is asked for a key that must be there. */
    default void required(String path, String key) {}

    /** There must be one of these keys, and no two. */
    default void exactlyOne(Part part, List<String> keys) {}

    /** A value is read. */
    default void value(String path, Form form, Shape shape, Tree value) {}

    /** A section is read; null: from nothing. */
    default void section(String path, Part part, @Nullable Tree tree) {}

    /** Names of that shape are read from what stands there. */
    default void name(String path, Shape shape) {}
}
