package io.sluice.upstream;

import io.netty.util.NetUtil;
import io.sluice.config.HostPort;
import io.sluice.names.Names;
import io.sluice.names.Tracked;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A host by its name: each of its addresses is an endpoint. Locked, so that the first answer, which may come at once, finds
 * what it is the answer to.
 */
final class HostSource implements Source {
    private final HostPort host;
    private final int weight;
    private final boolean backup;
    private @Nullable Tracked<InetAddress> watch;

    HostSource(HostPort host, int weight, boolean backup) {
        this.host = host;
        this.weight = weight;
        this.backup = backup;
    }

    @Override
    public synchronized void start(Names names, Runnable changed) {
        watch = names.addresses(host.host(), answer -> changed.run());
    }

    @Override
    public synchronized void stop() {
        if (watch != null) {
            watch.close();
        }
    }

    @Override
    public synchronized void collect(List<Candidate> candidates) {
        Tracked<InetAddress> present = watch;
        if (present == null) {
            collect(candidates, host, List.of(), 0, weight, backup, new Origin(Origin.Kind.DNS, List.of()));
            return;
        }
        Origin origin = new Origin(Origin.Kind.DNS, List.of(new Origin.LookUp(host.host(), present)));
        collect(candidates, host, present.answer().values(), 0, weight, backup, origin);
    }

    /** One for each address; without any, one that says so. */
    static void collect(
            List<Candidate> candidates,
            HostPort host,
            List<InetAddress> addresses,
            int priority,
            int weight,
            boolean backup,
            Origin origin) {
        if (addresses.isEmpty()) {
            candidates.add(new Candidate(host.toString(), host.toString(), null, priority, weight, backup, origin));
        }
        for (InetAddress address : addresses) {
            InetSocketAddress socket = new InetSocketAddress(address, host.port());
            String name = host.host() + "=" + NetUtil.toSocketAddressString(socket);
            candidates.add(new Candidate(name, host.toString(), socket, priority, weight, backup, origin));
        }
    }

    @Override
    public synchronized boolean isSettled() {
        return watch != null && watch.answer().isSettled();
    }
}
