package io.sluice.config;

/** A value that must not be shown: nothing that prints a config tells it. */
public record Secret(String value) {

    @Override
    public String toString() {
        return "***";
    }
}
