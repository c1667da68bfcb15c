package io.sluice.route;

import io.sluice.http.Head;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The paths of one host pattern, as a tree over segments. Each node tries, in this order, which is the order of
 * precedence: the child of the literal segment, the child of a capture, and, if no route below matches, its own routes:
 * those that end here, those with an expression that begins here, those with a tail. Immutable; makes no object unless a
 * route has an expression.
 */
final class PathTree {
    private final ByteIndex literals;
    private final PathTree[] children;
    private final @Nullable PathTree capture;
    private final List<Route> ends;
    private final List<Route> expressions;
    private final List<Route> tails;

    private PathTree(Growing node) {
        List<byte[]> names = node.children.keySet().stream()
                .map(name -> name.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
        literals = names.isEmpty()
                ? ByteIndex.EMPTY
                : new ByteIndex(names, names.stream().mapToInt(PathTree::hash).toArray());
        children = node.children.values().stream().map(PathTree::new).toArray(PathTree[]::new);
        capture = node.capture == null ? null : new PathTree(node.capture);
        ends = List.copyOf(node.ends);
        expressions = List.copyOf(node.expressions);
        tails = List.copyOf(node.tails);
    }

    private static int hash(byte[] name) {
        int hash = 0;
        for (byte b : name) {
            hash = ByteIndex.step(hash, b);
        }
        return hash;
    }

    /**
     * Builds the tree of those routes that name a path.
     *
     * @param routes in order of precedence
     */
    static PathTree of(List<Route> routes) {
        Growing root = new Growing();
        for (Route route : routes) {
            switch (route.path()) {
                case PathMatch.Any any -> {}
                case PathMatch.Segments segments -> {
                    Growing node = root.below(segments.segments());
                    (segments.tail() ? node.tails : node.ends).add(route);
                }
                case PathMatch.Expression expression ->
                    root.below(expression.beginning()).expressions.add(route);
            }
        }
        return new PathTree(root);
    }

    /** The first route in order of precedence that holds. */
    @Nullable
    Route find(Head head, InetAddress client) {
        return find(head.block(), head.pathStart(), head.pathEnd(), head, client);
    }

    /** @param at the slash before the next segment; {@code end}: there is none */
    private @Nullable Route find(byte[] block, int at, int end, Head head, InetAddress client) {
        if (at == end) {
            Route route = first(ends, head, client);
            if (route != null) {
                return route;
            }
        } else if (block[at] == '/') {
            Route route = findBelow(block, at + 1, end, head, client);
            if (route != null) {
                return route;
            }
        } else {
            return firstExpression(head, client); // "*" of OPTIONS: no segments
        }
        Route route = firstExpression(head, client);
        return route != null ? route : first(tails, head, client);
    }

    private @Nullable Route findBelow(byte[] block, int from, int end, Head head, InetAddress client) {
        int hash = 0;
        int to = from;
        while (to < end && block[to] != '/') {
            hash = ByteIndex.step(hash, block[to++]);
        }
        int number = literals.find(block, from, to, hash);
        if (number != ByteIndex.NONE) {
            Route route = children[number].find(block, to, end, head, client);
            if (route != null) {
                return route;
            }
        }
        return capture == null || from == to ? null : capture.find(block, to, end, head, client);
    }

    private @Nullable Route firstExpression(Head head, InetAddress client) {
        for (int i = 0; i < expressions.size(); i++) {
            Route route = expressions.get(i);
            if (route.holds(head, client) && route.path().matches(head)) {
                return route;
            }
        }
        return null;
    }

    /** The first route whose remaining predicates hold. */
    static @Nullable Route first(List<Route> routes, Head head, InetAddress client) {
        for (int i = 0; i < routes.size(); i++) {
            Route route = routes.get(i);
            if (route.holds(head, client)) {
                return route;
            }
        }
        return null;
    }

    /** A node while the tree is built. */
    private static final class Growing {
        private final Map<String, Growing> children = new LinkedHashMap<>();
        private @Nullable Growing capture;
        private final List<Route> ends = new ArrayList<>();
        private final List<Route> expressions = new ArrayList<>();
        private final List<Route> tails = new ArrayList<>();

        private Growing below(List<PathMatch.Part> segments) {
            Growing node = this;
            for (PathMatch.Part segment : segments) {
                node = switch (segment) {
                    case PathMatch.Part.Literal literal ->
                        node.children.computeIfAbsent(literal.text(), key -> new Growing());
                    case PathMatch.Part.Capture capture -> node.captured();
                };
            }
            return node;
        }

        private Growing captured() {
            Growing node = capture;
            if (node == null) {
                node = new Growing();
                capture = node;
            }
            return node;
        }
    }
}
