package io.sluice.bench.program;

import java.io.PrintStream;

/** What the holder counts from one report to the next. */
final class Tally {
    private static final int NOTES = 5;
    private final PrintStream out;
    private Latencies latencies = new Latencies();
    private long answered;
    private long wrong;
    private long refused;
    private long lost;
    private long gap;
    private long lastAnswer = System.nanoTime();
    private int notes;

    Tally(PrintStream out) {
        this.out = out;
    }

    void answered(long due, long now) {
        answered++;
        latencies.record((now - due) / 1000);
        noteGap(now);
        lastAnswer = now;
    }

    private void noteGap(long now) {
        gap = Math.max(gap, now - lastAnswer);
    }

    /** Requests begin or end now: a gap doesn't reach over that. */
    void goOn(long now) {
        lastAnswer = now;
    }

    void wrong(String what) {
        wrong++;
        note(what);
    }

    void refused(String why) {
        refused++;
        note(why);
    }

    void lost(String why) {
        lost++;
        note(why);
    }

    /** The first few reasons are printed. */
    private void note(String line) {
        if (notes++ < NOTES) {
            out.println("note " + line);
        }
    }

    HoldReport report(int open, long waiting) {
        if (waiting > 0) {
            noteGap(System.nanoTime());
        }
        return new HoldReport(open, answered, waiting, wrong, refused, lost, gap / 1000, latencies);
    }

    void startAnew() {
        latencies = new Latencies();
        answered = 0;
        wrong = 0;
        refused = 0;
        lost = 0;
        gap = 0;
        lastAnswer = System.nanoTime();
    }
}
