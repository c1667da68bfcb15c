package io.sluice.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.config.RouteConfig;
import io.sluice.config.RouteConfig.Action;
import io.sluice.config.RouteConfig.Match;
import io.sluice.config.RouteConfig.PathPattern;
import io.sluice.config.RouteConfig.ValuePattern;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A route as JSON. Patterns are texts as a person would write them. */
final class RouteView {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private RouteView() {}

    static ObjectNode of(RouteConfig route) {
        ObjectNode node = JSON.objectNode().put("name", route.name()).put("priority", route.priority());
        node.set("match", match(route.match()));
        node.set("action", action(route.action()));
        node.set("rewrite", rewrite(route.rewrite()));
        node.set("requestHeaders", edits(route.requestHeaders()));
        node.set("responseHeaders", edits(route.responseHeaders()));
        node.putObject("timeouts")
                .put("responseHeadMs", route.timeouts().responseHead().toMillis())
                .put("bodyIdleMs", route.timeouts().bodyIdle().toMillis())
                .put("bodyGraceMs", route.timeouts().bodyGrace().toMillis())
                .put("exchangeMs", route.timeouts().exchange().toMillis())
                .put("tunnelIdleMs", route.timeouts().tunnelIdle().toMillis());
        node.putObject("limits")
                .put("body", route.limits().body())
                .put("bodyRate", route.limits().bodyRate())
                .put("requestBuffer", route.limits().requestBuffer())
                .put("responseBuffer", route.limits().responseBuffer());
        return node;
    }

    private static ObjectNode match(Match match) {
        ObjectNode node = JSON.objectNode();
        node.set("hosts", texts(match.hosts()));
        node.put("path", path(match.path()));
        node.set("methods", texts(match.methods()));
        node.set("headers", values(match.headers()));
        node.set("query", values(match.query()));
        node.set("clients", texts(match.clients()));
        return node;
    }

    private static @Nullable String path(@Nullable PathPattern path) {
        return switch (path) {
            case null -> null;
            case PathPattern.Segments segments -> segments.text();
            case PathPattern.Regex regex -> "regex " + regex.expression();
        };
    }

    private static ObjectNode values(Map<String, ValuePattern> patterns) {
        ObjectNode node = JSON.objectNode();
        patterns.forEach((name, pattern) -> node.put(name, value(pattern)));
        return node;
    }

    private static String value(ValuePattern pattern) {
        return switch (pattern) {
            case ValuePattern.Equal equal -> "equals " + equal.value();
            case ValuePattern.Prefix prefix -> "starts with " + prefix.value();
            case ValuePattern.Regex regex -> "regex " + regex.expression();
            case ValuePattern.Present present -> "present";
            case ValuePattern.Absent absent -> "absent";
        };
    }

    private static ObjectNode action(Action action) {
        return switch (action) {
            case Action.Forward forward ->
                JSON.objectNode().put("type", "forward").put("upstream", forward.upstream());
            case Action.Split split -> split(split);
            case Action.Redirect redirect ->
                JSON.objectNode()
                        .put("type", "redirect")
                        .put("location", redirect.location())
                        .put("status", redirect.status());
            case Action.Respond respond ->
                JSON.objectNode()
                        .put("type", "respond")
                        .put("status", respond.status())
                        .put("contentType", respond.contentType());
        };
    }

    private static ObjectNode split(Action.Split split) {
        ObjectNode node = JSON.objectNode().put("type", "split");
        ObjectNode shares = node.putObject("shares");
        split.shares().forEach(share -> shares.put(share.upstream(), share.weight()));
        return node.put("by", key(split.by()));
    }

    private static String key(RouteConfig.@Nullable Key key) {
        return switch (key) {
            case null -> "chance";
            case RouteConfig.Key.Client client -> "client";
            case RouteConfig.Key.Header header -> "header " + header.name();
            case RouteConfig.Key.Cookie cookie -> "cookie " + cookie.name();
            case RouteConfig.Key.Query query -> "query " + query.name();
        };
    }

    private static ObjectNode rewrite(RouteConfig.Rewrite rewrite) {
        return JSON.objectNode()
                .put("stripPrefix", rewrite.stripPrefix())
                .put("addPrefix", rewrite.addPrefix())
                .put("template", rewrite.template());
    }

    private static ObjectNode edits(RouteConfig.HeaderEdits edits) {
        ObjectNode node = JSON.objectNode();
        node.set("remove", texts(edits.remove()));
        node.set("set", fields(edits.set()));
        node.set("add", fields(edits.add()));
        return node;
    }

    private static ArrayNode fields(List<RouteConfig.Field> fields) {
        ArrayNode list = JSON.arrayNode();
        fields.forEach(field -> list.add(field.name() + ": " + field.value()));
        return list;
    }

    private static ArrayNode texts(Iterable<?> values) {
        ArrayNode list = JSON.arrayNode();
        values.forEach(value -> list.add(String.valueOf(value)));
        return list;
    }
}
