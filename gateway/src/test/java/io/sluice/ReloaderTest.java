package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import io.sluice.testing.Await;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class ReloaderTest {
    /** What the file held at each call for a reload. */
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    @Test
    void seesARewriteInPlace() throws Exception {
        Path file = write("sluice.yaml", "one");
        try (Reloader _ = watch(file, "one")) {
            Files.writeString(file, "two");
            awaitSeen("two");
            Files.writeString(file, "three");
            awaitSeen("three");
        }
    }

    @Test
    void seesAnotherFileRenamedOverIt() throws Exception {
        Path file = write("sluice.yaml", "one");
        try (Reloader _ = watch(file, "one")) {
            replace(file, "two");
            awaitSeen("two");
            replace(file, "three");
            awaitSeen("three");
        }
    }

    @Test
    void seesTheSwapOfALinkToIt() throws Exception {
        Path first = write("first.yaml", "one");
        Path second = write("second.yaml", "two");
        Path file = Files.createSymbolicLink(folder.resolve("sluice.yaml"), first.getFileName());
        try (Reloader _ = watch(file, "one")) {
            point(file, second);
            awaitSeen("two");
            Files.writeString(second, "three");
            awaitSeen("three");
        }
    }

    /** As Kubernetes updates a mounted ConfigMap. */
    @Test
    void seesTheSwapOfALinkToItsFolder() throws Exception {
        write("..2026_01/sluice.yaml", "one");
        write("..2026_02/sluice.yaml", "two");
        write("..2026_03/sluice.yaml", "three");
        Path data = Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_01"));
        Path file = Files.createSymbolicLink(folder.resolve("sluice.yaml"), Path.of("..data/sluice.yaml"));
        try (Reloader _ = watch(file, "one")) {
            point(data, folder.resolve("..2026_02"));
            awaitSeen("two");
            Files.delete(folder.resolve("..2026_01/sluice.yaml"));
            point(data, folder.resolve("..2026_03"));
            awaitSeen("three");
        }
    }

    @Test
    void seesAChangeOfAFileThatTheTextRefersTo() throws Exception {
        Path secret = write("secret", "a");
        Path file = write("sluice.yaml", "key: ${file:secret}");
        try (Reloader _ = watch(file, "key: ${file:secret}")) {
            Files.writeString(secret, "b");
            Await.until("reload", () -> seen.size() == 1);
        }
    }

    @Test
    void seesIncludedFilesThatComeChangeAndGo() throws Exception {
        write("routes.d/a.yaml", "a");
        Path file = write("sluice.yaml", "include: routes.d");
        try (Reloader _ = watch(file, "include: routes.d")) {
            expectReload(() -> write("routes.d/a.yaml", "changed"));
            Path b = folder.resolve("routes.d/b.yaml");
            expectReload(() -> write("routes.d/b.yaml", "b: ${file:secret}"));
            expectReload(() -> write("routes.d/secret", "s"));
            expectReload(() -> Files.move(b, folder.resolve("routes.d/c.yaml")));
            expectReload(() -> Files.deleteIfExists(folder.resolve("routes.d/c.yaml")));
        }
    }

    @Test
    void seesIncludedFilesWhereTheSystemTellsOfNothing() throws Exception {
        write("routes.d/a.yaml", "a");
        Path file = write("sluice.yaml", "include: 'routes.d/*'");
        try (Reloader _ =
                new Reloader(file, "include: 'routes.d/*'", List.of(), () -> look(file), new FolderWatch(null))) {
            expectReload(() -> write("routes.d/b", "b"));
            expectReload(() -> Files.deleteIfExists(folder.resolve("routes.d/a.yaml")));
        }
    }

    /** As Kubernetes updates a mounted ConfigMap of route files. */
    @Test
    void seesTheSwapOfALinkBehindAFolderOfIncludedFiles() throws Exception {
        write("routes.d/..2026_01/a.yaml", "one");
        write("routes.d/..2026_02/a.yaml", "two");
        write("routes.d/..2026_02/b.yaml", "two");
        Path data = Files.createSymbolicLink(folder.resolve("routes.d/..data"), Path.of("..2026_01"));
        Files.createSymbolicLink(folder.resolve("routes.d/a.yaml"), Path.of("..data/a.yaml"));
        Path file = write("sluice.yaml", "include: routes.d");
        try (Reloader _ = watch(file, "include: routes.d")) {
            expectReload(() -> {
                Path other = Files.createSymbolicLink(folder.resolve("new-link"), Path.of("..2026_02"));
                return Files.move(other, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            });
            expectReload(() -> Files.createSymbolicLink(folder.resolve("routes.d/b.yaml"), Path.of("..data/b.yaml")));
        }
    }

    @Test
    void seesAFolderOfIncludedFilesThatComesLater() throws Exception {
        Path file = write("sluice.yaml", "include: routes.d/*.yaml");
        try (Reloader _ = watch(file, "include: routes.d/*.yaml")) {
            expectReload(() -> write("routes.d/a.yaml", "a"));
        }
    }

    private void expectReload(Change change) throws Exception {
        int before = seen.size();
        change.make();
        Await.until("reload", () -> seen.size() > before);
    }

    private interface Change {
        Object make() throws IOException;
    }

    @Test
    void seesAFileThatComesBack() throws Exception {
        Path file = write("sluice.yaml", "one");
        try (Reloader _ = watch(file, "one")) {
            Files.delete(file);
            awaitSeen("none");
            Files.writeString(file, "two");
            awaitSeen("two");
        }
    }

    @Test
    void seesAChangeThatWasMadeBeforeItBegan() throws Exception {
        Path file = write("sluice.yaml", "two");
        try (Reloader _ = watch(file, "one")) {
            awaitSeen("two");
        }
    }

    @Test
    void ignoresTheSameContentWrittenAgain() throws Exception {
        Path file = write("sluice.yaml", "one");
        try (Reloader _ = watch(file, "one")) {
            replace(file, "one");
            Files.setLastModifiedTime(file, FileTime.fromMillis(0));
            // what comes after is seen after it
            replace(file, "two");
            awaitSeen("two");
        }

        assertThat(seen).containsExactly("two");
    }

    @Test
    void takesAFileWrittenInManyPiecesForOneChange() throws Exception {
        Path file = write("sluice.yaml", "");
        try (Reloader _ = watch(file, "")) {
            for (int i = 0; i < 20; i++) {
                Files.writeString(file, "piece\n", StandardOpenOption.APPEND);
            }
            awaitSeen("piece\n".repeat(20));
        }

        assertThat(seen).hasSizeLessThan(20);
    }

    @Test
    void goesOnAfterAReloadThatThrew() throws Exception {
        Path file = write("sluice.yaml", "one");
        Runnable throwing = () -> {
            look(file);
            throw new IllegalStateException("thrown by the test");
        };
        Logger logger = (Logger) LoggerFactory.getLogger(Reloader.class);
        logger.setAdditive(false);
        try (Reloader _ = new Reloader(file, "one", List.of(), throwing)) {
            Files.writeString(file, "two");
            awaitSeen("two");
            Files.writeString(file, "three");
            awaitSeen("three");
        } finally {
            logger.setAdditive(true);
        }
    }

    @Test
    void seesChangesWhereTheSystemTellsOfNone() throws Exception {
        Path file = write("sluice.yaml", "one");
        try (Reloader _ = new Reloader(file, "one", List.of(), () -> look(file), new FolderWatch(null))) {
            Files.writeString(file, "two");
            awaitSeen("two");
        }
    }

    @Test
    void hearsNothingOfOtherFilesInTheFolder() throws Exception {
        Path file = write("sluice.yaml", "one");
        try (WatchService service = FileSystems.getDefault().newWatchService();
                FolderWatch folders = new FolderWatch(service)) {
            folders.cover(Set.of(file));
            write("other.log", "noise");
            write("sluice.yaml.swp", "noise");
            assertThat(folders.await(Duration.ofMillis(200))).isFalse();

            write("sluice.yaml", "two");
            assertThat(folders.await(Duration.ofSeconds(10))).isTrue();
        }
    }

    private Reloader watch(Path file, String known) {
        return new Reloader(file, known, List.of(), () -> look(file));
    }

    private void look(Path file) {
        try {
            seen.add(Files.exists(file) ? Files.readString(file) : "none");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void awaitSeen(String content) throws InterruptedException {
        Await.until(() -> content + " in " + seen, () -> seen.contains(content));
    }

    private Path write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private void replace(Path file, String content) throws IOException {
        Path other = Files.writeString(folder.resolve("new"), content);
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void point(Path link, Path target) throws IOException {
        Path other = Files.createSymbolicLink(folder.resolve("new-link"), target.getFileName());
        Files.move(other, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
