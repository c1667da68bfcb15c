package io.sluice.admin;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A version of the config that was in force at a time.
 *
 * @param summary of what it changed, in a few words
 * @param confirmed null: nobody had to; false: it was not, or not yet
 * @param included what was in force of the files that it includes
 */
public record ConfigVersion(
        long version,
        Instant at,
        Author author,
        String summary,
        @Nullable Boolean confirmed,
        String text,
        List<Included> included) {

    /** What was in force of an included file. */
    public record Included(String file, String text) {}

    /** Characters, with its included files. */
    public long size() {
        return text.length()
                + included.stream().mapToLong(file -> file.text().length()).sum();
    }

    public ConfigVersion confirmed(boolean how) {
        return new ConfigVersion(version, at, author, summary, how, text, included);
    }
}
