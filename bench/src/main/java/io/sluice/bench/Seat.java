package io.sluice.bench;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a proxy runs.
 *
 * @param directory its own, empty directory
 * @param port what it listens on, of 127.0.0.1
 * @param adminPort a second port, for what isn't traffic
 * @param backendPort the backend's port for this proxy alone, so that its connections can be told from those of others
 * @param certificate what it speaks TLS with; null: it speaks cleartext
 */
record Seat(
        Path directory,
        int port,
        int adminPort,
        int backendPort,
        @Nullable SiteCertificate certificate) {
    Seat(Path directory, int port, int adminPort, int backendPort) {
        this(directory, port, adminPort, backendPort, null);
    }
}
