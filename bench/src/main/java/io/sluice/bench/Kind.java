package io.sluice.bench;

import java.util.Locale;

/** The proxies that can be named on the command line. */
enum Kind {
    NGINX,
    HAPROXY,
    SLUICE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
