package io.sluice.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with one text. For one thread. */
final class Problems {
    /** No more than this are kept: a file of 16 MiB could hold millions. */
    static final int LIMIT = 10_000;

    private final String file;
    private final Vocabulary vocabulary;
    private final @Nullable Path folder;
    /** Shared with those that go on from here. */
    private final Set<Path> named;

    private final List<Problem> found = new ArrayList<>();

    Problems(String file) {
        this(file, (Path) null);
    }

    /** @param folder what paths in the text start from; null: there is none */
    Problems(String file, @Nullable Path folder) {
        this(file, Vocabulary.DEAF, folder, new LinkedHashSet<>());
    }

    /** @param vocabulary hears what is asked of the text */
    Problems(String file, Vocabulary vocabulary) {
        this(file, vocabulary, null, new LinkedHashSet<>());
    }

    private Problems(String file, Vocabulary vocabulary, @Nullable Path folder, Set<Path> named) {
        this.file = file;
        this.vocabulary = vocabulary;
        this.folder = folder;
        this.named = named;
    }

    /** The text, as the user knows it. */
    String file() {
        return file;
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    /** What paths in the text start from, absolute; null: there is none. */
    @Nullable
    Path folder() {
        return folder;
    }

    /** The text names a file, which may be there or not. */
    void names(Path path) {
        named.add(path);
    }

    /** All that it was found to name. */
    Set<Path> named() {
        return named;
    }

    /** Others of the same text that begin with these. */
    Problems and() {
        Problems more = new Problems(file, vocabulary, folder, named);
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
