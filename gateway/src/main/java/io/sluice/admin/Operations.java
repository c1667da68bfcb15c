package io.sluice.admin;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All operations, by path and method. */
final class Operations {
    private final List<Operation> all;

    Operations(List<Operation> all) {
        this.all = List.copyOf(all);
    }

    List<Operation> all() {
        return all;
    }

    /** What a request asks for. */
    sealed interface Match {

        /** @param variables the segments that the path's names stand for, decoded */
        record Found(Operation operation, Map<String, String> variables) implements Match {}

        /** @param allowed the methods of that path, as in an Allow header */
        record WrongMethod(String allowed) implements Match {}

        /** @param paths those that there are */
        record Unknown(String paths) implements Match {}
    }

    Match find(HttpMethod asked, String path) {
        HttpMethod method = asked.equals(HttpMethod.HEAD) ? HttpMethod.GET : asked;
        List<String> allowed = new ArrayList<>();
        for (Operation operation : all) {
            Map<String, String> variables = variables(operation.path(), path);
            if (variables != null) {
                if (operation.method().equals(method)) {
                    return new Match.Found(operation, variables);
                }
                allowed.add(
                        operation.method().equals(HttpMethod.GET)
                                ? "GET, HEAD"
                                : operation.method().name());
            }
        }
        if (!allowed.isEmpty()) {
            return new Match.WrongMethod(String.join(", ", allowed));
        }
        return new Match.Unknown(String.join(
                ", ", all.stream().map(Operation::path).distinct().sorted().toList()));
    }

    /** Null if the path is another one. */
    private static @Nullable Map<String, String> variables(String pattern, String path) {
        if (pattern.indexOf('{') < 0) {
            return pattern.equals(path) ? Map.of() : null;
        }
        String[] wanted = pattern.split("/", -1);
        String[] given = path.split("/", -1);
        if (wanted.length != given.length) {
            return null;
        }
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                String value = decoded(given[i]);
                if (value == null || value.isEmpty()) {
                    return null;
                }
                variables.put(wanted[i].substring(1, wanted[i].length() - 1), value);
            } else if (!wanted[i].equals(given[i])) {
                return null;
            }
        }
        return variables;
    }

    private static @Nullable String decoded(String segment) {
        try {
            return QueryStringDecoder.decodeComponent(segment.replace("+", "%2B"));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
