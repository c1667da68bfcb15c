package io.sluice.testing;

import io.prometheus.client.Collector;
import io.sluice.Gateway;
import io.sluice.StartException;
import io.sluice.admin.DrainProgress;
import io.sluice.admin.ReloadResult;
import io.sluice.config.ConfigReader;
import io.sluice.config.LoadResult;
import io.sluice.telemetry.ConnectionCounts;
import io.sluice.telemetry.ConnectionMetrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A gateway in this process, on ports of its own. The only place in the wire tests that knows how one is started. */
public final class RunningGateway implements AutoCloseable {
    private final Gateway gateway;

    private RunningGateway(Gateway gateway) {
        this.gateway = gateway;
    }

    /** One listener, one upstream of these backends, one route for everything. */
    public static RunningGateway before(ScriptedBackend... backends) throws IOException {
        return of(Setup.of(backends));
    }

    public static RunningGateway of(Setup setup) throws IOException {
        return of(setup.yaml());
    }

    /** From the text of a config file. */
    public static RunningGateway of(String yaml) throws IOException {
        LoadResult.Loaded loaded = load(yaml);
        try {
            return new RunningGateway(Gateway.start(loaded.config(), loaded.text(), null));
        } catch (StartException failed) {
            throw new IOException(failed.getMessage(), failed);
        }
    }

    /** Without an admin listener and an access log, unless the text has its own. */
    private static LoadResult.Loaded load(String yaml) {
        String text = (yaml.contains("admin:") ? "" : "admin: { bind: off }\n")
                + (yaml.contains("accessLog:") ? "" : "accessLog: off\n")
                + yaml;
        return switch (ConfigReader.read("test.yaml", text, null, Map.of())) {
            case LoadResult.Loaded loaded -> loaded;
            case LoadResult.Rejected rejected ->
                throw new AssertionError("config of a test: " + rejected.problems() + "\n" + yaml);
        };
    }

    /** Puts another config in force, as a reload does. */
    public void reload(String yaml) {
        if (tryReload(yaml) instanceof ReloadResult.Rejected rejected) {
            throw new AssertionError("rejected: " + rejected);
        }
    }

    /** As {@link #reload}, of a config that may be refused. */
    public ReloadResult tryReload(String yaml) {
        return gateway.apply(load(yaml).config());
    }

    /** Drains, as a stop does: returns whether all exchanges ended in time. */
    public boolean drain(Duration timeout) {
        return gateway.drain(timeout);
    }

    /** As the config says. */
    public boolean drain() {
        return gateway.drain();
    }

    /** How far it has come; null before it. */
    public @Nullable DrainProgress drainProgress() {
        return gateway.drainProgress();
    }

    /** Of the listener {@code web}. */
    public InetSocketAddress address() {
        return address("web");
    }

    public InetSocketAddress address(String listener) {
        return gateway.address(listener);
    }

    /** Of the admin listener, where the config has one. */
    public InetSocketAddress adminAddress() {
        return Objects.requireNonNull(gateway.adminAddress(), "the config has no admin listener");
    }

    /** A new client connection to the listener {@code web}. */
    public RawPeer client() throws IOException {
        return RawPeer.connect(address());
    }

    /** A new connection to the admin listener, which the config must have. */
    public RawPeer admin() throws IOException {
        return RawPeer.connect(adminAddress());
    }

    /** One exchange on a connection of its own. */
    public WireMessage exchange(String request) throws IOException {
        try (RawPeer client = client()) {
            return client.send(request).response();
        }
    }

    /** Client connections of all listeners, as they count them. */
    public ConnectionCounts connections() {
        return gateway.telemetry().listeners().stream()
                .map(ConnectionMetrics::counts)
                .reduce(ConnectionCounts.NONE, ConnectionCounts::plus);
    }

    /** What was counted; 0 if there is no such sample. Labels and their values in turn. */
    public long counted(String sample, String... labels) {
        String[] names = new String[labels.length / 2];
        String[] values = new String[labels.length / 2];
        for (int i = 0; i < names.length; i++) {
            names[i] = labels[2 * i];
            values[i] = labels[2 * i + 1];
        }
        Double value = gateway.telemetry().registry().getSampleValue(sample, names, values);
        return value == null ? 0 : value.longValue();
    }

    /** A metric over all of its labels. */
    public long sum(String sample) {
        return sums(sample, "").values().stream().mapToLong(Long::longValue).sum();
    }

    /** A metric by the values of one of its labels. */
    public Map<String, Long> sums(String sample, String label) {
        Map<String, Long> sums = new HashMap<>();
        for (Collector.MetricFamilySamples family :
                Collections.list(gateway.telemetry().registry().filteredMetricFamilySamples(sample::equals))) {
            for (Collector.MetricFamilySamples.Sample one : family.samples) {
                int at = one.labelNames.indexOf(label);
                sums.merge(at < 0 ? "" : one.labelValues.get(at), (long) one.value, Long::sum);
            }
        }
        return sums;
    }

    @Override
    public void close() {
        gateway.close();
    }
}
