package io.sluice.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Problems as a terminal shows them: each with its place, the line of the file, a caret under the column and the hint,
 * and their count at the end.
 */
public final class ProblemText {
    /** Columns of a source line that are shown; of a longer one, the part around the caret. */
    private static final int WIDEST = 100;

    private static final int TAB = 4;

    private ProblemText() {}

    /** All problems of texts that were rejected; ends with a line break. */
    public static String render(LoadResult.Rejected rejected) {
        StringBuilder out = new StringBuilder();
        Map<String, List<String>> lines = new HashMap<>();
        for (Problem problem : rejected.problems()) {
            render(problem, lines.computeIfAbsent(problem.file(), file -> lines(rejected, file)), out);
        }
        int count = rejected.problems().size();
        return out.append(count)
                .append(count == 1 ? " problem in " : " problems in ")
                .append(lines.size() == 1 ? lines.keySet().iterator().next() : lines.size() + " files")
                .append('\n')
                .toString();
    }

    private static List<String> lines(LoadResult.Rejected rejected, String file) {
        return Lines.of(rejected.included().getOrDefault(file, rejected.text()));
    }

    private static void render(Problem problem, List<String> lines, StringBuilder out) {
        String place = problem.line() == 0 ? "" : ":" + problem.line() + ":" + problem.column();
        out.append(problem.file())
                .append(place)
                .append(": ")
                .append(problem.message())
                .append('\n');
        String number = problem.line() == 0 ? "" : String.valueOf(problem.line());
        String margin = " ".repeat(Math.max(4, number.length()));
        boolean quoted = problem.line() > 0
                && problem.line() <= lines.size()
                && !lines.get(problem.line() - 1).isBlank();
        if (quoted) {
            Excerpt excerpt = excerpt(lines.get(problem.line() - 1), problem.column());
            out.append(margin, number.length(), margin.length()).append(number);
            out.append(" | ").append(excerpt.text()).append('\n');
            out.append(margin).append(" | ").repeat(" ", excerpt.caret()).append("^\n");
        }
        if (problem.hint() != null) {
            out.append(margin).append(" = ").append(problem.hint()).append('\n');
        }
        out.append('\n');
    }

    /**
     * A line as shown.
     *
     * @param caret columns before it
     */
    private record Excerpt(String text, int caret) {}

    private static Excerpt excerpt(String line, int column) {
        int skipped = Math.max(0, column - 1 - WIDEST);
        List<String> cells = cells(line, skipped);
        int target = Math.min(column - 1 - skipped, cells.size());
        int from = target;
        int width = 0;
        boolean whole =
                skipped == 0 && cells.stream().mapToInt(ProblemText::width).sum() <= WIDEST;
        while (from > 0 && (whole || width + width(cells.get(from - 1)) <= WIDEST * 2 / 3)) {
            width += width(cells.get(--from));
        }
        String start = from + skipped == 0 ? "" : "... ";
        int caret = start.length() + width;
        int to = target;
        while (to < cells.size() && width + width(cells.get(to)) <= WIDEST) {
            width += width(cells.get(to++));
        }
        String end = to == cells.size() ? "" : " ...";
        return new Excerpt((start + String.join("", cells.subList(from, to)) + end).stripTrailing(), caret);
    }

    /** One text for each code point that may be shown: tabs as spaces, control characters made harmless. */
    private static List<String> cells(String line, int skipped) {
        List<String> cells = new ArrayList<>();
        int width = 0;
        int[] points = line.codePoints().skip(skipped).limit(2L * WIDEST + 1).toArray();
        for (int point : points) {
            String cell;
            if (point == '\t') {
                cell = " ".repeat(TAB - width % TAB);
            } else if (Character.isISOControl(point) || Character.getType(point) == Character.FORMAT) {
                cell = "?";
            } else {
                cell = Character.toString(point);
            }
            cells.add(cell);
            width += width(cell);
        }
        return cells;
    }

    private static int width(String cell) {
        int point = cell.codePointAt(0);
        int type = Character.getType(point);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        return wide(point) ? 2 : cell.codePointCount(0, cell.length());
    }

    /** East Asian and emoji characters, which terminals show two columns wide. */
    private static boolean wide(int point) {
        return (point >= 0x1100 && point <= 0x115F)
                || (point >= 0x2E80 && point <= 0xA4CF)
                || (point >= 0xAC00 && point <= 0xD7A3)
                || (point >= 0xF900 && point <= 0xFAFF)
                || (point >= 0xFE30 && point <= 0xFE6F)
                || (point >= 0xFF00 && point <= 0xFF60)
                || (point >= 0xFFE0 && point <= 0xFFE6)
                || (point >= 0x1F300 && point <= 0x1FAFF)
                || (point >= 0x20000 && point <= 0x3FFFD);
    }
}
