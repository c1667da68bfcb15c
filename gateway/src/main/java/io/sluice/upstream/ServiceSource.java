package io.sluice.upstream;

import io.sluice.config.HostPort;
import io.sluice.names.Answer;
import io.sluice.names.Names;
import io.sluice.names.Service;
import io.sluice.names.Tracked;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A service by its name: its SRV records lead to hosts, and each address of these is an endpoint. The hosts of a record
 * share its weight. Locked, as {@link HostSource}.
 */
final class ServiceSource implements Source {
    /** Weights of records, 0..65535, become shares of this. */
    private static final int HEAVIEST = 1000;

    private final String name;
    private final boolean backup;
    private final Map<String, Tracked<InetAddress>> hosts = new HashMap<>();
    private @Nullable Tracked<Service> watch;
    /** The records that endpoints are made from; those of the last answer, or, until their hosts are known, older ones. */
    private List<Service> used = List.of();
    /** Of the last answer. */
    private List<Service> next = List.of();

    private boolean stopped;

    ServiceSource(String name, boolean backup) {
        this.name = name;
        this.backup = backup;
    }

    @Override
    public synchronized void start(Names names, Runnable changed) {
        watch = names.services(name, answer -> {
            follow(names, answer.values(), changed);
            changed.run();
        });
    }

    private synchronized void follow(Names names, List<Service> told, Runnable changed) {
        if (stopped) {
            return;
        }
        next = told;
        for (Service service : told) {
            hosts.computeIfAbsent(
                    service.target(),
                    host -> names.addresses(host, found -> {
                        adopt();
                        changed.run();
                    }));
        }
        adopt();
    }

    /** New records take the place of the old ones once it is known where they lead, and if that is anywhere. */
    private synchronized void adopt() {
        if (stopped) {
            return;
        }
        boolean known = next.stream().allMatch(service -> answer(service).isSettled());
        boolean lead =
                next.stream().anyMatch(service -> !answer(service).values().isEmpty());
        if (used.isEmpty() || (known && lead)) {
            used = next;
        }
        Set<String> wanted = new HashSet<>();
        used.forEach(service -> wanted.add(service.target()));
        next.forEach(service -> wanted.add(service.target()));
        hosts.entrySet().removeIf(host -> {
            boolean unwanted = !wanted.contains(host.getKey());
            if (unwanted) {
                host.getValue().close();
            }
            return unwanted;
        });
    }

    private Answer<InetAddress> answer(Service service) {
        return host(service).answer();
    }

    private Tracked<InetAddress> host(Service service) {
        return Objects.requireNonNull(hosts.get(service.target()), "hosts of records are watched");
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
        if (present == null || used.isEmpty()) {
            List<Origin.LookUp> lookUps = present == null ? List.of() : List.of(new Origin.LookUp(name, present));
            candidates.add(
                    new Candidate("srv:" + name, name, null, 0, 1, backup, new Origin(Origin.Kind.SRV, lookUps)));
            return;
        }
        Map<Integer, Integer> heaviest = new HashMap<>();
        used.forEach(service -> heaviest.merge(service.priority(), service.weight(), Math::max));
        for (Service service : used) {
            Tracked<InetAddress> host = host(service);
            List<InetAddress> addresses = host.answer().values();
            List<Origin.LookUp> lookUps =
                    List.of(new Origin.LookUp(name, present), new Origin.LookUp(service.target(), host));
            HostSource.collect(
                    candidates,
                    new HostPort(withoutDot(service.target()), service.port()),
                    addresses,
                    service.priority(),
                    weight(service.weight(), heaviest.getOrDefault(service.priority(), 0), addresses.size()),
                    backup,
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
