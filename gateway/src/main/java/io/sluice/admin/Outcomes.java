package io.sluice.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.config.GatewayConfig;
import io.sluice.config.IncludedFile;
import io.sluice.config.Problem;
import io.sluice.http.Failure;
import io.sluice.route.Explanation;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What checks, reloads and explanations came to, as JSON. */
final class Outcomes {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Outcomes() {}

    // ---- check

    static ObjectNode good(GatewayConfig config) {
        return JSON.objectNode()
                .put("ok", true)
                .put("listeners", config.listeners().size())
                .put("upstreams", config.upstreams().size())
                .put("routes", config.routes().size());
    }

    static ObjectNode bad(List<Problem> problems) {
        ObjectNode node = JSON.objectNode().put("ok", false);
        node.set("problems", problems(problems));
        return node;
    }

    private static ArrayNode problems(List<Problem> problems) {
        ArrayNode list = JSON.arrayNode();
        for (Problem problem : problems) {
            list.addObject()
                    .put("file", problem.file())
                    .put("line", problem.line())
                    .put("column", problem.column())
                    .put("message", problem.message())
                    .put("hint", problem.hint());
        }
        return list;
    }

    // ---- reload

    static ObjectNode of(ReloadResult result) {
        return switch (result) {
            case ReloadResult.Applied applied -> {
                ObjectNode node = JSON.objectNode().put("result", "applied").put("version", applied.version());
                applied.warnings().forEach(node.putArray("warnings")::add);
                yield node;
            }
            case ReloadResult.Unchanged same -> {
                ObjectNode node = JSON.objectNode().put("result", "unchanged").put("version", same.version());
                same.warnings().forEach(node.putArray("warnings")::add);
                yield node;
            }
            case ReloadResult.Rejected refused -> {
                ObjectNode node = JSON.objectNode().put("result", "rejected").put("version", refused.version());
                node.set("problems", problems(refused.problems()));
                yield node;
            }
        };
    }

    static JsonNode lastReload(Control.@Nullable LastReload last) {
        if (last == null) {
            return JSON.nullNode();
        }
        ObjectNode node = JSON.objectNode().put("at", last.at().toString());
        node.setAll(of(last.result()));
        return node;
    }

    // ---- included files

    static ArrayNode included(List<IncludedFile> files) {
        ArrayNode list = JSON.arrayNode();
        for (IncludedFile file : files) {
            list.addObject()
                    .put("file", file.file())
                    .put("state", file.state().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .put("text", file.text())
                    .set("problems", problems(file.problems()));
        }
        return list;
    }

    // ---- explain

    /** @param runs whether an upstream is one of those that run, by its name */
    static ObjectNode of(Question.Outcome outcome, Predicate<String> runs) {
        return switch (outcome) {
            case Question.Explained explained -> explanation(explained.explanation(), runs);
            case Question.Refused refused -> refusal(refused.failure());
        };
    }

    private static ObjectNode refusal(Failure failure) {
        ObjectNode node = JSON.objectNode().putNull("route");
        node.putObject("refused")
                .put("cause", failure.cause())
                .put("status", failure.status())
                .put("text", failure.text());
        return node;
    }

    private static ObjectNode explanation(Explanation explanation, Predicate<String> runs) {
        ObjectNode node = JSON.objectNode();
        Explanation.Found found = explanation.found();
        if (found == null) {
            node.putNull("route");
        } else {
            node.put("route", found.route().name());
        }
        node.putObject("request")
                .put("method", explanation.method())
                .put("host", explanation.host())
                .put("path", explanation.path())
                .put("query", explanation.query());
        if (found != null) {
            ObjectNode shown = found(found);
            ArrayNode upstreams = shown.putArray("upstreams");
            found.upstreams().forEach(upstream -> upstreams.add(PickView.of(upstream, runs.test(upstream.name()))));
            node.set("found", shown);
        }
        ArrayNode missed = node.putArray("missed");
        explanation
                .missed()
                .forEach(route -> missed.addObject()
                        .put("route", route.route())
                        .put("subject", route.subject())
                        .put("expected", route.expected())
                        .put("got", route.got()));
        ObjectNode others = node.putObject("others");
        explanation.others().forEach(others::put);
        return node.put("text", explanation.text());
    }

    private static ObjectNode found(Explanation.Found found) {
        ObjectNode node = JSON.objectNode().put("host", found.host()).put("path", found.pattern());
        ObjectNode captures = node.putObject("captures");
        found.captures().forEach(captures::put);
        node.put("outcome", found.outcome()).put("forwardedPath", found.forwardedPath());
        found.requestEdits().forEach(node.putArray("requestHeaders")::add);
        found.responseEdits().forEach(node.putArray("responseHeaders")::add);
        return node;
    }
}
