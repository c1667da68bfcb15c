package io.sluice.bench;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** Processors (in taskset's list form) that the proxies run on, and those of everything else. */
record Pin(String proxy, String rest) {
    private static final Pattern FORM = Pattern.compile("([0-9,-]+)/([0-9,-]+)");

    /** Reads {@code PROXY/REST}, such as {@code 0/1}. */
    static Pin of(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new TypeConversionException(text + " (expected: PROXY/REST, lists of processors such as 0/1)");
        }
        return new Pin(parts.group(1), parts.group(2));
    }

    static List<String> command(String processors) {
        return List.of("taskset", "-c", processors);
    }
}
