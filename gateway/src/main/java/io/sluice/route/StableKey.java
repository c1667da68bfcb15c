package io.sluice.route;

import io.sluice.config.RouteConfig;
import io.sluice.http.Head;
import io.sluice.http.Name;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where a stable choice takes its key from: the first value of that name. */
sealed interface StableKey {

    /** Null: the request has none, or an empty one. */
    byte @Nullable [] value(Head head, InetAddress client);

    static @Nullable StableKey of(RouteConfig.@Nullable Key key) {
        return switch (key) {
            case null -> null;
            case RouteConfig.Key.Client client -> new Client();
            case RouteConfig.Key.Header header -> header(header.name().toLowerCase(Locale.ROOT));
            case RouteConfig.Key.Cookie cookie -> new Cookie(cookie.name());
            case RouteConfig.Key.Query query -> new Query(query.name());
        };
    }

    private static Header header(String lowerCase) {
        return new Header(Names.known(lowerCase), lowerCase);
    }

    /** The same for the same bytes, in every process and version: FNV-1a, then {@link #mix}. */
    static long hash(byte[] bytes) {
        long hash = 0xCBF29CE484222325L;
        for (byte b : bytes) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
        }
        return mix(hash);
    }

    /** Spreads a difference in any bit over all bits: the finalizer of SplitMix64. */
    static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    private static byte @Nullable [] present(byte[] value) {
        return value.length == 0 ? null : value;
    }

    record Client() implements StableKey {
        @Override
        public byte[] value(Head head, InetAddress client) {
            return client.getAddress();
        }
    }

    record Header(Name known, String name) implements StableKey {
        @Override
        public byte @Nullable [] value(Head head, InetAddress client) {
            int field = known == Name.OTHER ? head.find(name, 0) : head.find(known, 0);
            return field < 0
                    ? null
                    : present(Arrays.copyOfRange(head.block(), head.valueStart(field), head.valueEnd(field)));
        }
    }

    record Cookie(String name) implements StableKey {
        @Override
        public byte @Nullable [] value(Head head, InetAddress client) {
            for (int field = head.find(Name.COOKIE, 0); field >= 0; field = head.find(Name.COOKIE, field + 1)) {
                for (String pair : head.value(field).split(";", -1)) {
                    int equals = pair.indexOf('=');
                    if (equals >= 0 && pair.substring(0, equals).strip().equals(name)) {
                        return present(pair.substring(equals + 1).strip().getBytes(StandardCharsets.ISO_8859_1));
                    }
                }
            }
            return null;
        }
    }

    record Query(String name) implements StableKey {
        @Override
        public byte @Nullable [] value(Head head, InetAddress client) {
            QueryParameters parameters = new QueryParameters(head);
            return parameters.next(name) ? present(parameters.value()) : null;
        }
    }
}
