package io.sluice.names;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.ReferenceCountUtil;
import io.sluice.config.HostPort;
import io.sluice.config.ResolveConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Netty's resolver as one config wants it: over UDP, over TCP where an answer is too long for that, with the system's
 * search domains. It keeps nothing: what is known is kept by {@link Watched}. On the loop of the names.
 */
final class Resolver {
    private static final int LARGEST = 4096;

    private final DnsNameResolver resolver;
    private final ResolveConfig config;

    Resolver(EventLoop loop, ResolveConfig config) {
        this.config = config;
        DnsNameResolverBuilder builder = new DnsNameResolverBuilder(loop)
                .datagramChannelType(NioDatagramChannel.class)
                .socketChannelType(NioSocketChannel.class)
                .resolveCache(NoopDnsCache.INSTANCE)
                .cnameCache(NoopDnsCnameCache.INSTANCE)
                .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
                .maxPayloadSize(LARGEST)
                .queryTimeoutMillis(config.timeout().toMillis());
        if (!config.servers().isEmpty()) {
            builder.nameServerProvider(new SequentialDnsServerAddressStreamProvider(
                    config.servers().stream().map(Resolver::address).toArray(InetSocketAddress[]::new)));
        }
        resolver = builder.build();
    }

    private static InetSocketAddress address(HostPort server) {
        return new InetSocketAddress(InetAddress.ofLiteral(server.host()), server.port());
    }

    ResolveConfig config() {
        return config;
    }

    /**
     * How a query has ended.
     *
     * @param records empty if there are none, or it failed
     * @param none why there are none; null if it failed
     * @param failure null if there was an answer
     */
    record Reply(
            List<DnsRecord> records,
            @Nullable String none,
            @Nullable String failure) {

        /** Says why there is nothing. */
        String trouble() {
            return failure == null ? String.valueOf(none) : failure;
        }
    }

    /** Asks for one type of records; the reply's are released once {@code told} returns. */
    void query(String name, DnsRecordType type, Consumer<Reply> told) {
        resolver.resolveAll(new DefaultDnsQuestion(name, type)).addListener(done -> {
            if (!done.isSuccess()) {
                told.accept(reply(done.cause()));
                return;
            }
            @SuppressWarnings("unchecked")
            List<DnsRecord> records = (List<DnsRecord>) done.getNow();
            try {
                told.accept(new Reply(records, null, null));
            } finally {
                records.forEach(ReferenceCountUtil::release);
            }
        });
    }

    private static Reply reply(Throwable failure) {
        Throwable cause = failure.getCause();
        if (DnsNameResolver.isTimeoutError(failure)) {
            return failed("no DNS server answered in time");
        }
        if (DnsNameResolver.isTransportOrTimeoutError(failure)) {
            return failed("no DNS server could be asked");
        }
        if (cause instanceof DnsErrorCauseException known && !known.getCode().equals(DnsResponseCode.NXDOMAIN)) {
            return failed("the DNS server answered " + known.getCode());
        }
        if (cause instanceof DnsErrorCauseException) {
            return new Reply(List.of(), "no such name", null);
        }
        return cause == null ? new Reply(List.of(), "no such records", null) : failed(String.valueOf(cause));
    }

    private static Reply failed(String why) {
        return new Reply(List.of(), null, why);
    }

    void close() {
        resolver.close();
    }
}
