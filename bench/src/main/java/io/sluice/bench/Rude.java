package io.sluice.bench;

import java.util.Locale;

/** When a backend closes connections without having said so. */
enum Rude {
    AFTER_IDLE("closes what was idle for 1 to 5 s"),
    AFTER_HEAD("closes behind the response to a HEAD"),
    AT_LEASE("closes, each third time, when a request comes on a used connection, and does not carry it out"),
    EVERY_SEVENTH("closes behind every seventh response of a connection");

    private final String title;

    Rude(String title) {
        this.title = title;
    }

    /** In words. */
    String title() {
        return title;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Rude of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
