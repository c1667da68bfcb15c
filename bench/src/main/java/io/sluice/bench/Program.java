package io.sluice.bench;

import java.io.BufferedWriter;
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
    private static final int PAUSE_MILLIS = 10;
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

    /** The exit code of a program that has ended. */
    int exitCode() {
        return process.exitValue();
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

    /** Writes a line to its standard input. */
    void tell(String line) throws IOException {
        BufferedWriter input = process.outputWriter(StandardCharsets.UTF_8);
        input.write(line + "\n");
        input.flush();
    }

    /** A failure of this program that shows the end of its output. */
    IllegalStateException failure(String what) {
        List<String> lines = output().lines().toList();
        String shown = String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
        return new IllegalStateException(name + ": " + what + "\n" + shown);
    }

    /** Asks it, and then what is left of its children, to end; waits; ends by force what still runs then. */
    void stop(Duration patience) {
        List<ProcessHandle> children = handle().descendants().toList();
        long deadline = System.nanoTime() + patience.toNanos();
        process.destroy();
        try {
            awaitEnd(patience);
            children.forEach(ProcessHandle::destroy);
            while (children.stream().anyMatch(Program::runs) && System.nanoTime() < deadline) {
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }

    /** A process that has ended, but that nobody has waited for, is still there: without a command. */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }
}
