package io.sluice.config;

import java.util.regex.Pattern;

/** Texts from a config as messages show them: short, on one line, without control characters. */
final class Shown {
    private static final int LONGEST = 60;
    private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_./:%+*@$~-]{1,60}");

    private Shown() {}

    /** Bare where that can't be misread, else in quotes. */
    static String value(String text) {
        return BARE.matcher(text).matches() ? text : quoted(text);
    }

    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        int[] points = text.codePoints().limit(LONGEST + 1L).toArray();
        for (int i = 0; i < Math.min(points.length, LONGEST); i++) {
            switch (points[i]) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '"' -> out.append("\\\"");
                default -> point(points[i], out);
            }
        }
        return out.append(points.length > LONGEST ? "...\"" : "\"").toString();
    }

    private static void point(int point, StringBuilder out) {
        int type = Character.getType(point);
        if (Character.isISOControl(point)
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.UNASSIGNED
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR) {
            out.append(String.format("\\u%04X", point));
        } else {
            out.appendCodePoint(point);
        }
    }
}
