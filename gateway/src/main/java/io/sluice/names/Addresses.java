package io.sluice.names;

import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.DefaultHostsFileEntriesResolver;
import io.netty.resolver.HostsFileEntriesResolver;
import io.netty.resolver.ResolvedAddressTypes;
import io.sluice.config.ResolveConfig.Family;
import io.sluice.names.Resolver.Reply;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the addresses of a host: the system's hosts file, then A and AAAA records at once. Where one of the two kinds
 * could not be had but the other could, what was known of the first stays.
 */
final class Addresses implements Question<InetAddress> {
    /** Of a name; further ones are not used. */
    static final int MOST = 256;

    private static final int V4_LENGTH = 4;
    private static final int V6_LENGTH = 16;

    private final String host;

    Addresses(String host) {
        this.host = host;
    }

    @Override
    public void ask(Resolver resolver, List<InetAddress> previous, Outcome<InetAddress> outcome) {
        Family family = resolver.config().family();
        List<InetAddress> local = local(family);
        if (!local.isEmpty()) {
            outcome.found(local, "hosts file", TimeUnit.DAYS.toSeconds(1));
            return;
        }
        Both both = new Both(previous, outcome);
        if (family == Family.ALL) {
            both.awaited = 2;
        }
        if (family != Family.IPV6) {
            resolver.query(host, DnsRecordType.A, reply -> both.add(reply, true));
        }
        if (family != Family.IPV4) {
            resolver.query(host, DnsRecordType.AAAA, reply -> both.add(reply, false));
        }
    }

    /** What this machine knows by itself; empty: nothing. Of its own two addresses one is enough. */
    private List<InetAddress> local(Family family) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        List<InetAddress> listed = null;
        if (HostsFileEntriesResolver.DEFAULT instanceof DefaultHostsFileEntriesResolver hosts) {
            listed = hosts.addresses(
                    name,
                    switch (family) {
                        case ALL -> ResolvedAddressTypes.IPV4_PREFERRED;
                        case IPV4 -> ResolvedAddressTypes.IPV4_ONLY;
                        case IPV6 -> ResolvedAddressTypes.IPV6_ONLY;
                    });
        }
        if (listed == null || listed.isEmpty()) {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean self = lower.equals("localhost") || lower.endsWith(".localhost");
            return self ? List.of(InetAddress.ofLiteral(family == Family.IPV6 ? "::1" : "127.0.0.1")) : List.of();
        }
        return listed.getFirst().isLoopbackAddress()
                ? List.of(listed.getFirst())
                : listed.stream().distinct().limit(MOST).toList();
    }

    /** Puts the replies together; one or two are awaited. */
    private static final class Both {
        private final List<InetAddress> previous;
        private final Outcome<InetAddress> outcome;
        private final List<InetAddress> found = new ArrayList<>();
        private int awaited = 1;
        private long ttlSeconds = Long.MAX_VALUE;
        private boolean answered;
        private @Nullable String none;
        private @Nullable String failure;
        private boolean keepsV4;
        private boolean keepsV6;

        Both(List<InetAddress> previous, Outcome<InetAddress> outcome) {
            this.previous = previous;
            this.outcome = outcome;
        }

        void add(Reply reply, boolean v4) {
            for (DnsRecord record : reply.records()) {
                InetAddress address = address(record, v4 ? V4_LENGTH : V6_LENGTH);
                if (address != null) {
                    answered = true;
                    found.add(address);
                    ttlSeconds = Math.min(ttlSeconds, record.timeToLive());
                }
            }
            if (reply.failure() != null) {
                failure = reply.failure();
                keepsV4 |= v4;
                keepsV6 |= !v4;
            } else if (reply.records().isEmpty()) {
                none = reply.none();
            }
            if (--awaited == 0) {
                end();
            }
        }

        private void end() {
            if (!answered) {
                outcome.failed(failure == null ? "" + (none == null ? "no address in the answer" : none) : failure);
                return;
            }
            for (InetAddress known : previous) {
                if (known instanceof Inet4Address ? keepsV4 : keepsV6) {
                    found.add(known);
                }
            }
            found.sort((one, other) -> Arrays.compareUnsigned(one.getAddress(), other.getAddress()));
            outcome.found(found.stream().distinct().limit(MOST).toList(), "A/AAAA", ttlSeconds);
        }

        private static @Nullable InetAddress address(DnsRecord record, int length) {
            if (!(record instanceof DnsRawRecord raw) || raw.content().readableBytes() != length) {
                return null;
            }
            byte[] bytes = new byte[length];
            raw.content().getBytes(raw.content().readerIndex(), bytes);
            try {
                return InetAddress.getByAddress(bytes);
            } catch (UnknownHostException e) {
                return null;
            }
        }
    }
}
