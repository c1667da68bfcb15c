package io.sluice.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.sluice.config.ConfigReader;
import io.sluice.config.LoadResult;
import io.sluice.route.Snapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the admin API does with the config. */
final class ConfigCalls {
    private static final String YAML = "application/yaml";
    private static final String PATH = "/api/v1/config";
    private static final String CONFIRM = "confirm";
    private static final Duration SHORTEST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Control control;

    ConfigCalls(Control control) {
        this.control = control;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get(PATH, this::read),
                Operation.change(HttpMethod.PUT, PATH, this::write),
                // it tells whether files and variables are there that a config of the caller's own names
                new Operation(HttpMethod.POST, PATH + "/check", Access.FULL, false, this::check),
                Operation.change(HttpMethod.POST, PATH + "/confirm", this::confirm),
                Operation.change(HttpMethod.POST, "/api/v1/reload", this::reload));
    }

    private AdminResponse read(AdminRequest request) {
        Snapshot snapshot = control.snapshot();
        String text = snapshot.text();
        if (text == null) {
            return AdminResponse.error(404, "the config in force has no text", "a gateway started from a file");
        }
        String etag = etag(text);
        AdminResponse response;
        if (etag.equals(request.headers().get(HttpHeaderNames.IF_NONE_MATCH))) {
            response = AdminResponse.empty(304);
        } else if (request.wantsJson()) {
            response = AdminResponse.json(200, configNode(snapshot, text));
        } else {
            response = AdminResponse.text(200, YAML, text);
        }
        return withVersion(response.with("vary", "accept"), etag, snapshot.version());
    }

    /** Of the text in force and the included files. */
    private String etag(String text) {
        return Digests.etag(text, control.included());
    }

    private static AdminResponse withVersion(AdminResponse response, String etag, long version) {
        return response.with("etag", etag).with("x-sluice-config-version", Long.toString(version));
    }

    private ObjectNode configNode(Snapshot snapshot, String text) {
        Path file = control.file();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("version", snapshot.version())
                .put("file", file == null ? null : file.toString())
                .put("text", text);
        node.set("included", Outcomes.included(control.included()));
        node.set("pending", HistoryCalls.pending(control.pending()));
        node.set("lastReload", Outcomes.lastReload(control.lastReload()));
        return node;
    }

    private AdminResponse check(AdminRequest request) {
        Path file = control.file();
        String name = file == null ? "config" : file.toString();
        Path base = file == null ? null : file.toAbsolutePath().getParent();
        return switch (ConfigReader.read(name, request.body(), base, System.getenv())) {
            case LoadResult.Loaded loaded -> AdminResponse.json(200, Outcomes.good(loaded.config()));
            case LoadResult.Rejected rejected -> AdminResponse.json(200, Outcomes.bad(rejected.problems()));
        };
    }

    private AdminResponse reload(AdminRequest request) {
        return outcome(control.reload(Author.of(Author.Kind.RELOAD, request)));
    }

    private AdminResponse write(AdminRequest request) {
        return change(
                request,
                true,
                (expected, confirm) ->
                        control.write(request.body(), expected, Author.of(Author.Kind.API, request), confirm));
    }

    /**
     * Makes a change, if the request says what it was made from.
     *
     * @param mayWait it may ask to be confirmed
     */
    AdminResponse change(AdminRequest request, boolean mayWait, Change change) {
        Parameters in = new Parameters(request, mayWait ? new String[] {CONFIRM} : new String[0]);
        Duration confirm = in.read(CONFIRM, "5s..1h", ConfigCalls::duration);
        if (in.problem() != null) {
            return in.problem();
        }
        String condition = request.headers().get(HttpHeaderNames.IF_MATCH);
        if (condition == null) {
            return AdminResponse.error(428, "no If-Match", "the ETag that GET " + PATH + " gave, or * for any");
        }
        return switch (change.make(precondition(condition), confirm)) {
            case Written.Done done -> outcome(done.result());
            case Written.Outdated outdated -> {
                AdminResponse refusal = AdminResponse.error(412, outdated.why(), outdated.expected());
                String text = control.snapshot().text();
                yield text == null ? refusal : refusal.with("etag", etag(text));
            }
            case Written.Impossible impossible -> AdminResponse.error(409, impossible.why(), impossible.expected());
        };
    }

    /** A way to change the config. */
    @FunctionalInterface
    interface Change {

        /**
         * Makes it.
         *
         * @param expected null: whatever is in force
         * @param confirm null: it needs no confirmation
         */
        Written make(@Nullable Predicate<String> expected, @Nullable Duration confirm);
    }

    private static @Nullable Duration duration(String text) {
        Duration wanted = ConfigReader.duration(text);
        return wanted == null || wanted.compareTo(SHORTEST) < 0 || wanted.compareTo(LONGEST) > 0 ? null : wanted;
    }

    private AdminResponse confirm(AdminRequest request) {
        return change(request, false, (expected, confirm) -> control.confirm(expected));
    }

    /** Null: whatever is there may be overwritten. */
    private @Nullable Predicate<String> precondition(String condition) {
        if (condition.strip().equals("*")) {
            return null;
        }
        Set<String> tags =
                Stream.of(condition.split(",", -1)).map(String::strip).collect(Collectors.toSet());
        return text -> tags.contains(etag(text));
    }

    private AdminResponse outcome(ReloadResult result) {
        AdminResponse response =
                AdminResponse.json(result instanceof ReloadResult.Rejected ? 422 : 200, Outcomes.of(result));
        Snapshot snapshot = control.snapshot();
        String text = snapshot.text();
        if (text != null) {
            response = withVersion(response, etag(text), snapshot.version());
        }
        return response.resulting(
                switch (result) {
                    case ReloadResult.Applied applied -> "version " + applied.version() + " in force";
                    case ReloadResult.Unchanged same -> "version " + same.version() + " stays, nothing has changed";
                    case ReloadResult.Rejected refused ->
                        "version " + refused.version() + " stays, refused for "
                                + refused.problems().getFirst();
                });
    }
}
