package io.sluice.bench.program;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Runs one of the programs inside the test, types lines for it and reads its answers. */
final class Typist implements AutoCloseable {
    private final PipedOutputStream keyboard = new PipedOutputStream();
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final Thread thread;

    interface ToRun {
        void run(PipedInputStream in, PrintStream out) throws IOException;
    }

    Typist(ToRun program) throws IOException {
        PipedInputStream in = new PipedInputStream(keyboard);
        PrintStream screen = new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8) {
            @Override
            public void println(String line) {
                answers.add(line);
            }
        };
        thread = Thread.ofPlatform().start(() -> {
            try {
                program.run(in, screen);
            } catch (IOException e) {
                answers.add("failed: " + e.getMessage());
            }
        });
    }

    /** Types a line and waits for its answer; notes are passed over. */
    String ask(String line) throws Exception {
        keyboard.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
        while (true) {
            String answer = answers.poll(20, TimeUnit.SECONDS);
            if (answer == null) {
                throw new AssertionError("no answer to " + line);
            }
            if (!answer.startsWith("note ")) {
                return answer;
            }
        }
    }

    @Override
    public void close() throws IOException {
        keyboard.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
