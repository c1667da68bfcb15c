package io.sluice;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears when one of some files may have changed: an event for the file's own name in its folder, or for any symbolic link
 * on the way to it; of a folder, an event for any name in it. Used by one thread, closed by any.
 */
final class FolderWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FolderWatch.class);
    private static final int MAX_LINKS = 40;
    /** Stands for each name in a folder. */
    private static final Path ANY = Path.of("");

    private final @Nullable WatchService service;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Map<Path, Set<Path>> names = Map.of();
    private Map<Path, WatchKey> keys = Map.of();

    /** @param service null: there are no events */
    FolderWatch(@Nullable WatchService service) {
        this.service = service;
    }

    static FolderWatch ofSystem() {
        try {
            return new FolderWatch(FileSystems.getDefault().newWatchService());
        } catch (IOException | UnsupportedOperationException e) {
            log.info("no events for file changes, files are looked at every second: {}", e.getMessage());
            return new FolderWatch(null);
        }
    }

    /** Listens for these files and folders, and only for them, as links lead to them now. */
    void cover(Set<Path> files) {
        Map<Path, Set<Path>> wanted = new HashMap<>();
        files.forEach(file -> addNames(file, wanted));
        if (service == null || (wanted.equals(names) && keys.values().stream().allMatch(WatchKey::isValid))) {
            return;
        }
        Map<Path, WatchKey> registered = new HashMap<>();
        for (Path folder : wanted.keySet()) {
            register(service, folder, registered);
        }
        keys.forEach((folder, key) -> {
            if (!registered.containsValue(key)) {
                key.cancel();
            }
        });
        names = wanted;
        keys = registered;
    }

    private static void register(WatchService service, Path folder, Map<Path, WatchKey> registered) {
        try {
            registered.put(folder, folder.register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE));
        } catch (IOException e) {
            log.debug("{}: no events: {}", folder, e.toString());
        }
    }

    /** Adds, by folder, each name whose change may change what is found under {@code file}. */
    private static void addNames(Path file, Map<Path, Set<Path>> names) {
        Path path = file.toAbsolutePath();
        for (int links = 0; links < MAX_LINKS; links++) {
            Path link = firstLink(path);
            Path watched = link == null ? path : link;
            Path folder = watched.getParent();
            if (folder != null) {
                names.computeIfAbsent(folder, any -> new HashSet<>()).add(watched.getFileName());
            }
            if (link == null && Files.isDirectory(path)) {
                names.computeIfAbsent(path, any -> new HashSet<>()).add(ANY);
            }
            if (link == null || folder == null) {
                return;
            }
            try {
                path = folder.resolve(Files.readSymbolicLink(link)).resolve(link.relativize(path));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static @Nullable Path firstLink(Path path) {
        Path at = path.getRoot();
        for (Path name : path) {
            at = at == null ? name : at.resolve(name);
            if (Files.isSymbolicLink(at)) {
                return at;
            }
        }
        return null;
    }

    /**
     * Waits for an event.
     *
     * @return whether there was one; false also once this is closed
     */
    boolean await(Duration timeout) throws InterruptedException {
        if (service == null) {
            closed.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
            return false;
        }
        try {
            return awaitEvent(service, System.nanoTime() + timeout.toNanos());
        } catch (ClosedWatchServiceException e) {
            return false;
        }
    }

    private boolean awaitEvent(WatchService events, long end) throws InterruptedException {
        boolean heard = false;
        long left;
        while (!heard && (left = end - System.nanoTime()) > 0) {
            WatchKey key = events.poll(left, TimeUnit.NANOSECONDS);
            if (key == null) {
                return false;
            }
            Set<Path> wanted = key.watchable() instanceof Path folder ? names.getOrDefault(folder, Set.of()) : Set.of();
            for (WatchEvent<?> event : key.pollEvents()) {
                heard |= event.kind().equals(OVERFLOW)
                        || wanted.contains(ANY)
                        || (event.context() instanceof Path name && wanted.contains(name));
            }
            heard |= !key.reset();
        }
        return heard;
    }

    @Override
    public void close() {
        closed.countDown();
        if (service != null) {
            try {
                service.close();
            } catch (IOException e) {
                log.debug("watch service: {}", e.toString());
            }
        }
    }
}
