package io.sluice;

import io.sluice.admin.Author;
import io.sluice.admin.ConfigVersion;
import io.sluice.admin.PendingChange;
import io.sluice.admin.ReloadResult;
import io.sluice.admin.Written;
import io.sluice.config.ConfigReader;
import io.sluice.config.Differences;
import io.sluice.config.GatewayConfig;
import io.sluice.config.IncludedFile;
import io.sluice.config.LoadResult;
import io.sluice.config.OutlineChange;
import io.sluice.config.Problem;
import io.sluice.route.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All ways in which the config changes, one at a time; {@link InForce} makes each change. Any thread but a loop.
 *
 * <p>A text that is written goes first to the disk, then in force, then in the file's place; whatever fails, both are as they were.
 * One that has to be confirmed goes into the file when it is: until then the file holds what was in force before, and so does the
 * gateway again when time is up, when it is told to reload, or when it is started anew, however it has ended. The files that a config
 * includes are read as a reload would, and not written.
 */
final class ConfigChanges implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ConfigChanges.class);
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final Written NO_FILE =
            new Written.Impossible("the config did not come from a file", "a gateway started from a file");

    private final InForce inForce;
    private final @Nullable Path file;
    private final Inclusions inclusions;
    private final History history;
    private final BooleanSupplier running;
    private final Runnable onWritten;
    private final Reloads reloads = new Reloads();
    private final ReentrantLock changing = new ReentrantLock();
    private volatile @Nullable Trying trying;

    /**
     * Those of one gateway.
     *
     * @param running whether there may be changes
     * @param onWritten called when the file was replaced
     */
    ConfigChanges(
            InForce inForce,
            @Nullable Path file,
            Inclusions inclusions,
            History history,
            BooleanSupplier running,
            Runnable onWritten) {
        this.inForce = inForce;
        this.file = file;
        this.inclusions = inclusions;
        this.history = history;
        this.running = running;
        this.onWritten = onWritten;
        Snapshot first = inForce.snapshot();
        String text = first.text();
        if (text != null) {
            history.add(first.version(), Author.START, "", null, text, inclusions.files());
        }
    }

    /**
     * A version that is in force for a time.
     *
     * @param before what was in force
     * @param held what the file held then
     * @param timer ends it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Trying(
            PendingChange change, Snapshot before, Inclusions.Taken included, byte[] held, Thread timer) {}

    /** Held by each change; whoever holds it keeps others from being made. */
    ReentrantLock lock() {
        return changing;
    }

    Reloads reloads() {
        return reloads;
    }

    List<ConfigVersion> history() {
        return history.versions();
    }

    @Nullable
    Path historyFolder() {
        return history.folder();
    }

    /** What waits to be confirmed; null: nothing. */
    @Nullable
    PendingChange pending() {
        Trying now = trying;
        return now == null ? null : now.change();
    }

    // ---- from the file, or a program

    /** Reads the file again and takes it over if it is good. What was not confirmed is over then. */
    ReloadResult reload(Author author) {
        changing.lock();
        try {
            Path from = file;
            if (from == null) {
                return reloads.record(rejected("the config did not come from a file, so there is nothing to reload"));
            }
            return switch (ConfigReader.reread(from, System.getenv(), inclusions.lastGood())) {
                case LoadResult.Loaded loaded
                when author.equals(Author.FILE) && isKnown(loaded) ->
                    reloads.record(new ReloadResult.Unchanged(inForce.snapshot().version(), List.of()));
                case LoadResult.Loaded loaded -> {
                    ReloadResult result = take(loaded, author, null);
                    if (!(result instanceof ReloadResult.Rejected)) {
                        over("the file was read again");
                    }
                    yield result;
                }
                case LoadResult.Rejected refused -> reloads.record(refused(refused.problems()));
            };
        } finally {
            changing.unlock();
        }
    }

    /** While something waits to be confirmed: the files hold what they held when it began, so that this was noticed late. */
    private boolean isKnown(LoadResult.Loaded loaded) {
        Trying now = trying;
        return now != null
                && new String(now.held(), StandardCharsets.UTF_8).equals(loaded.text())
                && loaded.included().equals(now.included().files());
    }

    /** Puts a config in force, or refuses it and leaves everything as it was. */
    ReloadResult apply(GatewayConfig config, @Nullable String text) {
        changing.lock();
        try {
            ReloadResult result = reloads.record(change(config, text, inclusions.files(), Author.PROGRAM, null));
            if (result instanceof ReloadResult.Applied) {
                over("the program has put another one in force");
            }
            return result;
        } finally {
            changing.unlock();
        }
    }

    private ReloadResult take(LoadResult.Loaded loaded, Author author, @Nullable Boolean confirmed) {
        ReloadResult result = change(loaded.config(), loaded.text(), loaded.included(), author, confirmed);
        return reloads.record(inclusions.taken(loaded, result));
    }

    private ReloadResult change(
            GatewayConfig config,
            @Nullable String text,
            List<IncludedFile> included,
            Author author,
            @Nullable Boolean confirmed) {
        if (!running.getAsBoolean()) {
            return rejected("the gateway is shutting down");
        }
        GatewayConfig before = inForce.snapshot().config();
        try {
            ReloadResult result = inForce.change(config, text);
            if (result instanceof ReloadResult.Applied applied && text != null) {
                String summary = OutlineChange.summary(Differences.between(before, config));
                history.add(applied.version(), author, summary, confirmed, text, included);
            }
            return result;
        } catch (StartException e) {
            return rejected(String.valueOf(e.getMessage()));
        }
    }

    private ReloadResult.Rejected rejected(String message) {
        String name = file == null ? "config" : file.toString();
        return refused(List.of(new Problem(name, 0, 0, message, null)));
    }

    private ReloadResult.Rejected refused(List<Problem> problems) {
        return new ReloadResult.Rejected(inForce.snapshot().version(), problems);
    }

    // ---- by the API

    /**
     * Checks a text, puts it in force and writes it to the file, or does nothing of that.
     *
     * @param expected whether the text in force is the one that the writer has seen; null: whatever there is
     * @param confirm how long it is in force unless it is confirmed, and not written; null: it needs no confirmation
     */
    Written write(byte[] yaml, @Nullable Predicate<String> expected, Author author, @Nullable Duration confirm) {
        changing.lock();
        try {
            Path to = file;
            PendingChange waits = pending();
            if (to == null) {
                return NO_FILE;
            }
            if (waits != null) {
                return waiting(waits);
            }
            Written outdated = expected == null ? null : outdated(to, expected);
            if (outdated != null) {
                return outdated;
            }
            return switch (ConfigReader.reread(to, yaml, System.getenv(), inclusions.lastGood())) {
                case LoadResult.Loaded loaded -> put(to, yaml, loaded, author, confirm);
                case LoadResult.Rejected refused -> new Written.Done(reloads.record(refused(refused.problems())));
            };
        } finally {
            changing.unlock();
        }
    }

    private static Written waiting(PendingChange waits) {
        return new Written.Impossible(
                "version " + waits.version() + " waits to be confirmed until " + waits.until(),
                "POST /api/v1/config/confirm, POST /api/v1/config/rollback to version " + waits.previous()
                        + ", or another try then");
    }

    private @Nullable Written outdated(Path from, Predicate<String> expected) {
        String text = inForce.snapshot().text();
        if (text == null || !expected.test(text)) {
            return new Written.Outdated("the config in force is another one", "the ETag that it has now");
        }
        if (!WatchedFiles.holds(from, text)) {
            return new Written.Outdated(
                    "the file does not hold the config in force: it was refused, or has changed just now",
                    "If-Match: * to overwrite what is in it");
        }
        return null;
    }

    private Written put(Path to, byte[] yaml, LoadResult.Loaded loaded, Author author, @Nullable Duration confirm) {
        Snapshot before = inForce.snapshot();
        Inclusions.Taken included = inclusions.taken();
        boolean taken = false;
        try (ConfigDraft draft = ConfigDraft.of(to, yaml)) {
            byte[] held = Files.readAllBytes(to);
            ReloadResult result = take(loaded, author, confirm == null ? null : Boolean.FALSE);
            taken = result instanceof ReloadResult.Applied;
            if (confirm != null && result instanceof ReloadResult.Applied applied) {
                Instant now = Instant.now();
                await(
                        new PendingChange(applied.version(), before.version(), author, now, now.plus(confirm)),
                        before,
                        included,
                        held);
            } else if (!(result instanceof ReloadResult.Rejected)) {
                draft.publish();
                onWritten.run();
            }
            return new Written.Done(result);
        } catch (IOException e) {
            if (taken) {
                goBack(before, included, author);
            }
            inclusions.back(included);
            return unwritable(to, e);
        }
    }

    private static Written unwritable(Path file, IOException e) {
        return new Written.Impossible(file + " can't be written: " + e, "a file and folder that can be written");
    }

    /** Puts an earlier version in force and into the file; while one waits to be confirmed, only the one before that. */
    Written rollback(long version, @Nullable Predicate<String> expected, Author author, @Nullable Duration confirm) {
        changing.lock();
        try {
            Trying now = trying;
            String text = inForce.snapshot().text();
            if (now != null && now.change().previous() == version) {
                return text == null || (expected != null && !expected.test(text))
                        ? new Written.Outdated("the config in force is another one", "the ETag that it has now")
                        : new Written.Done(back(now, author));
            }
            ConfigVersion wanted = history.find(version);
            return wanted == null
                    ? new Written.Impossible(
                            "version " + version + " is not in the history", "one that GET config/history tells")
                    : write(wanted.text().getBytes(StandardCharsets.UTF_8), expected, author, confirm);
        } finally {
            changing.unlock();
        }
    }

    // ---- what waits to be confirmed

    private void await(PendingChange change, Snapshot before, Inclusions.Taken included, byte[] held) {
        Thread timer = Thread.ofVirtual().name("confirmation").unstarted(() -> timeUp(change));
        trying = new Trying(change, before, included, held, timer);
        timer.start();
        log.info("config version {} has to be confirmed until {}", change.version(), change.until());
    }

    /**
     * Writes what waits into the file: it stays.
     *
     * @param expected as {@link #write}
     */
    Written confirm(@Nullable Predicate<String> expected) {
        changing.lock();
        try {
            Trying now = trying;
            Path to = file;
            Snapshot snapshot = inForce.snapshot();
            String text = snapshot.text();
            if (now == null || to == null || text == null) {
                return new Written.Impossible("nothing waits to be confirmed", "PUT /api/v1/config?confirm=60s before");
            }
            if (expected != null && !expected.test(text)) {
                return new Written.Outdated("the config in force is another one", "the ETag that it has now");
            }
            if (!Arrays.equals(now.held(), Files.readAllBytes(to))) {
                return new Written.Outdated("the file has changed meanwhile", "a look at what is in it");
            }
            try (ConfigDraft draft = ConfigDraft.of(to, text.getBytes(StandardCharsets.UTF_8))) {
                draft.publish();
                onWritten.run();
            }
            trying = null;
            now.timer().interrupt();
            history.confirm(snapshot.version());
            log.info("config version {} is confirmed", snapshot.version());
            return new Written.Done(new ReloadResult.Applied(snapshot.version(), List.of()));
        } catch (IOException e) {
            return unwritable(Objects.requireNonNull(file), e);
        } finally {
            changing.unlock();
        }
    }

    private void timeUp(PendingChange change) {
        Duration wait = Duration.between(Instant.now(), change.until());
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(wait.isNegative() ? Duration.ZERO : wait);
                if (ended(change)) {
                    return;
                }
                wait = AGAIN;
            }
        } catch (InterruptedException e) {
            // confirmed, or over for another reason
            return;
        }
    }

    /** Whether it needs no further try. */
    private boolean ended(PendingChange change) throws InterruptedException {
        changing.lockInterruptibly();
        try {
            Trying now = trying;
            return now == null
                    || !now.change().equals(change)
                    || !running.getAsBoolean()
                    || !(back(now, Author.TIMEOUT) instanceof ReloadResult.Rejected);
        } finally {
            changing.unlock();
        }
    }

    private ReloadResult back(Trying now, Author author) {
        log.warn(
                "config version {} is taken back: {}",
                now.change().version(),
                author.caller() == null ? "nobody has confirmed it" : author.caller() + " wants that");
        ReloadResult result = reloads.record(goBack(now.before(), now.included(), author));
        if (!(result instanceof ReloadResult.Rejected)) {
            over("");
        }
        return result;
    }

    private ReloadResult goBack(Snapshot before, Inclusions.Taken included, Author author) {
        Author.Kind kind = Author.Kind.RETURNED;
        ReloadResult result = change(
                before.config(),
                before.text(),
                included.files(),
                new Author(kind, author.caller(), author.address()),
                null);
        if (!(result instanceof ReloadResult.Rejected)) {
            inclusions.back(included);
        }
        return result;
    }

    /** Nothing waits any more. */
    private void over(String why) {
        Trying now = trying;
        if (now != null) {
            trying = null;
            if (!now.timer().equals(Thread.currentThread())) {
                now.timer().interrupt();
            }
            if (!why.isEmpty()) {
                log.warn("config version {} was not confirmed: {}", now.change().version(), why);
            }
        }
    }

    /** Nothing is taken back any more: the file holds what was in force before. */
    @Override
    public void close() {
        Trying now = trying;
        if (now != null) {
            now.timer().interrupt();
        }
    }
}
