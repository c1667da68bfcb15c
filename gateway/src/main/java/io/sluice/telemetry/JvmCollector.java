package io.sluice.telemetry;

import io.prometheus.client.Collector;
import io.prometheus.client.hotspot.BufferPoolsExports;
import io.prometheus.client.hotspot.ClassLoadingExports;
import io.prometheus.client.hotspot.GarbageCollectorExports;
import io.prometheus.client.hotspot.MemoryPoolsExports;
import io.prometheus.client.hotspot.StandardExports;
import io.prometheus.client.hotspot.ThreadExports;
import io.prometheus.client.hotspot.VersionInfoExports;
import java.util.ArrayList;
import java.util.List;

/** The JVM and its process. The platform's management beans are looked up by the first scrape, since they take time that the start does not have. */
final class JvmCollector extends Collector {
    private List<Collector> parts = List.of();

    @Override
    public synchronized List<MetricFamilySamples> collect() {
        if (parts.isEmpty()) {
            parts = List.of(
                    new StandardExports(),
                    new VersionInfoExports(),
                    new MemoryPoolsExports(),
                    new BufferPoolsExports(),
                    new GarbageCollectorExports(),
                    new ThreadExports(),
                    new ClassLoadingExports());
        }
        List<MetricFamilySamples> families = new ArrayList<>();
        parts.forEach(part -> families.addAll(part.collect()));
        return families;
    }
}
