package io.sluice.bench;

import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.TypeConversionException;

/** A body that the backend answers with. */
enum Size {
    SMALL("small", 128),
    KIB_64("64k", 64 * 1024),
    MIB_1("1m", 1024 * 1024);

    private final String label;
    private final int bytes;

    Size(String label, int bytes) {
        this.label = label;
        this.bytes = bytes;
    }

    /** The size with that label, for the command line. */
    static Size of(String label) {
        return Arrays.stream(values())
                .filter(size -> size.label.equals(label.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(label + " (expected: one of " + labels() + ")"));
    }

    private static String labels() {
        return String.join(", ", Arrays.stream(values()).map(size -> size.label).toList());
    }

    int bytes() {
        return bytes;
    }

    /** Where the backend serves it. */
    String path() {
        return "/bench/" + label;
    }

    @Override
    public String toString() {
        return label;
    }
}
