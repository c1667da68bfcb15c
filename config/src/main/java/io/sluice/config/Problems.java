package io.sluice.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with one text. For one thread. */
final class Problems {
    /** More than this are counted, not kept: a file of 16 MiB could hold millions. */
    static final int LIMIT = 10_000;

    private final String file;
    private final List<Problem> found = new ArrayList<>();
    private int dropped;

    Problems(String file) {
        this.file = file;
    }

    void add(Place place, String message) {
        add(place, message, null);
    }

    void add(Place place, String message, @Nullable String hint) {
        if (found.size() == LIMIT) {
            dropped++;
        } else {
            found.add(new Problem(file, place.line(), place.column(), message, hint));
        }
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** All, in file order. */
    List<Problem> inFileOrder() {
        List<Problem> all = new ArrayList<>(found);
        all.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
        if (dropped > 0) {
            all.add(new Problem(file, 0, 0, dropped + " more problems are not shown", null));
        }
        return List.copyOf(all);
    }
}
