package io.sluice.route;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.sluice.config.HeaderTemplate;
import io.sluice.config.HeaderTemplate.Piece;
import io.sluice.http.FieldLine;
import io.sluice.http.Head;
import io.sluice.http.Name;
import io.sluice.http.Peer;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A header value, compiled: it is written from what stands in the request's head, without strings in
 * between but where an expression captures. Immutable.
 */
final class HeaderValue {
    private final List<Part> parts;

    /** What is written one after the other. */
    private sealed interface Part {

        /** What never changes. */
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Text(byte[] bytes) implements Part {}

        record ClientAddress() implements Part {}

        record RequestId() implements Part {}

        record Host() implements Part {}

        record Path() implements Part {}

        record Query() implements Part {}

        record Method() implements Part {}

        record Scheme() implements Part {}

        /** One segment of the path that was matched, from 0. */
        record Segment(int index) implements Part {}

        /** All of that path from a segment on. */
        record Tail(int index) implements Part {}

        /** A named group of an expression. */
        record Group(Pattern pattern, String name) implements Part {}
    }

    private HeaderValue(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /**
     * Compiles a value; a capture of the path goes before a name of the gateway's own.
     *
     * @throws IllegalArgumentException for a name that there is not
     */
    static HeaderValue of(String value, PathMatch path, String route) {
        List<Part> parts = new ArrayList<>();
        for (Piece piece : HeaderTemplate.of(value).pieces()) {
            parts.add(part(piece, path, route));
        }
        return new HeaderValue(parts);
    }

    private static Part part(Piece piece, PathMatch path, String route) {
        return switch (piece) {
            case Piece.Text text -> text(text.text());
            case Piece.Variable variable -> variable(variable.name(), path, route);
        };
    }

    /** The value, one char a byte, where it is the same for all requests; null: it is not. */
    @Nullable
    String constant() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Part part : parts) {
            if (!(part instanceof Part.Text text)) {
                return null;
            }
            bytes.writeBytes(text.bytes());
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static Part text(String text) {
        return new Part.Text(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Part variable(String name, PathMatch path, String route) {
        if (path.names().contains(name)) {
            return capture(name, path);
        }
        return switch (name) {
            case "client.address" -> new Part.ClientAddress();
            case "request.id" -> new Part.RequestId();
            case "route" -> text(route);
            case "host" -> new Part.Host();
            case "path" -> new Part.Path();
            case "query" -> new Part.Query();
            case "method" -> new Part.Method();
            case "scheme" -> new Part.Scheme();
            default -> throw new IllegalArgumentException("{" + name + "} (expected: a variable or a capture)");
        };
    }

    private static Part capture(String name, PathMatch path) {
        return switch (path) {
            case PathMatch.Any any -> throw new IllegalArgumentException("{" + name + "}: any path captures nothing");
            case PathMatch.Expression expression -> new Part.Group(expression.pattern(), name);
            case PathMatch.Segments segments -> {
                int index = segments.segments().indexOf(new PathMatch.Part.Capture(name));
                yield index < 0 ? new Part.Tail(segments.segments().size()) : new Part.Segment(index);
            }
        };
    }

    /** Whether {@link io.sluice.http.ForwardedFields} must have seen to the request. */
    boolean needsIdentity() {
        return parts.stream().anyMatch(part -> part instanceof Part.RequestId || part instanceof Part.Scheme);
    }

    /**
     * Appends a field with this value.
     *
     * @param to may be the request itself
     */
    void add(Name known, String name, Head to, Head request, Peer peer, InetAddress client) {
        int start = FieldLine.begin(to, name);
        for (int i = 0; i < parts.size(); i++) {
            append(parts.get(i), to, request, peer, client);
        }
        FieldLine.end(to, known, start, name.length());
    }

    private static void append(Part part, Head to, Head request, Peer peer, InetAddress client) {
        switch (part) {
            case Part.Text text -> FieldLine.append(to, text.bytes());
            case Part.ClientAddress address -> FieldLine.appendClient(to, peer, client);
            case Part.RequestId id -> FieldLine.appendId(to, request);
            case Part.Host host -> FieldLine.append(to, request, request.hostStart(), request.hostEnd());
            case Part.Path path -> FieldLine.append(to, request, request.matchedStart(), request.matchedEnd());
            case Part.Query query -> {
                if (request.queryStart() >= 0) {
                    FieldLine.append(to, request, request.queryStart(), request.queryEnd());
                }
            }
            case Part.Method method -> FieldLine.append(to, request.method());
            case Part.Scheme scheme -> FieldLine.appendScheme(to, request, peer);
            case Part.Segment segment -> {
                int from = segmentStart(request, segment.index());
                FieldLine.append(to, request, from, segmentEnd(request, from));
            }
            case Part.Tail tail ->
                FieldLine.append(to, request, segmentStart(request, tail.index()), request.matchedEnd());
            case Part.Group group -> FieldLine.append(to, captured(group, request));
        }
    }

    private static String captured(Part.Group group, Head request) {
        Matcher matcher = group.pattern().matcher(request.matchedPath());
        String value = matcher.matches() ? matcher.group(group.name()) : null;
        return value == null ? "" : value;
    }

    /** Behind so many slashes and one; the end of the path if it has less. */
    private static int segmentStart(Head request, int index) {
        byte[] block = request.block();
        int end = request.matchedEnd();
        int at = request.matchedStart();
        for (int slashes = 0; at < end; at++) {
            if (block[at] == '/' && slashes++ == index) {
                return at + 1;
            }
        }
        return end;
    }

    private static int segmentEnd(Head request, int from) {
        byte[] block = request.block();
        int at = from;
        while (at < request.matchedEnd() && block[at] != '/') {
            at++;
        }
        return at;
    }

    /** The value for a request that came over no connection; what only that would tell stays a variable. */
    String shown(Head request, Peer peer, InetAddress client) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Part.RequestId id -> text.append("{request.id}");
                case Part.Scheme scheme -> text.append("{scheme}");
                case Part.Text plain -> text.append(new String(plain.bytes(), StandardCharsets.ISO_8859_1));
                default -> {
                    Head scratch = new Head();
                    new HeaderValue(List.of(part)).add(Name.OTHER, "x", scratch, request, peer, client);
                    text.append(scratch.value(0));
                }
            }
        }
        byte[] octets = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        return new String(octets, StandardCharsets.UTF_8);
    }
}
