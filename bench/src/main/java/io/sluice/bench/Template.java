package io.sluice.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text file of this package's resources whose <code>${name}</code> places are filled before use. */
record Template(String text) {
    private static final Pattern PLACE = Pattern.compile("\\$\\{(\\w+)}");

    /** Reads a resource that stands beside this class; an unknown name is a programming error. */
    static Template of(String resource) {
        try (InputStream in = Template.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("resource: " + resource + " (expected: a file of this package)");
            }
            return new Template(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text with every place filled; a place without a value is refused, so that no half-filled config runs. */
    String fill(Map<String, ?> values) {
        return PLACE.matcher(text).replaceAll(place -> {
            Object value = values.get(place.group(1));
            if (value == null) {
                throw new IllegalArgumentException(place.group() + " (expected: one of " + values.keySet() + ")");
            }
            return Matcher.quoteReplacement(value.toString());
        });
    }
}
