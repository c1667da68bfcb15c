package io.sluice;

import io.sluice.config.IncludedFile;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the config file, the files that it includes, and those that one of them names, be it as
 * <code>${file:path}</code> or as a certificate, and calls for a reload when what they hold has changed, or when others are there to be included: after a rewrite in place, a rename over it, or the swap of a symbolic link anywhere on the
 * way to it. Writing the same content again changes nothing.
 *
 * <p>The system tells of changes in the folders at once; a look every second finds what it does not tell, as on network
 * file systems. One thread, from the constructor to {@link #close}.
 */
final class Reloader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Reloader.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** Whoever writes a file does so in several steps: look when it has been quiet for this long, */
    private static final Duration QUIET = Duration.ofMillis(50);
    /** but don't put it off for longer than this. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final Path file;
    private final Runnable reload;
    private final FolderWatch folders;
    private final Thread thread;
    private final AtomicBoolean written = new AtomicBoolean();
    private volatile boolean closed;

    /**
     * @param text what was read from the file before; null: unknown
     * @param included what was read from the files that it includes
     * @param reload called on the watching thread
     */
    Reloader(Path file, @Nullable String text, List<IncludedFile> included, Runnable reload) {
        this(file, text, included, reload, FolderWatch.ofSystem());
    }

    /** @param folders closed by {@link #close} */
    Reloader(Path file, @Nullable String text, List<IncludedFile> included, Runnable reload, FolderWatch folders) {
        this.file = file.toAbsolutePath();
        this.reload = reload;
        this.folders = folders;
        Map<Path, String> texts = new HashMap<>();
        included.forEach(read -> texts.put(Path.of(read.file()).toAbsolutePath().normalize(), read.text()));
        Map<Path, String> known = WatchedFiles.contents(this.file, text, texts);
        this.thread = Thread.ofPlatform().daemon().name("reloader").start(() -> watch(known));
    }

    private void watch(Map<Path, String> known) {
        Map<Path, String> contents = known;
        Map<Path, WatchedFiles.Stamp> stamps = Map.of();
        try {
            while (!closed) {
                folders.cover(contents.keySet());
                Map<Path, WatchedFiles.Stamp> now = WatchedFiles.stamps(contents.keySet());
                if (!now.equals(stamps)) {
                    stamps = now;
                    contents = look(contents);
                } else if (folders.await(LOOK)) {
                    settle();
                    stamps = Map.of();
                }
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            log.debug("{} is no longer watched", file);
        }
    }

    private Map<Path, String> look(Map<Path, String> contents) {
        Map<Path, String> found = WatchedFiles.contents(file, null, Map.of());
        boolean other = written.getAndSet(false);
        if (other || !found.equals(contents)) {
            try {
                reload.run();
            } catch (RuntimeException e) {
                log.error("reload failed", e);
            }
        }
        return found;
    }

    /** The file was replaced by this process: if it holds again what was seen last, that is a change, too. */
    void written() {
        written.set(true);
    }

    private void settle() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        boolean restless = true;
        while (restless && System.nanoTime() - end < 0) {
            restless = folders.await(QUIET);
        }
    }

    /** Watches no more; a reload that is under way is waited for, for at most two seconds. */
    @Override
    public void close() {
        closed = true;
        folders.close();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
