package io.sluice.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The tables of keys in docs/configuration.md. */
final class KeyTables {
    static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final Pattern CELLS = Pattern.compile("(?<!\\\\)\\|");
    private static final Pattern KEY = Pattern.compile("`(\\w+)`");
    private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LITERAL = Pattern.compile("`([^`]+)`");

    private final Map<String, Map<String, Row>> tables = new HashMap<>();

    /**
     * What is said of a key, as plain text.
     *
     * @param literals what is written there as the user would
     * @param fallback the default; empty: there is none that could be written
     */
    record Row(String value, List<String> literals, String fallback, String meaning) {

        String description() {
            String sentence = meaning.isEmpty() ? "" : Character.toUpperCase(meaning.charAt(0)) + meaning.substring(1);
            return (sentence.isEmpty() ? "" : sentence + ". ") + "Value: " + value + ".";
        }
    }

    KeyTables() throws IOException {
        String heading = "";
        List<String> columns = List.of();
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("#")) {
                heading = line.replaceFirst("#+ ", "");
            } else if (line.startsWith("| key |")) {
                columns = cells(line);
            } else if (line.startsWith("| `")) {
                add(heading, columns, cells(line));
            }
        }
    }

    private static List<String> cells(String line) {
        return CELLS.splitAsStream(line.substring(1)).map(String::strip).toList();
    }

    private void add(String heading, List<String> columns, List<String> cells) {
        if (!KEY.matcher(cells.getFirst()).matches() || columns.isEmpty()) {
            return;
        }
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            row.put(columns.get(i), i < cells.size() ? cells.get(i) : "");
        }
        String fallback = row.getOrDefault("default", "");
        String value = row.getOrDefault("value", "");
        List<String> literals =
                LITERAL.matcher(value).results().map(match -> match.group(1)).toList();
        tables.computeIfAbsent(heading, any -> new HashMap<>())
                .put(
                        cells.getFirst().replace("`", ""),
                        new Row(
                                plain(value),
                                literals,
                                LITERAL.matcher(fallback).matches() ? fallback.replace("`", "") : "",
                                plain(row.getOrDefault("meaning", ""))));
    }

    /** The example configs of the page. */
    static List<String> configs() throws IOException {
        return BLOCK.matcher(Files.readString(PAGE))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static String plain(String markdown) {
        return markdown.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                .replaceAll("</?code>", "")
                .replace("`", "")
                .replace("\\|", "|");
    }

    static String heading(Part part) {
        return part == Part.TOP ? "Top level" : "`" + part.place() + "`";
    }

    Optional<Row> row(Part part, String key) {
        return Optional.ofNullable(tables.getOrDefault(heading(part), Map.of()).get(key));
    }
}
