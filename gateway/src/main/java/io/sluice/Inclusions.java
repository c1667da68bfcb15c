package io.sluice;

import io.sluice.admin.ReloadResult;
import io.sluice.config.IncludedFile;
import io.sluice.config.IncludedFile.State;
import io.sluice.config.LastGood;
import io.sluice.config.LoadResult;
import io.sluice.config.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * The included files of the config in force, and which version of each. Taken over by whoever changes the config, one at
 * a time; asked by any thread.
 */
final class Inclusions {
    private static final int SHOWN_PROBLEMS = 20;

    private volatile Taken taken;

    /** @param started what the gateway was started with */
    Inclusions(List<IncludedFile> started, LastGood lastGood) {
        this.taken = new Taken(started, lastGood);
    }

    /** What was read with the config in force. */
    record Taken(List<IncludedFile> files, LastGood lastGood) {}

    Taken taken() {
        return taken;
    }

    /** The config that was in force before is again. */
    void back(Taken before) {
        taken = before;
    }

    /** In order. */
    List<IncludedFile> files() {
        return taken.files();
    }

    long count(State state) {
        return files().stream().filter(file -> file.state() == state).count();
    }

    LastGood lastGood() {
        return taken.lastGood();
    }

    /**
     * Remembers what was read, if it is in force.
     *
     * @param result of putting it in force
     * @return the same, with a word on each file that is not as it stands on the disk
     */
    ReloadResult taken(LoadResult.Loaded read, ReloadResult result) {
        return switch (result) {
            case ReloadResult.Rejected refused -> refused;
            case ReloadResult.Applied applied -> {
                remember(read);
                List<String> warnings = new ArrayList<>(applied.warnings());
                warnings.addAll(warnings());
                yield new ReloadResult.Applied(applied.version(), List.copyOf(warnings));
            }
            case ReloadResult.Unchanged same -> {
                remember(read);
                yield new ReloadResult.Unchanged(same.version(), warnings());
            }
        };
    }

    private void remember(LoadResult.Loaded read) {
        taken = new Taken(read.included(), read.lastGood());
    }

    private List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        for (IncludedFile file : files()) {
            List<Problem> problems = file.problems();
            String amount = Amount.of(problems.size(), "problem");
            switch (file.state()) {
                case CURRENT -> {}
                case KEPT -> warnings.add(file.file() + ": what was last good of it stays in force: " + amount);
                case LEFT_OUT -> warnings.add(file.file() + ": left out, since it never was good: " + amount);
            }
            problems.stream().limit(SHOWN_PROBLEMS).map(Problem::toString).forEach(warnings::add);
            if (problems.size() > SHOWN_PROBLEMS) {
                String more = Amount.of(problems.size() - SHOWN_PROBLEMS, "more problem");
                warnings.add(file.file() + ": and " + more + ", which sluice check shows");
            }
        }
        return List.copyOf(warnings);
    }
}
