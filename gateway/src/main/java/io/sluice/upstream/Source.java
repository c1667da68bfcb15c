package io.sluice.upstream;

import io.sluice.config.HostPort;
import io.sluice.config.SrvName;
import io.sluice.config.UnixPath;
import io.sluice.config.UpstreamConfig;
import io.sluice.names.Names;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;

/**
 * One row of an upstream's list of endpoints, and the addresses that it stands for now. Started once; what it stands for
 * changes only on the loop of the names, which then is told to whoever started it.
 */
interface Source {

    /** Begins to look names up. */
    void start(Names names, Runnable changed);

    void stop();

    void collect(List<Candidate> candidates);

    /** All names have been answered or have failed once. */
    boolean isSettled();

    static Source of(UpstreamConfig.Endpoint row) {
        return switch (row.address()) {
            case HostPort address when isLiteral(address.host()) -> new Fixed(fixed(address), row);
            case HostPort address -> new HostSource(address, row.weight(), row.backup());
            case UnixPath path -> new Fixed(UnixDomainSocketAddress.of(path.path()), row);
            case SrvName service -> new ServiceSource(service.name(), row.backup());
        };
    }

    private static SocketAddress fixed(HostPort address) {
        return new InetSocketAddress(InetAddress.ofLiteral(address.host()), address.port());
    }

    private static boolean isLiteral(String host) {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException name) {
            return false;
        }
    }

    /** An address that stays. */
    record Fixed(SocketAddress address, UpstreamConfig.Endpoint row) implements Source {
        @Override
        public void start(Names names, Runnable changed) {}

        @Override
        public void stop() {}

        @Override
        public void collect(List<Candidate> candidates) {
            String name = row.address().toString();
            String authority = address instanceof UnixDomainSocketAddress ? "localhost" : name;
            candidates.add(new Candidate(name, authority, address, 0, row.weight(), row.backup(), Origin.STATIC));
        }

        @Override
        public boolean isSettled() {
            return true;
        }
    }
}
