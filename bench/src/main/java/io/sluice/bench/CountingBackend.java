package io.sluice.bench;

import java.io.IOException;

/** A server behind one proxy that counts what comes to it. */
sealed interface CountingBackend permits Backend, SlowBackend {
    int port();

    /** What it has counted up to now. */
    Served served() throws IOException, InterruptedException;
}
