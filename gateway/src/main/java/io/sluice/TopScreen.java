package io.sluice;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code sluice top} writes on: a terminal, where each look takes the place of the one before, or anything else, where it
 * stands below it.
 *
 * @param columns characters in a line
 * @param rows lines that it has room for
 */
record TopScreen(boolean terminal, int columns, int rows) {
    /** What is no terminal. */
    static final TopScreen PAPER = new TopScreen(false, 200, Integer.MAX_VALUE);

    private static final TopScreen USUAL = new TopScreen(true, 80, 23);
    private static final Pattern SIZE = Pattern.compile("(\\d{1,4}) (\\d{1,4})\\s*");
    private static final int LEAST_COLUMNS = 40;
    private static final int LEAST_ROWS = 10;

    private static final String HOME = "\u001b[H";
    private static final String CLEAR = "\u001b[2J";
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    @SuppressWarnings("SystemConsoleNull") // JDK 25 returns null again where there is no terminal
    static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** The terminal as it is now: its window may have another size at each look. */
    static TopScreen now() throws InterruptedException {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .start();
            if (!stty.waitFor(1, TimeUnit.SECONDS)) {
                stty.destroyForcibly();
                return USUAL;
            }
            return of(new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // no such program, or no such terminal
            return USUAL;
        }
    }

    /** @param size as stty tells it: rows and columns */
    static TopScreen of(String size) {
        Matcher parts = SIZE.matcher(size);
        if (!parts.matches() || Integer.parseInt(parts.group(1)) == 0) {
            return USUAL;
        }
        return new TopScreen(
                true,
                Math.max(Integer.parseInt(parts.group(2)), LEAST_COLUMNS),
                // the last one is the cursor's
                Math.max(Integer.parseInt(parts.group(1)), LEAST_ROWS) - 1);
    }

    /** A look as it is written out. */
    String frame(List<String> lines, boolean first) {
        StringBuilder text = new StringBuilder();
        if (terminal) {
            text.append(first ? CLEAR : "").append(HOME);
        }
        for (String line : lines.subList(0, Math.min(lines.size(), rows))) {
            text.append(cut(line)).append(terminal ? CLEAR_LINE + "\r\n" : "\n");
        }
        return text.append(terminal ? CLEAR_BELOW : "\n").toString();
    }

    private String cut(String line) {
        return line.length() <= columns ? line : line.substring(0, columns);
    }
}
