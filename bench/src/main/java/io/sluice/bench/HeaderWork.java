package io.sluice.bench;

import java.util.Locale;

/** What the other proxies do to request headers. */
enum HeaderWork {
    /** Each proxy as it comes: nginx and HAProxy add nothing, Sluice adds its forwarding headers. */
    PLAIN,
    /** nginx and HAProxy are told to set the same headers as Sluice does. */
    EQUAL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
