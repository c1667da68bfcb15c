package io.sluice;

import io.sluice.admin.Author;
import io.sluice.admin.ConfigVersion;
import io.sluice.config.IncludedFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The versions of the config that were in force, the last {@value #MOST} of them, and {@value #LARGEST} characters at most, but for the
 * latest, which is always there. They are kept beside the config file, so that versions are counted on where the process before has
 * ended. Changed by one thread at a time; read by any.
 */
final class History {
    static final int MOST = 100;
    static final long LARGEST = 16 << 20;

    private final @Nullable HistoryFolder folder;
    private volatile List<ConfigVersion> versions;

    /** @param file null: the config does not come from one, and nothing is kept on the disk */
    History(@Nullable Path file) {
        folder = file == null ? null : new HistoryFolder(file);
        versions = folder == null ? List.of() : List.copyOf(folder.load());
    }

    /**
     * The number that a config gets with which the process starts: that of the latest version, if it is the same.
     *
     * @param text null: it has none
     */
    long first(@Nullable String text, List<IncludedFile> included) {
        ConfigVersion last = versions.isEmpty() ? null : versions.getLast();
        return last == null ? 1 : isSame(last, text, included) ? last.version() : last.version() + 1;
    }

    private static boolean isSame(ConfigVersion last, @Nullable String text, List<IncludedFile> included) {
        return last.text().equals(text)
                && last.included().equals(texts(included))
                && !Boolean.FALSE.equals(last.confirmed());
    }

    private static List<ConfigVersion.Included> texts(List<IncludedFile> included) {
        return included.stream()
                .map(file -> new ConfigVersion.Included(file.file(), file.text()))
                .toList();
    }

    /** That version is in force from now on; nothing happens if it is the latest already. */
    void add(
            long version,
            Author author,
            String summary,
            @Nullable Boolean confirmed,
            String text,
            List<IncludedFile> included) {
        if (!versions.isEmpty() && versions.getLast().version() == version) {
            return;
        }
        ConfigVersion made =
                new ConfigVersion(version, Instant.now(), author, summary, confirmed, text, texts(included));
        List<ConfigVersion> all = new ArrayList<>(versions);
        all.add(made);
        store(made);
        long size = all.stream().mapToLong(ConfigVersion::size).sum();
        while (all.size() > 1 && (all.size() > MOST || size > LARGEST)) {
            ConfigVersion oldest = all.removeFirst();
            size -= oldest.size();
            if (folder != null) {
                folder.remove(oldest.version());
            }
        }
        versions = List.copyOf(all);
    }

    /** Somebody has confirmed a version. */
    void confirm(long version) {
        List<ConfigVersion> all = new ArrayList<>(versions);
        all.replaceAll(each -> each.version() == version ? each.confirmed(true) : each);
        versions = List.copyOf(all);
        ConfigVersion changed = find(version);
        if (changed != null) {
            store(changed);
        }
    }

    private void store(ConfigVersion version) {
        if (folder != null) {
            folder.store(version);
        }
    }

    /** Oldest first. */
    List<ConfigVersion> versions() {
        return versions;
    }

    @Nullable
    ConfigVersion find(long version) {
        return versions.stream()
                .filter(each -> each.version() == version)
                .findFirst()
                .orElse(null);
    }

    /** Where it is kept; null: nowhere, so that it ends with the process. */
    @Nullable
    Path folder() {
        return folder != null && folder.isGood() ? folder.path() : null;
    }
}
