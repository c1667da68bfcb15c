package io.sluice;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Watches the config file. */
final class Reloader implements AutoCloseable {
    Reloader(Path file, @Nullable String text, Runnable reload) {}

    @Override
    public void close() {}
}
