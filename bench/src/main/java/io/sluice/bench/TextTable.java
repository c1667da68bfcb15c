package io.sluice.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows under a head. The first column is text and aligned left, the others are figures and aligned right. */
record TextTable(List<String> head, List<List<String>> rows) {
    TextTable {
        for (List<String> row : rows) {
            if (row.size() != head.size()) {
                throw new IllegalArgumentException(row + " (expected: " + head.size() + " cells)");
            }
        }
    }

    /** A figure as a cell shows it. */
    static String decimal(int digits, double value) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** Aligned by blanks, for a terminal. */
    String plain() {
        return lines().stream()
                .map(cells -> String.join("  ", cells).stripTrailing())
                .collect(Collectors.joining("\n"));
    }

    /** In Markdown, aligned in the source too. */
    String markdown() {
        List<String> lines = new ArrayList<>();
        for (List<String> cells : lines()) {
            lines.add("| " + String.join(" | ", cells) + " |");
        }
        String rule = IntStream.range(0, head.size())
                .mapToObj(column -> column == 0 ? "-".repeat(width(0)) : "-".repeat(width(column) - 1) + ":")
                .collect(Collectors.joining(" | ", "| ", " |"));
        lines.add(1, rule);
        return String.join("\n", lines);
    }

    private List<List<String>> lines() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(aligned(head));
        rows.forEach(row -> lines.add(aligned(row)));
        return Collections.unmodifiableList(lines);
    }

    private List<String> aligned(List<String> row) {
        return IntStream.range(0, row.size())
                .mapToObj(column -> {
                    String cell = row.get(column);
                    String blanks = " ".repeat(width(column) - cell.length());
                    return column == 0 ? cell + blanks : blanks + cell;
                })
                .toList();
    }

    private int width(int column) {
        int widest =
                rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
        return Math.max(widest, head.get(column).length());
    }
}
