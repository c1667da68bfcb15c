package io.sluice.telemetry;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What became of the access log's lines, whichever log took them. Counted and read by any thread. */
final class AccessLogFigures extends Collector {
    private final LongAdder written = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    void countWritten(int lines) {
        written.add(lines);
    }

    void countDropped(int lines) {
        dropped.add(lines);
    }

    long written() {
        return written.sum();
    }

    long dropped() {
        return dropped.sum();
    }

    @Override
    public List<MetricFamilySamples> collect() {
        return List.of(
                new CounterMetricFamily(
                        "sluice_access_log_lines", "Lines written to the access log.", (double) written()),
                new CounterMetricFamily(
                        "sluice_access_log_dropped",
                        "Lines that the access log lost: its queue was full, or they could not be written.",
                        (double) dropped()));
    }
}
