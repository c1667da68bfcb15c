package io.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of Markdown with a part that a scenario writes, between two comments. */
record Page(Path file) {
    private static final String BEGIN = "<!-- measured: written by bench/run -->\n";
    private static final String END = "<!-- measured: end -->";

    /** Refuses a file without the two comments. */
    void check() throws IOException {
        replaced(Files.readString(file), "");
    }

    /** Puts the text where the last run's was. */
    void write(String measured) throws IOException {
        Files.writeString(file, replaced(Files.readString(file), measured));
    }

    /** The page with that text between the comments. */
    static String replaced(String page, String measured) throws IOException {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END, Math.max(0, begin));
        if (begin < 0 || end < 0) {
            throw new IOException("page: no place for the tables (expected: " + BEGIN.strip() + " and " + END + ")");
        }
        return page.substring(0, begin) + BEGIN + "\n" + measured.strip() + "\n\n" + page.substring(end);
    }
}
