package io.sluice.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Configs around one part with given entries, in YAML's flow style. */
final class Surroundings {
    /** What a part must have besides. */
    private static final Map<String, Map<String, String>> LEAST = Map.of(
            "",
                    Map.of(
                            "listeners",
                            "{ web: { bind: \":80\" } }",
                            "upstreams",
                            "{ app: { endpoints: [\"127.0.0.1:1\"] } }"),
            // another one is good only beside it
            "admin", Map.of("token", "\"${ADMIN_TOKEN}\""),
            "listeners.NAME", Map.of("bind", "\":81\""),
            "listeners.NAME.tls", Map.of("certificates", "[{ certificate: a.pem, key: a.key }]"),
            "listeners.NAME.tls.certificates[]", Map.of("certificate", "a.pem", "key", "a.key"),
            "upstreams.NAME", Map.of("endpoints", "[\"127.0.0.1:1\"]"),
            "upstreams.NAME.endpoints[]", Map.of("address", "\"127.0.0.1:1\""),
            "routes[]", Map.of("name", "r"),
            "routes[].redirect", Map.of("location", "/"),
            "routes[].respond", Map.of("status", "200"));

    private static final List<String> ACTIONS = List.of("to", "split", "redirect", "respond");

    private Surroundings() {}

    /** The least config with these entries. */
    static String plain(Part part, Map<String, String> entries) {
        return config(part, with(LEAST.getOrDefault(part.place(), Map.of()), entries, List.of()));
    }

    /** Configs with these entries, the least one first; which of them are good is not known. */
    static List<String> all(WrittenSchema written, Part part, Map<String, String> entries) {
        HeardKeys heard = written.heard();
        Set<String> configs = new LinkedHashSet<>();
        configs.add(plain(part, entries));
        configs.add(config(part, entries));
        Set<Map<String, String>> samples = new LinkedHashSet<>(heard.samples(part));
        samples.add(required(written, part));
        for (Map<String, String> sample : samples) {
            configs.add(config(part, with(sample, entries, heard.exactlyOne(part))));
        }
        return List.copyOf(configs);
    }

    /** What may have to be there, as examples have it or else the page of keys. */
    private static Map<String, String> required(WrittenSchema written, Part part) {
        Map<String, String> required = new LinkedHashMap<>();
        for (String key : written.heard().onceRequired(part)) {
            List<String> texts = new ArrayList<>(written.heard().of(part, key).examples);
            written.tables().row(part, key).ifPresent(row -> texts.addAll(row.literals()));
            if (!texts.isEmpty()) {
                required.put(key, SchemaWriter.typed(texts.getFirst()).toString());
            }
        }
        return required;
    }

    private static Map<String, String> with(
            Map<String, String> beside, Map<String, String> entries, List<String> exactlyOne) {
        Map<String, String> all = new LinkedHashMap<>(beside);
        if (exactlyOne.stream().anyMatch(entries::containsKey)) {
            all.keySet().removeAll(exactlyOne);
        }
        all.putAll(entries);
        return all;
    }

    private static String config(Part part, Map<String, String> entries) {
        String path = part.place();
        String body = body(path, entries);
        while (!path.isEmpty()) {
            if (path.endsWith("[]")) {
                body = "[" + body + "]";
                path = path.substring(0, path.length() - 2);
            }
            int dot = path.lastIndexOf('.');
            String name = path.substring(dot + 1);
            path = dot < 0 ? "" : path.substring(0, dot);
            if (name.equals("NAME")) {
                body = "{ " + (path.equals("upstreams") ? "up" : "a") + ": " + body + " }";
            } else {
                body = body(path, with(LEAST.getOrDefault(path, Map.of()), Map.of(name, body), List.of()));
            }
        }
        return body;
    }

    private static String body(String path, Map<String, String> entries) {
        List<String> all = new ArrayList<>();
        entries.forEach((key, value) -> all.add(key + ": " + value));
        if (path.equals("routes[]") && ACTIONS.stream().noneMatch(entries::containsKey)) {
            all.add(entries.containsKey("splitBy") ? "split: { app: 1 }" : "to: app");
        }
        return all.stream().collect(Collectors.joining(", ", "{ ", " }"));
    }
}
