/** The same tiny HTTP server in several I/O models, each run as a process of its own; knows nothing of the measurement. */
@NullMarked
package io.sluice.bench.models;

import org.jspecify.annotations.NullMarked;
