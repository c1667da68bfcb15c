package io.sluice.bench;

import java.util.Locale;

/** A figure of a part and how it is written. */
record Column(String name, int decimals) {
    String written(double value) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
