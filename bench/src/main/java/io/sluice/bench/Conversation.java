package io.sluice.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A program of this bench that is told something line by line, and answers each line with one. Used by one thread. */
final class Conversation {
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final String ANSWER = "ok ";
    private final Program program;
    private int answers;

    Conversation(Program program) {
        this.program = program;
    }

    /** Says something, and doesn't wait. */
    void tell(String line) throws IOException {
        program.tell(line);
    }

    /** Waits for the answer to the oldest line that has none yet. */
    String await(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            String output = program.output();
            // the last line may not have been written to its end
            List<String> lines = output.substring(0, output.lastIndexOf('\n') + 1)
                    .lines()
                    .filter(line -> line.startsWith(ANSWER))
                    .toList();
            if (lines.size() > answers) {
                return lines.get(answers++).substring(ANSWER.length());
            }
            if (!program.isAlive() || System.nanoTime() > deadline) {
                throw program.failure(program.isAlive() ? "no answer in " + patience.toSeconds() + " s" : "has ended");
            }
            Thread.sleep(PAUSE);
        }
    }

    /** What it has said of itself: one line for each of the first few things that went wrong. */
    List<String> notes() {
        return program.output()
                .lines()
                .filter(line -> line.startsWith("note "))
                .map(line -> line.substring("note ".length()))
                .distinct()
                .toList();
    }
}
