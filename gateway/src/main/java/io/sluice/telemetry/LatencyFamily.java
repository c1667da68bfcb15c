package io.sluice.telemetry;

import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.ArrayList;
import java.util.List;

/** Latency for one scrape: a histogram over the buckets of {@link LatencyCounts}. */
public final class LatencyFamily {
    private static final double NANOS_PER_SECOND = 1e9;

    private final String name;
    private final String help;
    private final List<String> labelNames;
    private final List<String> bucketLabelNames;
    private final List<Sample> samples = new ArrayList<>();

    /** @param name with the unit, seconds, at its end */
    public LatencyFamily(String name, String help, List<String> labelNames) {
        this.name = name;
        this.help = help;
        this.labelNames = labelNames;
        bucketLabelNames = with(labelNames, "le");
    }

    /**
     * @param counts by bucket, not cumulated
     * @param nanos all of them together
     */
    public void add(List<String> labels, long[] counts, long nanos) {
        long below = 0;
        for (int i = 0; i < counts.length; i++) {
            below += counts[i];
            List<String> bucket = with(labels, Collector.doubleToGoString(LatencyCounts.bound(i)));
            samples.add(new Sample(name + "_bucket", bucketLabelNames, bucket, below));
        }
        samples.add(new Sample(name + "_count", labelNames, labels, below));
        samples.add(new Sample(name + "_sum", labelNames, labels, nanos / NANOS_PER_SECOND));
    }

    public Collector.MetricFamilySamples samples() {
        return new Collector.MetricFamilySamples(name, "seconds", Collector.Type.HISTOGRAM, help, samples);
    }

    private static List<String> with(List<String> labels, String further) {
        List<String> all = new ArrayList<>(labels);
        all.add(further);
        return all;
    }
}
