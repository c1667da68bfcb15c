package io.sluice.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Everything that a run owns outside this JVM: a temporary directory, ports and started programs.
 *
 * <p>Open until {@link #close}, which the caller runs, or a shutdown hook if the JVM is ended before; from then on
 * nothing can be started. Should the JVM be killed, the kernel ends the programs (setpriv's {@code --pdeathsig}), which
 * is why they must be started from a thread that lives as long as the stage.
 */
final class Stage implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int FIRST_SOURCE = 10;
    private static final int SOURCES = 200;
    private final Path directory;
    private final Ports ports = new Ports();
    private final List<Program> programs = new ArrayList<>();
    private int started;
    private int sources;
    private boolean closed;

    private Stage(Path directory) {
        this.directory = directory;
    }

    static Stage open() throws IOException {
        Stage stage = new Stage(Files.createTempDirectory("sluice-bench-"));
        Runtime.getRuntime().addShutdownHook(new Thread(stage::close, "stage-close"));
        return stage;
    }

    Ports ports() {
        return ports;
    }

    /** The second byte of local addresses 127.x of this run's clients: another one each time. */
    int nextSource() {
        return FIRST_SOURCE + sources++ % SOURCES;
    }

    /** Makes a directory of that name inside the run's own. */
    Path directory(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }

    /** Starts a program. The name is for messages. */
    synchronized Program start(String name, Launch launch) throws IOException {
        if (closed) {
            throw new IllegalStateException(name + " can't be started: the run has ended");
        }
        List<String> command = new ArrayList<>(List.of("setpriv", "--pdeathsig", "TERM", "--"));
        command.addAll(launch.command());
        Path output = directory.resolve(started++ + ".out");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(launch.environment());
        Program program = new Program(name, builder.start(), output);
        programs.removeIf(earlier -> !earlier.isAlive());
        programs.add(program);
        return program;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        programs.reversed().forEach(program -> program.stop(PATIENCE));
        try {
            ports.close();
            delete();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void delete() throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
