package io.sluice.bench.program;

import java.util.Map;
import java.util.TreeMap;

/** Figures on a line, as programs tell them one another: {@code key=value}, separated by blanks. Other words are passed over. */
public record Pairs(Map<String, String> values) {
    public static Pairs parse(String line) {
        Map<String, String> values = new TreeMap<>();
        for (String word : line.strip().split(" ", -1)) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                values.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        return new Pairs(values);
    }

    /** @throws IllegalArgumentException if there is no such key; the others refuse that too, and what is no number */
    public String text(String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("figures without " + key + ": " + values);
        }
        return value;
    }

    public int count(String key) {
        return Integer.parseInt(text(key));
    }

    public long number(String key) {
        return Long.parseLong(text(key));
    }

    public double decimal(String key) {
        return Double.parseDouble(text(key));
    }
}
