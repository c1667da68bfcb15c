package io.sluice.bench;

/** A figure of a part and how it is written. */
record Column(String name, int decimals) {
    /** A value that this proxy doesn't have is NaN. */
    String written(double value) {
        return Double.isNaN(value) ? "-" : TextTable.decimal(decimals, value);
    }
}
