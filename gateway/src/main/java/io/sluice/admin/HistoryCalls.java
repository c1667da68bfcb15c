package io.sluice.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpMethod;
import io.sluice.config.Outline;
import io.sluice.config.OutlineChange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The versions of the config that were in force, and the way back to one. */
final class HistoryCalls {
    private static final String PATH = "/api/v1/config/history";
    private static final int MOST_CHANGES = 1000;

    private final Control control;
    private final ConfigCalls config;

    HistoryCalls(Control control, ConfigCalls config) {
        this.control = control;
        this.config = config;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get(PATH, request -> list()),
                Operation.get(PATH + "/{version}", this::version),
                Operation.change(HttpMethod.POST, "/api/v1/config/rollback", this::rollback));
    }

    private AdminResponse list() {
        Path folder = control.historyFolder();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("version", control.snapshot().version())
                .put("folder", folder == null ? null : folder.toString());
        node.set("pending", pending(control.pending()));
        ArrayNode list = node.putArray("versions");
        control.history().reversed().forEach(version -> list.add(facts(version)));
        return AdminResponse.json(200, node);
    }

    /** Null where nothing waits. */
    static JsonNode pending(@Nullable PendingChange pending) {
        return pending == null
                ? JsonNodeFactory.instance.nullNode()
                : JsonNodeFactory.instance
                        .objectNode()
                        .put("version", pending.version())
                        .put("previous", pending.previous())
                        .put("caller", pending.author().caller())
                        .put("address", pending.author().address())
                        .put("since", pending.since().toString())
                        .put("until", pending.until().toString());
    }

    private static ObjectNode facts(ConfigVersion version) {
        Author author = version.author();
        return JsonNodeFactory.instance
                .objectNode()
                .put("version", version.version())
                .put("at", version.at().toString())
                .put("kind", Words.of(author.kind()))
                .put("caller", author.caller())
                .put("address", author.address())
                .put("summary", version.summary())
                .put("confirmed", version.confirmed());
    }

    private AdminResponse version(AdminRequest request) {
        List<ConfigVersion> all = control.history();
        for (int i = 0; i < all.size(); i++) {
            ConfigVersion version = all.get(i);
            if (Long.toString(version.version()).equals(request.variable("version"))) {
                return AdminResponse.json(200, whole(version, i == 0 ? null : all.get(i - 1)));
            }
        }
        return AdminResponse.error(
                404,
                "version " + request.variable("version") + ": not in the history",
                "one that GET " + PATH + " tells");
    }

    private static ObjectNode whole(ConfigVersion version, @Nullable ConfigVersion before) {
        ObjectNode node = facts(version).put("text", version.text());
        ArrayNode included = node.putArray("included");
        version.included()
                .forEach(file -> included.addObject().put("file", file.file()).put("text", file.text()));
        node.put("previous", before == null ? null : before.version());
        ArrayNode changes = node.putArray("changes");
        if (before != null) {
            OutlineChange.between(outline(before), outline(version)).stream()
                    .limit(MOST_CHANGES)
                    .forEach(change -> changes.add(change(change)));
        }
        return node;
    }

    private static Outline outline(ConfigVersion version) {
        List<String> texts = new ArrayList<>(List.of(version.text()));
        version.included().forEach(file -> texts.add(file.text()));
        return Outline.of(texts);
    }

    private static ObjectNode change(OutlineChange change) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("kind", Words.of(change.part().kind()))
                .put("name", change.part().name())
                .put("change", OutlineChange.word(change.type()));
        node.set("fields", PlanView.fields(change.fields()));
        return node;
    }

    private AdminResponse rollback(AdminRequest request) {
        long version = wanted(request.body());
        if (version <= 0) {
            return AdminResponse.error(400, "version: missing", "{\"version\": 3}, one that GET " + PATH + " tells");
        }
        boolean known = control.history().stream().anyMatch(each -> each.version() == version);
        return known
                ? config.change(
                        request,
                        true,
                        (expected, confirm) ->
                                control.rollback(version, expected, Author.of(Author.Kind.ROLLBACK, request), confirm))
                : AdminResponse.error(
                        404, "version " + version + ": not in the history", "one that GET " + PATH + " tells");
    }

    /** 0: none. */
    private static long wanted(byte[] json) {
        try {
            JsonNode node = new ObjectMapper().readTree(json);
            return node == null ? 0 : node.path("version").asLong(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
