package io.sluice.config;

import java.util.List;

/** The text as YAML sees it, before it means anything: keys and values, lists and texts, each with its place. */
sealed interface Tree {

    Place place();

    /**
     * A scalar.
     *
     * @param raw as written, without quotes: what messages show
     * @param value after substitution
     * @param plain without quotes, not a block
     */
    record Text(Place place, String raw, String value, boolean plain) implements Tree {

        /** Nothing, or one of YAML's words for it. */
        boolean absent() {
            return plain && (raw.isEmpty() || raw.equals("~") || raw.equals("null"));
        }
    }

    /** Keys and values in file order, no key twice. */
    record Mapping(Place place, List<Entry> entries) implements Tree {}

    /** A list. */
    record Items(Place place, List<Tree> items) implements Tree {}

    /** A value whose problem has been told: read as if it were not there, without another problem. */
    record Broken(Place place) implements Tree {}

    /**
     * One key with its value.
     *
     * @param place of the key
     */
    record Entry(Place place, String key, Tree value) {}
}
