package io.sluice.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with one text. For one thread. */
final class Problems {
    /** No more than this are kept: a file of 16 MiB could hold millions. */
    static final int LIMIT = 10_000;

    private final String file;
    private final Vocabulary vocabulary;
    private final List<Problem> found = new ArrayList<>();

    Problems(String file) {
        this(file, Vocabulary.DEAF);
    }

    /** @param vocabulary hears what is asked of the text */
    Problems(String file, Vocabulary vocabulary) {
        this.file = file;
        this.vocabulary = vocabulary;
    }

    /** The text, as the user knows it. */
    String file() {
        return file;
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    /** Others of the same text that begin with these. */
    Problems and() {
        Problems more = new Problems(file, vocabulary);
        more.found.addAll(found);
        return more;
    }

    void add(Place place, String message) {
        add(place, message, null);
    }

    void add(Place place, String message, @Nullable String hint) {
        if (!isFull()) {
            found.add(new Problem(file, place.line(), place.column(), message, hint));
        }
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    void addAll(Problems others) {
        for (Problem problem : others.found) {
            if (!isFull()) {
                found.add(problem);
            }
        }
    }

    /** Whether there is no use in looking for further ones. */
    boolean isFull() {
        return found.size() == LIMIT;
    }

    /** All, in file order. */
    List<Problem> inFileOrder() {
        List<Problem> all = new ArrayList<>(found);
        all.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
        if (isFull()) {
            all.add(new Problem(file, 0, 0, "there may be more problems, only " + LIMIT + " are kept", null));
        }
        return List.copyOf(all);
    }
}
