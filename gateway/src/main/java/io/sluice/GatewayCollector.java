package io.sluice;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import io.sluice.admin.Control.LastReload;
import io.sluice.admin.ReloadResult;
import io.sluice.config.IncludedFile.State;
import io.sluice.proxy.Descriptors;
import io.sluice.wire.ResponseMemory;
import java.util.ArrayList;
import java.util.List;

/** The config in force, its reloads, and what was built and started. */
final class GatewayCollector extends Collector {
    private static final double MILLIS_PER_SECOND = 1000;

    private final Gateway gateway;
    private final Reloads reloads;
    private final int loops;
    private final Version version = Version.read();

    GatewayCollector(Gateway gateway, Reloads reloads, int loops) {
        this.gateway = gateway;
        this.reloads = reloads;
        this.loops = loops;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        List<MetricFamilySamples> families = new ArrayList<>();
        families.add(reloads());
        families.add(new GaugeMetricFamily(
                "sluice_config_version",
                "Version of the config in force: 1 at the start, one more with each change.",
                gateway.snapshot().version()));
        LastReload last = reloads.last();
        boolean good = last == null || !(last.result() instanceof ReloadResult.Rejected);
        families.add(new GaugeMetricFamily(
                "sluice_config_last_reload_successful",
                "1 if the latest reload was taken over or changed nothing, 0 if it was refused.",
                good ? 1 : 0));
        families.add(new GaugeMetricFamily(
                "sluice_config_last_reload_timestamp_seconds",
                "When the latest reload ended, in seconds since 1970; 0 before the first.",
                last == null ? 0 : last.at().toEpochMilli() / MILLIS_PER_SECOND));
        families.add(includedFiles());
        families.add(new GaugeMetricFamily(
                "sluice_ready",
                "What /readyz says: 1 if requests should be sent here.",
                gateway.notReady() == null ? 1 : 0));
        addDescriptors(families);
        addResponseMemory(families);
        families.add(new GaugeMetricFamily("sluice_event_loops", "Event loops.", loops));
        families.add(new GaugeMetricFamily(
                        "sluice_build_info", "Always 1; the labels say what runs.", List.of("version", "commit"))
                .addMetric(List.of(version.number(), version.commit()), 1));
        return families;
    }

    private void addDescriptors(List<MetricFamilySamples> families) {
        Descriptors descriptors = gateway.descriptors();
        GaugeMetricFamily budget = new GaugeMetricFamily(
                "sluice_descriptor_budget",
                "How the file descriptors that the system allows the process are divided.",
                List.of("part"));
        if (descriptors.isKnown()) {
            budget.addMetric(List.of("own"), (double) descriptors.own());
            budget.addMetric(List.of("upstreams"), (double) descriptors.upstreams());
            budget.addMetric(List.of("clients"), (double) descriptors.clients());
        }
        families.add(budget);
        families.add(new GaugeMetricFamily(
                "sluice_descriptors_taken",
                "File descriptors of client connections that were accepted and are not closed.",
                descriptors.taken()));
    }

    private MetricFamilySamples includedFiles() {
        Inclusions inclusions = gateway.inclusions();
        return new GaugeMetricFamily(
                        "sluice_config_included_files",
                        "Files that the config includes, by which version of them is in force.",
                        List.of("state"))
                .addMetric(List.of("current"), (double) inclusions.count(State.CURRENT))
                .addMetric(List.of("kept"), (double) inclusions.count(State.KEPT))
                .addMetric(List.of("left-out"), (double) inclusions.count(State.LEFT_OUT));
    }

    private void addResponseMemory(List<MetricFamilySamples> families) {
        ResponseMemory memory = gateway.responseMemory();
        families.add(new GaugeMetricFamily(
                "sluice_response_memory_budget_bytes",
                "The most bytes of responses that may wait for slow clients, the first 64 KiB of each aside.",
                memory.budget()));
        families.add(new GaugeMetricFamily("sluice_response_memory_bytes", "Those that wait now.", memory.used()));
        families.add(new GaugeMetricFamily(
                "sluice_response_memory_clients", "Client connections for which they wait.", memory.clients()));
    }

    private MetricFamilySamples reloads() {
        return new CounterMetricFamily("sluice_reloads", "Reloads of the config, by their end.", List.of("result"))
                .addMetric(List.of("applied"), (double) reloads.applied())
                .addMetric(List.of("unchanged"), (double) reloads.unchanged())
                .addMetric(List.of("rejected"), (double) reloads.rejected());
    }
}
