package io.sluice.admin;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.config.Network;
import io.sluice.config.RouteConfig.Field;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.http.HeadParser;
import io.sluice.route.Explanation;
import io.sluice.route.Snapshot;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request that somebody wants explained: which route it takes, and why. It is put into the bytes that a client would
 * send and goes the way of a real one: parser, path policy, routing table.
 *
 * @param target path and query, or {@code *}
 * @param authority host and port; null: none beside a Host among the headers
 * @param client the address that it comes from
 */
public record Question(
        String method, String target, @Nullable String authority, List<Field> headers, InetAddress client) {
    private static final int MAX_HEAD = 64 * 1024;
    private static final int MAX_FIELDS = 1000;
    private static final Set<String> KEYS = Set.of("method", "url", "headers", "client", "config");

    /** What reading a question gave. */
    public sealed interface Read {}

    /** It can be asked. */
    public record Parsed(Question question) implements Read {}

    /** It can't. */
    public record Malformed(String error, String expected) implements Read {}

    /** The answer. */
    public sealed interface Outcome {}

    /** The request reaches the routing table. */
    public record Explained(Explanation explanation) implements Outcome {}

    /** The request is refused before. */
    public record Refused(Failure failure) implements Outcome {}

    /**
     * A question in its parts.
     *
     * @param url absolute, or path and query alone
     * @param headers {@code name: value} each
     * @param client an IP address, or {@code unix}; null: the loopback address
     */
    public static Read of(String method, String url, List<Field> headers, @Nullable String client) {
        for (Field field : headers) {
            if (hasControls(field.name()) || hasControls(field.value())) {
                return new Malformed("headers: " + printable(field.name()), "no control characters");
            }
        }
        if (hasControls(method) || hasControls(url)) {
            return new Malformed("method or url: control characters", "none");
        }
        String rest = url;
        String authority = null;
        int scheme = url.indexOf("://");
        if (scheme >= 0) {
            int path = pathStart(url, scheme + 3);
            authority = url.substring(scheme + 3, path);
            rest = url.substring(path).startsWith("/") ? url.substring(path) : "/" + url.substring(path);
        }
        if (!rest.startsWith("/") && !rest.equals("*")) {
            return new Malformed("url: " + url, "http://host/path, or /path");
        }
        try {
            return new Parsed(new Question(method, rest, authority, List.copyOf(headers), address(client)));
        } catch (IllegalArgumentException e) {
            return new Malformed("client: " + client, "an IP address, or unix");
        }
    }

    private static InetAddress address(@Nullable String client) {
        if (client == null) {
            return InetAddress.getLoopbackAddress();
        }
        return client.equals(Network.UNIX.toString()) ? Network.UNIX_CLIENT : InetAddress.ofLiteral(client);
    }

    private static int pathStart(String url, int from) {
        for (int i = from; i < url.length(); i++) {
            char c = url.charAt(i);
            if (c == '/' || c == '?' || c == '#') {
                return i;
            }
        }
        return url.length();
    }

    private static boolean hasControls(String text) {
        return text.chars().anyMatch(c -> c < ' ' || c == 0x7F);
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    /** Reads {@code {"method": "GET", "url": "http://host/path", "headers": {"name": "value"}, "client": "10.0.0.1"}}; all but the url may be left out. What config it is asked of is read by {@link #config}. */
    static Read parse(byte[] json) {
        JsonNode node;
        try {
            node = new ObjectMapper().readTree(json);
        } catch (JacksonException e) {
            return new Malformed("not JSON: " + e.getOriginalMessage(), "an object with a url");
        } catch (IOException e) {
            return new Malformed("not JSON", "an object with a url");
        }
        if (!node.isObject() || !node.path("url").isTextual()) {
            return new Malformed("url: missing", "{\"url\": \"http://host/path\"}, a string");
        }
        for (var key : node.properties()) {
            if (!KEYS.contains(key.getKey())) {
                return new Malformed(key.getKey() + ": unknown", "method, url, headers, client, config");
            }
        }
        List<Field> headers = new ArrayList<>();
        node.path("headers").properties().forEach(header -> addFields(header.getKey(), header.getValue(), headers));
        return of(
                node.path("method").asText("GET"),
                node.path("url").asText(),
                headers,
                node.path("client").asText(null));
    }

    /** The text of the config that it is asked of; null: the one in force. */
    static @Nullable String config(byte[] json) throws IOException {
        return new ObjectMapper().readTree(json).path("config").asText(null);
    }

    private static void addFields(String name, JsonNode value, List<Field> headers) {
        if (value.isArray()) {
            value.forEach(each -> headers.add(new Field(name, each.asText())));
        } else {
            headers.add(new Field(name, value.asText()));
        }
    }

    /** Asks the routes of a snapshot. */
    public Outcome ask(Snapshot snapshot) {
        Head head = new Head();
        HeadParser parser = HeadParser.requests(MAX_HEAD, MAX_FIELDS);
        ByteBuf bytes = Unpooled.copiedBuffer(text(), StandardCharsets.UTF_8);
        try {
            HeadParser.Progress progress = parser.parse(bytes, head);
            if (progress != HeadParser.Progress.COMPLETE) {
                return new Refused(
                        progress == HeadParser.Progress.REFUSED ? parser.refusal(head) : Failure.REQUEST_LINE);
            }
        } finally {
            bytes.release();
        }
        Failure refused = snapshot.paths().apply(head);
        return refused == null ? new Explained(snapshot.routes().explain(head, client)) : new Refused(refused);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        text.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        boolean named = headers.stream()
                .anyMatch(field -> field.name().toLowerCase(Locale.ROOT).equals("host"));
        if (!named) {
            text.append("Host: ").append(authority == null ? "" : authority).append("\r\n");
        }
        headers.forEach(field ->
                text.append(field.name()).append(": ").append(field.value()).append("\r\n"));
        return text.append("\r\n").toString();
    }
}
