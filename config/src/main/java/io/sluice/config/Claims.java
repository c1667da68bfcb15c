package io.sluice.config;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names of one kind, each of which may be there once in all files. */
final class Claims {
    private final Map<String, Claim> claims = new HashMap<>();

    private record Claim(String file, Place place) {}

    /**
     * Claims a name.
     *
     * @param in problems of the file that claims it
     * @return where it is taken, such as {@code on line 7} or {@code at other.yaml:7:3}; null: it was free
     */
    @Nullable
    String claim(String name, Place place, Problems in) {
        Claim first = claims.putIfAbsent(name, new Claim(in.file(), place));
        if (first == null) {
            return null;
        }
        Place taken = first.place();
        return first.file().equals(in.file())
                ? "on line " + taken.line()
                : "at " + first.file() + ":" + taken.line() + ":" + taken.column();
    }
}
