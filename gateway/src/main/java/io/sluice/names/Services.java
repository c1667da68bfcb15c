package io.sluice.names;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Asks for the SRV records of a service. A single one with the target {@code .} says that there is none (RFC 2782). */
final class Services implements Question<Service> {
    /** Records of a name; further ones are not used. */
    static final int MOST = 256;

    private static final int NUMBERS_LENGTH = 6;
    private static final Comparator<Service> ORDER = Comparator.comparingInt(Service::priority)
            .thenComparing(Service::target)
            .thenComparingInt(Service::port);

    private final String name;

    Services(String name) {
        this.name = name;
    }

    @Override
    public void ask(Resolver resolver, List<Service> previous, Outcome<Service> outcome) {
        resolver.query(name, DnsRecordType.SRV, reply -> {
            List<Service> services = new ArrayList<>();
            long ttlSeconds = Long.MAX_VALUE;
            for (DnsRecord record : reply.records()) {
                Service service = service(record);
                if (service != null) {
                    services.add(service);
                    ttlSeconds = Math.min(ttlSeconds, record.timeToLive());
                }
            }
            if (services.isEmpty()) {
                outcome.failed(reply.records().isEmpty() ? reply.trouble() : "no such service");
            } else {
                services.sort(ORDER);
                outcome.found(services.stream().distinct().limit(MOST).toList(), "SRV", ttlSeconds);
            }
        });
    }

    private static @Nullable Service service(DnsRecord record) {
        if (!(record instanceof DnsRawRecord raw) || raw.content().readableBytes() <= NUMBERS_LENGTH) {
            return null;
        }
        ByteBuf content = raw.content().duplicate();
        int priority = content.readUnsignedShort();
        int weight = content.readUnsignedShort();
        int port = content.readUnsignedShort();
        try {
            String target = DefaultDnsRecordDecoder.decodeName(content).toLowerCase(Locale.ROOT);
            return target.equals(".") || port == 0 ? null : new Service(priority, weight, port, target);
        } catch (CorruptedFrameException malformed) {
            return null;
        }
    }
}
