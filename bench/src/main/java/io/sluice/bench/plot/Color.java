package io.sluice.bench.plot;

import java.util.Locale;

/** Colours that can be read as text, each on a light and on a dark page. */
public enum Color {
    RED("#b42318", "#ff8a7a"),
    AMBER("#8a5200", "#f5b14c"),
    PINK("#a21caf", "#f08cf5"),
    VIOLET("#6d28d9", "#b9a0ff"),
    BLUE("#1d4ed8", "#8ab4ff"),
    SKY("#0369a1", "#5cc8f5"),
    TEAL("#0f766e", "#4fd1c0"),
    GRAY("#4b5563", "#b6bdc9"),
    GREEN("#15803d", "#5ee08a");

    private final String onLight;
    private final String onDark;

    Color(String onLight, String onDark) {
        this.onLight = onLight;
        this.onDark = onDark;
    }

    /** Name of its class in the style sheet. */
    String css() {
        return name().toLowerCase(Locale.ROOT);
    }

    String onLight() {
        return onLight;
    }

    String onDark() {
        return onDark;
    }
}
