package io.sluice.config;

import java.util.List;
import java.util.regex.Pattern;

/** The lines of a text, as the YAML parser counts them. */
final class Lines {
    private static final Pattern BREAK = Pattern.compile("\r\n|[\n\r\u0085\u2028\u2029]");

    private Lines() {}

    /** At least one; without their ends, and without a byte order mark at the start. */
    static List<String> of(String text) {
        return List.of(BREAK.split(text.startsWith("\uFEFF") ? text.substring(1) : text, -1));
    }
}
