package io.sluice.tls;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which of several things is meant by a name: the one that has it, else the one that has {@code *} for its first label (RFC 6125
 * section 6.4.3), else the first. Of two that have the same name it is the first.
 */
final class ServerNames<T> {
    private final T first;
    private final Map<String, T> exact = new HashMap<>();
    /** By what follows the star, with its dot. */
    private final Map<String, T> wildcards = new HashMap<>();

    ServerNames(T first) {
        this.first = first;
    }

    /** @param names in lower case */
    void add(List<String> names, T value) {
        for (String name : names) {
            if (name.startsWith("*.")) {
                wildcards.putIfAbsent(name.substring(1), value);
            } else {
                exact.putIfAbsent(name, value);
            }
        }
    }

    /** @param name in lower case; null: none was asked for */
    T find(@Nullable String name) {
        if (name == null) {
            return first;
        }
        String plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        T found = exact.get(plain);
        if (found == null) {
            int dot = plain.indexOf('.');
            found = dot <= 0 ? null : wildcards.get(plain.substring(dot));
        }
        return found == null ? first : found;
    }
}
