package io.sluice;

import io.sluice.admin.ReloadResult;
import io.sluice.admin.Written;
import io.sluice.config.ConfigReader;
import io.sluice.config.LoadResult;
import io.sluice.route.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to put a text in force and into the config file, while nothing else changes the config: first to the disk,
 * then in force, then in the file's place. Whatever fails, both are as they were. The files that it includes are read as a
 * reload would, and not written.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ConfigWriting(Path file, byte[] yaml, Gateway gateway, Inclusions inclusions, Reloads reloads) {

    Written write(@Nullable Predicate<String> expected) {
        Written outdated = expected == null ? null : outdated(expected);
        if (outdated != null) {
            return outdated;
        }
        return switch (ConfigReader.reread(file, yaml, System.getenv(), inclusions.lastGood())) {
            case LoadResult.Loaded loaded -> take(loaded);
            case LoadResult.Rejected refused ->
                new Written.Done(reloads.record(
                        new ReloadResult.Rejected(gateway.snapshot().version(), refused.problems())));
        };
    }

    private @Nullable Written outdated(Predicate<String> expected) {
        String text = gateway.snapshot().text();
        if (text == null || !expected.test(text)) {
            return new Written.Outdated("the config in force is another one", "the ETag that it has now");
        }
        if (!WatchedFiles.holds(file, text)) {
            return new Written.Outdated(
                    "the file does not hold the config in force: it was refused, or has changed just now",
                    "If-Match: * to overwrite what is in it");
        }
        return null;
    }

    private Written take(LoadResult.Loaded loaded) {
        Snapshot before = gateway.snapshot();
        Inclusions.Taken included = inclusions.taken();
        boolean taken = false;
        try (ConfigDraft draft = ConfigDraft.of(file, yaml)) {
            ReloadResult result = gateway.take(loaded);
            taken = result instanceof ReloadResult.Applied;
            if (!(result instanceof ReloadResult.Rejected)) {
                draft.publish();
            }
            return new Written.Done(result);
        } catch (IOException e) {
            inclusions.back(included);
            if (taken) {
                gateway.apply(before.config(), before.text());
            }
            return new Written.Impossible(file + " can't be written: " + e, "a file and folder that can be written");
        }
    }
}
