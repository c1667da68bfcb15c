package io.sluice;

import io.sluice.config.ConfigReader;
import io.sluice.config.LoadResult;
import io.sluice.config.ProblemText;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The config that a command was given. */
final class ConfigFile {
    private ConfigFile() {}

    /** Reads it; null if it has problems, which are then printed. */
    static LoadResult.@Nullable Loaded read(Path file, PrintWriter err) {
        return loaded(ConfigReader.read(file, System.getenv()), err);
    }

    /** What was read; null if it has problems, which are then printed. */
    static LoadResult.@Nullable Loaded loaded(LoadResult result, PrintWriter err) {
        return switch (result) {
            case LoadResult.Loaded loaded -> loaded;
            case LoadResult.Rejected rejected -> {
                err.print(ProblemText.render(rejected));
                err.flush();
                yield null;
            }
        };
    }
}
