package io.sluice.config;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What included files held when they were last good, with what substitution had brought in. Immutable. */
public final class LastGood {
    /** No file was included. */
    public static final LastGood NOTHING = new LastGood(Map.of());

    private final Map<Path, Source> files;

    private LastGood(Map<Path, Source> files) {
        this.files = files;
    }

    static LastGood of(Collection<Source> sources) {
        Map<Path, Source> files = new LinkedHashMap<>();
        for (Source source : sources) {
            if (source.file() != null) {
                files.put(source.file(), source);
            }
        }
        return files.isEmpty() ? NOTHING : new LastGood(files);
    }

    /** The last good version of a file; null: it has none. */
    @Nullable
    Source of(Source source) {
        return files.get(source.file());
    }

    /** Whether that is what the file holds. */
    boolean holds(Source source) {
        Source good = of(source);
        return good != null && good.tree().equals(source.tree());
    }
}
