package io.sluice.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a part showed of each proxy, as a table with notes. */
record PartReport(Part part, List<Row> rows) {
    /** A proxy and what its processes showed, at least one. */
    record Row(String name, List<Sample> samples) {
        private List<String> problems() {
            return samples.stream()
                    .flatMap(sample -> sample.problems().stream())
                    .distinct()
                    .toList();
        }

        private boolean isValid() {
            return problems().isEmpty();
        }
    }

    /** Medians over the processes of each proxy. */
    TextTable table() {
        List<Column> columns = part.columns();
        List<String> head = Stream.concat(Stream.of("proxy"), columns.stream().map(Column::name))
                .toList();
        List<List<String>> lines = new ArrayList<>();
        for (Row row : rows) {
            List<String> cells = new ArrayList<>();
            cells.add(row.name + (row.isValid() ? "" : " (INVALID)"));
            for (int i = 0; i < columns.size(); i++) {
                int column = i;
                cells.add(columns.get(i)
                        .written(Median.of(row.samples.stream()
                                .mapToDouble(sample -> sample.figures().get(column)))));
            }
            lines.add(cells);
        }
        return new TextTable(head, lines);
    }

    /** What a reader must know to trust the table or not, one sentence a line. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        rows.stream()
                .filter(row -> !row.isValid())
                .forEach(row -> notes.add("INVALID " + row.name + ": " + String.join("; ", row.problems())));
        double strangers = rows.stream()
                .flatMap(row -> row.samples.stream())
                .mapToDouble(Sample::strangers)
                .max()
                .orElse(0);
        notes.addAll(Strangers.notes(strangers));
        return notes;
    }

    boolean isValid() {
        return rows.stream().allMatch(Row::isValid);
    }
}
