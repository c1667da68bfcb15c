package io.sluice.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.prometheus.client.exporter.common.TextFormat;
import io.sluice.config.ConfigReader;
import io.sluice.config.LoadResult;
import io.sluice.route.Snapshot;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** What the admin listener can be asked; docs/admin-api.md is its description. Called on virtual threads. */
final class Api {
    private static final String YAML = "application/yaml";
    private static final int ETAG_BYTES = 8;

    private final Control control;
    private final Map<String, Map<HttpMethod, Call>> calls = new TreeMap<>();

    Api(Control control) {
        this.control = control;
        calls.put("/api/v1/config", Map.of(HttpMethod.GET, this::config));
        calls.put("/api/v1/config/check", Map.of(HttpMethod.POST, this::check));
        calls.put("/api/v1/reload", Map.of(HttpMethod.POST, this::reload));
        calls.put("/api/v1/explain", Map.of(HttpMethod.POST, this::explain));
        calls.put("/api/v1/routes", Map.of(HttpMethod.GET, request -> routes()));
        calls.put("/api/v1/upstreams", Map.of(HttpMethod.GET, request -> upstreams()));
        calls.put("/api/v1/listeners", Map.of(HttpMethod.GET, request -> listeners()));
        calls.put(
                "/api/v1/economics",
                Map.of(HttpMethod.GET, request -> AdminResponse.json(200, EconomicsView.of(control))));
        calls.put(
                "/api/v1/failures",
                Map.of(HttpMethod.GET, new FailureCalls(control.telemetry().failures())::list));
        calls.put("/healthz", Map.of(HttpMethod.GET, request -> status(200, "ok")));
        calls.put("/readyz", Map.of(HttpMethod.GET, request -> ready()));
        calls.put("/metrics", Map.of(HttpMethod.GET, this::metrics));
    }

    /** Answers one method on one path. */
    @FunctionalInterface
    private interface Call {
        AdminResponse answer(AdminRequest request) throws IOException;
    }

    AdminResponse answer(AdminRequest request) throws IOException {
        AdminResponse objection = Guard.objection(request);
        if (objection != null) {
            return objection;
        }
        if (EndpointCall.takes(request.path())) {
            return new EndpointCall(control).answer(request);
        }
        Map<HttpMethod, Call> methods = calls.get(request.path());
        if (methods == null) {
            return AdminResponse.error(404, request.path() + ": no such path", String.join(", ", calls.keySet()));
        }
        HttpMethod method = request.method().equals(HttpMethod.HEAD) ? HttpMethod.GET : request.method();
        Call call = methods.get(method);
        if (call == null) {
            String allowed = allowed(methods);
            return AdminResponse.error(405, request.method() + " " + request.path(), allowed)
                    .with("allow", allowed);
        }
        return call.answer(request);
    }

    private static String allowed(Map<HttpMethod, Call> methods) {
        return methods.containsKey(HttpMethod.GET) ? "GET, HEAD" : "POST";
    }

    // ---- config

    private AdminResponse config(AdminRequest request) {
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
        return response.with("etag", etag)
                .with("vary", "accept")
                .with("x-sluice-config-version", Long.toString(snapshot.version()));
    }

    private ObjectNode configNode(Snapshot snapshot, String text) {
        Path file = control.file();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("version", snapshot.version())
                .put("file", file == null ? null : file.toString())
                .put("text", text);
        node.set("lastReload", Outcomes.lastReload(control.lastReload()));
        return node;
    }

    private static String etag(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return '"' + HexFormat.of().formatHex(digest, 0, ETAG_BYTES) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private AdminResponse check(AdminRequest request) {
        Path file = control.file();
        String name = file == null ? "config" : file.toString();
        Path base = file == null ? null : file.toAbsolutePath().getParent();
        return switch (ConfigReader.read(name, request.text(), base, System.getenv())) {
            case LoadResult.Loaded loaded -> AdminResponse.json(200, Outcomes.good(loaded.config()));
            case LoadResult.Rejected rejected -> AdminResponse.json(200, Outcomes.bad(rejected.problems()));
        };
    }

    private AdminResponse reload(AdminRequest request) {
        ReloadResult result = control.reload();
        int status = switch (result) {
            case ReloadResult.Applied applied -> 200;
            case ReloadResult.Unchanged unchanged -> 200;
            case ReloadResult.Rejected rejected -> 422;
        };
        return AdminResponse.json(status, Outcomes.of(result));
    }

    // ---- what runs

    private AdminResponse explain(AdminRequest request) {
        return switch (Question.parse(request.body())) {
            case Question.Parsed parsed ->
                AdminResponse.json(200, Outcomes.of(parsed.question().ask(control.snapshot())));
            case Question.Malformed malformed -> AdminResponse.error(400, malformed.error(), malformed.expected());
        };
    }

    private AdminResponse routes() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        control.snapshot().config().routes().forEach(route -> list.add(RouteView.of(route)));
        return listed("routes", list);
    }

    private AdminResponse upstreams() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        control.snapshot().upstreams().values().forEach(upstream -> list.add(UpstreamView.of(upstream)));
        return listed("upstreams", list);
    }

    private AdminResponse listeners() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        control.listeners().forEach(listener -> list.add(ListenerView.of(listener)));
        return listed("listeners", list);
    }

    private AdminResponse listed(String name, ArrayNode list) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("version", control.snapshot().version());
        node.set(name, list);
        return AdminResponse.json(200, node);
    }

    private AdminResponse ready() {
        return control.isReady() ? status(200, "ready") : status(503, "draining");
    }

    private static AdminResponse status(int code, String status) {
        return AdminResponse.json(code, JsonNodeFactory.instance.objectNode().put("status", status));
    }

    private AdminResponse metrics(AdminRequest request) throws IOException {
        String type = TextFormat.chooseContentType(request.headers().get(HttpHeaderNames.ACCEPT));
        StringWriter out = new StringWriter();
        TextFormat.writeFormat(type, out, control.telemetry().registry().metricFamilySamples());
        return AdminResponse.text(200, type, out.toString());
    }
}
