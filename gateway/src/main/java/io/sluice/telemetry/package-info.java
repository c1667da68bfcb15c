/** Where finished exchanges and counters are recorded: access log, metrics, traces. */
@NullMarked
package io.sluice.telemetry;

import org.jspecify.annotations.NullMarked;
