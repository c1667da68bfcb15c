package io.sluice.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A started program and all that descends from it. Its output goes to a file. Ended by the stage that started it. */
final class Program {
    private static final int SHOWN_LINES = 20;
    private final String name;
    private final Process process;
    private final Path output;

    Program(String name, Process process, Path output) {
        this.name = name;
        this.process = process;
        this.output = output;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the end; false if it still runs when the time is over. */
    boolean awaitEnd(Duration time) throws InterruptedException {
        return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** All that it has printed, errors included. */
    String output() {
        try {
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A failure of this program that shows the end of its output. */
    IllegalStateException failure(String what) {
        List<String> lines = output().lines().toList();
        String shown = String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
        return new IllegalStateException(name + ": " + what + "\n" + shown);
    }

    /** Asks it and all its children to end, waits, and ends by force what is left then. */
    void stop(Duration patience) {
        List<ProcessHandle> tree = handle().descendants().toList();
        process.destroy();
        try {
            if (!awaitEnd(patience)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        tree.forEach(ProcessHandle::destroyForcibly);
    }
}
