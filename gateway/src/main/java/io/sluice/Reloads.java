package io.sluice;

import io.sluice.admin.Control.LastReload;
import io.sluice.admin.ReloadResult;
import io.sluice.config.Problem;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How reloads ended: where each is counted and logged, once. Any thread. */
final class Reloads {
    private static final Logger log = LoggerFactory.getLogger(Reloads.class);
    private static final int LOGGED_PROBLEMS = 20;

    private final LongAdder applied = new LongAdder();
    private final LongAdder unchanged = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private volatile @Nullable LastReload last;

    ReloadResult record(ReloadResult result) {
        switch (result) {
            case ReloadResult.Applied done -> {
                applied.increment();
                warn(done.version(), done.warnings());
            }
            case ReloadResult.Unchanged same -> {
                unchanged.increment();
                log.info("config has not changed: version {} stays", same.version());
                warn(same.version(), same.warnings());
            }
            case ReloadResult.Rejected refused -> {
                rejected.increment();
                logProblems(refused);
            }
        }
        last = new LastReload(Instant.now(), result);
        return result;
    }

    private static void warn(long version, List<String> warnings) {
        warnings.forEach(warning -> log.warn("config version {}: {}", version, warning));
    }

    private static void logProblems(ReloadResult.Rejected refused) {
        List<Problem> problems = refused.problems();
        log.error("config refused, version {} stays: {}", refused.version(), Amount.of(problems.size(), "problem"));
        problems.stream().limit(LOGGED_PROBLEMS).forEach(problem -> log.error("{}", problem));
        if (problems.size() > LOGGED_PROBLEMS) {
            log.error("and {}, which sluice check shows", Amount.of(problems.size() - LOGGED_PROBLEMS, "more problem"));
        }
    }

    /** The latest; null before the first. */
    @Nullable
    LastReload last() {
        return last;
    }

    long applied() {
        return applied.sum();
    }

    long unchanged() {
        return unchanged.sum();
    }

    long rejected() {
        return rejected.sum();
    }
}
