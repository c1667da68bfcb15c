package io.sluice.bench.program;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The lines of standard input, read by a thread of its own that wakes the program's loop for each. The end of the input
 * ends the program, so that none outlives the run that started it.
 */
final class Commands {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final InputStream in;
    private final Selector loop;
    private volatile boolean ended;

    private Commands(InputStream in, Selector loop) {
        this.in = in;
        this.loop = loop;
    }

    static Commands read(InputStream in, Selector loop) {
        Commands commands = new Commands(in, loop);
        Thread.ofPlatform().daemon().name("commands").start(commands::readAll);
        return commands;
    }

    private void readAll() {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                loop.wakeup();
            }
        } catch (IOException broken) {
            // Nobody is there any more: the same as its end.
        } finally {
            ended = true;
            loop.wakeup();
        }
    }

    Optional<String> next() {
        return Optional.ofNullable(lines.poll());
    }

    /** Whether there was the end of the input, and nothing is left of it. */
    boolean ended() {
        return ended && lines.isEmpty();
    }
}
