package io.sluice.bench;

import java.nio.file.Path;

/**
 * Where a proxy runs.
 *
 * @param directory its own, empty directory
 * @param port what it listens on, of 127.0.0.1
 * @param adminPort a second port, for what isn't traffic
 * @param backendPort the backend's port for this proxy alone, so that its connections can be told from those of others
 */
record Seat(Path directory, int port, int adminPort, int backendPort) {}
