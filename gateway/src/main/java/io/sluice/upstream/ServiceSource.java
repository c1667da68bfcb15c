package io.sluice.upstream;

import io.sluice.config.HostPort;
import io.sluice.names.Answer;
import io.sluice.names.Names;
import io.sluice.names.Service;
import io.sluice.names.Tracked;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A service by its name: its SRV records lead to hosts, and each address of these is an endpoint. The hosts of a record
 * share its weight. Locked, as {@link HostSource}.
 */
final class ServiceSource implements Source {
    /** Weights of records, 0..65535, become shares of this. */
    private static final int HEAVIEST = 1000;

    private final String name;
    private final Map<String, Tracked<InetAddress>> hosts = new HashMap<>();
    private @Nullable Tracked<Service> watch;
    private boolean stopped;

    ServiceSource(String name) {
        this.name = name;
    }

    @Override
    public synchronized void start(Names names, Runnable changed) {
        watch = names.services(name, answer -> {
            follow(names, answer, changed);
            changed.run();
        });
    }

    /** Watches the hosts that the records name, and no others. */
    private synchronized void follow(Names names, Answer<Service> answer, Runnable changed) {
        if (stopped) {
            return;
        }
        Map<String, Tracked<InetAddress>> before = new HashMap<>(hosts);
        hosts.clear();
        for (Service service : answer.values()) {
            hosts.computeIfAbsent(service.target(), host -> {
                Tracked<InetAddress> known = before.remove(host);
                return known == null ? names.addresses(host, found -> changed.run()) : known;
            });
        }
        before.values().forEach(Tracked::close);
    }

    @Override
    public synchronized void stop() {
        stopped = true;
        if (watch != null) {
            watch.close();
        }
        hosts.values().forEach(Tracked::close);
    }

    @Override
    public synchronized void collect(List<Candidate> candidates) {
        Tracked<Service> present = watch;
        List<Service> services = present == null ? List.of() : present.answer().values();
        if (present == null || services.isEmpty()) {
            List<Origin.LookUp> lookUps = present == null ? List.of() : List.of(new Origin.LookUp(name, present));
            candidates.add(new Candidate("srv:" + name, null, 0, 1, new Origin(Origin.Kind.SRV, lookUps)));
            return;
        }
        Map<Integer, Integer> heaviest = new HashMap<>();
        services.forEach(service -> heaviest.merge(service.priority(), service.weight(), Math::max));
        for (Service service : services) {
            Tracked<InetAddress> host = hosts.get(service.target());
            List<InetAddress> addresses =
                    host == null ? List.of() : host.answer().values();
            List<Origin.LookUp> lookUps = host == null
                    ? List.of(new Origin.LookUp(name, present))
                    : List.of(new Origin.LookUp(name, present), new Origin.LookUp(service.target(), host));
            HostSource.collect(
                    candidates,
                    new HostPort(withoutDot(service.target()), service.port()),
                    addresses,
                    service.priority(),
                    weight(service.weight(), heaviest.getOrDefault(service.priority(), 0), addresses.size()),
                    new Origin(Origin.Kind.SRV, lookUps));
        }
    }

    /** The share of one of {@code addresses}. Records of weight 0 get next to nothing, unless all have it (RFC 2782). */
    static int weight(int weight, int heaviest, int addresses) {
        long share = heaviest == 0 ? HEAVIEST : (long) weight * HEAVIEST / heaviest;
        return (int) Math.max(1, share / Math.max(1, addresses));
    }

    private static String withoutDot(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    @Override
    public synchronized boolean isSettled() {
        return watch != null
                && watch.answer().isSettled()
                && hosts.values().stream().allMatch(host -> host.answer().isSettled());
    }
}
