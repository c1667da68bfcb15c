package io.sluice.bench;

import io.sluice.bench.models.ActiveClients;
import io.sluice.bench.models.IdleClients;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Contenders one after the other, each with more and more idle connections.
 *
 * <p>A contender's process is started once, warmed up by the active clients alone, and keeps its idle connections from one
 * number to the next. For each number: the missing idle clients connect, some time passes with nothing to do, and then
 * the active clients ask. Used by one thread.
 */
final class ModelRun {
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration SETTLE = Duration.ofSeconds(1);
    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final double NANOS_PER_TICK = 1e9 / 100;

    private final Stage stage;
    private final ModelEffort effort;
    private final PrintWriter progress;

    private ModelRun(Stage stage, ModelEffort effort, PrintWriter progress) {
        this.stage = stage;
        this.effort = effort;
        this.progress = progress;
    }

    /** Measures all contenders and ends all that was started. */
    static List<ModelResult> run(List<Contender> contenders, ModelEffort effort, PrintWriter progress)
            throws IOException, InterruptedException {
        List<ModelResult> results = new ArrayList<>();
        try (Stage stage = Stage.open()) {
            ModelRun run = new ModelRun(stage, effort, progress);
            for (Contender contender : contenders) {
                results.add(new ModelResult(contender, run.measure(contender)));
            }
        }
        return results;
    }

    private List<Cell> measure(Contender contender) throws IOException, InterruptedException {
        try (RunningModel running = RunningModel.start(stage, contender);
                IdleClients idle = new IdleClients(running.target(), stage.nextSource())) {
            effort.active().hurried(WARM_UP).run(running.target());
            List<Cell> cells = new ArrayList<>();
            for (int count : effort.counts()) {
                Cell cell = measure(contender, running, idle, count);
                cells.add(cell);
                say(contender, cell);
            }
            return cells;
        } catch (RunningModel.Unavailable unavailable) {
            say(contender, Cell.refused(0, unavailable.why()));
            return effort.counts().stream()
                    .map(count -> Cell.refused(count, unavailable.why()))
                    .toList();
        }
    }

    private Cell measure(Contender contender, RunningModel running, IdleClients idle, int count)
            throws IOException, InterruptedException {
        int missing = count - idle.held();
        Optional<String> shortage = contender.takesThreads() ? ThreadBudget.shortage(missing) : Optional.empty();
        if (shortage.isPresent()) {
            return Cell.refused(count, shortage.get());
        }
        idle.growTo(count, CONNECT);
        Thread.sleep(SETTLE);
        Stretch quiet = Stretch.start(running);
        Thread.sleep(effort.quiet());
        double idleCpu = quiet.processors(running);
        long memory = running.memory();
        long threads = running.threads();
        Stretch busy = Stretch.start(running);
        Strangers strangers = Strangers.from();
        List<ActiveClients.Outcome> rounds = rounds(running);
        double activeCpu = busy.processors(running);
        if (!running.isAlive()) {
            return Cell.refused(count, "a program has ended");
        }
        return Cell.of(
                count,
                new Cell.Measured(
                        idle.held(), idle.answered(), rounds, idleCpu, activeCpu, memory, threads, strangers.share()));
    }

    /** A round without any answer is the last: the clients of the next one would wait as much in vain. */
    private List<ActiveClients.Outcome> rounds(RunningModel running) throws InterruptedException {
        List<ActiveClients.Outcome> rounds = new ArrayList<>();
        do {
            rounds.add(effort.active().run(running.target()));
        } while (rounds.size() < effort.rounds() && rounds.getLast().isAnswered());
        return rounds;
    }

    /** The start of a stretch of time, and the processor time that had been used until then. */
    private record Stretch(long nanoTime, CpuTime cpu) {
        static Stretch start(RunningModel running) {
            return new Stretch(System.nanoTime(), running.cpu());
        }

        /** How many processors were busy since, on average. */
        double processors(RunningModel running) {
            long ticks = running.cpu().minus(cpu).total();
            return ticks * NANOS_PER_TICK / (System.nanoTime() - nanoTime);
        }
    }

    private void say(Contender contender, Cell cell) {
        String figures = cell.measured()
                .map(one -> String.format(
                        Locale.ROOT,
                        "%d of %d served, p99 %s ms, %d MiB, CPU idle %.1f %%, active %.1f %%, %d threads, others %.0f %% ",
                        one.served(),
                        one.clients(),
                        ModelReport.millis(one, 0.99),
                        one.memory() >> 20,
                        one.idleCpu() * 100,
                        one.activeCpu() * 100,
                        one.threads(),
                        one.strangers() * 100))
                .orElse("");
        progress.println(contender.label() + ", " + cell.idle() + " idle: " + figures + cell.remark());
        progress.flush();
    }
}
