package io.sluice.admin;

import io.netty.handler.codec.http.HttpMethod;
import io.sluice.config.IncludedFile;
import io.sluice.config.LoadResult;
import io.sluice.config.Outline;
import io.sluice.config.Problem;
import io.sluice.route.Snapshot;
import io.sluice.route.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * What a config would change, and for whom. One is looked at after the other: each may be large.
 *
 * <p>Who may only read may have a config looked at that refers to nothing but what the one in force refers to at the same place. Any other
 * would tell whether files and variables are there, and what they hold.
 */
final class PlanCalls {
    private final Control control;
    private final Semaphore turn = new Semaphore(1, true);

    PlanCalls(Control control) {
        this.control = control;
    }

    List<Operation> operations() {
        return List.of(
                new Operation(HttpMethod.POST, "/api/v1/config/plan", Access.READ, false, this::plan),
                new Operation(HttpMethod.POST, "/api/v1/explain", Access.READ, false, this::explain));
    }

    /** Why a config is not looked at for that caller; null: it is. */
    private @Nullable AdminResponse objection(AdminRequest request, String yaml) {
        if (request.caller().granted() == Access.FULL) {
            return null;
        }
        String running = control.snapshot().text();
        boolean known = running != null && Outline.of(List.of(yaml)).refersToNoMoreThan(Outline.of(List.of(running)));
        return known
                ? null
                : AdminResponse.error(
                        403,
                        "the config refers to variables or files that the one in force does not have there",
                        "admin.token of the config, or the references that are in force");
    }

    private AdminResponse plan(AdminRequest request) throws InterruptedException {
        AdminResponse objection = objection(request, new String(request.body(), StandardCharsets.UTF_8));
        if (objection != null) {
            return objection;
        }
        turn.acquire();
        try {
            return switch (control.read(request.body())) {
                case LoadResult.Loaded loaded -> plan(loaded);
                case LoadResult.Rejected rejected -> AdminResponse.json(200, Outcomes.bad(rejected.problems()));
            };
        } finally {
            turn.release();
        }
    }

    private AdminResponse plan(LoadResult.Loaded loaded) {
        Snapshot running = control.snapshot();
        try (Trial trial = new Trial(loaded.config(), loaded.text(), running)) {
            Plan plan = Plan.of(control, running, loaded, trial.snapshot());
            BlastRadius traffic = BlastRadius.of(control.samples(), running, trial.snapshot());
            return AdminResponse.json(200, PlanView.of(plan, traffic, warnings(loaded.included())));
        }
    }

    /** A word on each included file that would not be in force as it stands on the disk. */
    private static List<String> warnings(List<IncludedFile> included) {
        return included.stream()
                .filter(file -> file.state() != IncludedFile.State.CURRENT)
                .map(file -> file.file() + ": "
                        + file.problems().stream()
                                .findFirst()
                                .map(Problem::message)
                                .orElse("not as it stands on the disk"))
                .toList();
    }

    private AdminResponse explain(AdminRequest request) throws InterruptedException {
        return switch (Question.parse(request.body())) {
            case Question.Parsed parsed -> explain(request, parsed.question());
            case Question.Malformed malformed -> AdminResponse.error(400, malformed.error(), malformed.expected());
        };
    }

    private AdminResponse explain(AdminRequest request, Question question) throws InterruptedException {
        String yaml = config(request);
        if (yaml == null) {
            return AdminResponse.json(200, Outcomes.of(question.ask(control.snapshot()), upstream -> true));
        }
        AdminResponse objection = objection(request, yaml);
        if (objection != null) {
            return objection;
        }
        turn.acquire();
        try {
            return switch (control.read(yaml.getBytes(StandardCharsets.UTF_8))) {
                case LoadResult.Loaded loaded -> {
                    try (Trial trial = new Trial(loaded.config(), loaded.text(), control.snapshot())) {
                        yield AdminResponse.json(200, Outcomes.of(question.ask(trial.snapshot()), trial::runs));
                    }
                }
                case LoadResult.Rejected rejected -> AdminResponse.json(200, Outcomes.bad(rejected.problems()));
            };
        } finally {
            turn.release();
        }
    }

    private static @Nullable String config(AdminRequest request) {
        try {
            return Question.config(request.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
