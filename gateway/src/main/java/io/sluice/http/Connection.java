package io.sluice.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Connection and Upgrade say (RFC 9110 sections 7.6.1 and 7.8). */
final class Connection {
    /** More options than anybody has a use for: each is compared with each field. */
    private static final int MAX_OPTIONS = 32;

    private static final String CLOSE = "close";
    private static final String KEEP_ALIVE = "keep-alive";
    private static final String UPGRADE = "upgrade";

    /** Protocols that a tunnel would hide from the gateway, by how they begin. */
    private static final List<String> NOT_TUNNELLED = List.of("h2c", "http", "tls");

    private Connection() {}

    /** Settles keepsAlive, upgrades and whether there are options that name fields. */
    static @Nullable Failure settle(Head head) {
        head.keepsAlive = head.minor == 1;
        FieldIndex index = head.index;
        if (!index.any(Name.CONNECTION.bit())) {
            return null;
        }
        boolean close = false;
        boolean keepAlive = false;
        boolean upgrade = false;
        int options = 0;
        byte[] block = head.block();
        for (int field = index.find(Name.CONNECTION, 0); field >= 0; field = index.find(Name.CONNECTION, field + 1)) {
            int to = index.valueEnd(field);
            for (int start = index.valueStart(field), end; start < to; start = end + 1) {
                end = Lists.end(block, start, to);
                int first = Lists.first(block, start, end);
                int last = Lists.last(block, first, end);
                if (Octets.equalsIgnoreCase(block, first, last, CLOSE)) {
                    close = true;
                } else if (Octets.equalsIgnoreCase(block, first, last, KEEP_ALIVE)) {
                    keepAlive = true;
                } else if (Octets.equalsIgnoreCase(block, first, last, UPGRADE)) {
                    upgrade = true;
                } else if (first < last) {
                    head.namesFields = true;
                }
                if (++options > MAX_OPTIONS) {
                    return Failure.REQUEST_FIELD;
                }
            }
        }
        head.keepsAlive = !close && (keepAlive || head.minor == 1);
        head.upgrades = upgrade && head.minor == 1 && isTunnelled(head);
        return null;
    }

    /** Upgrade names exactly one protocol, and one that may be tunnelled. */
    private static boolean isTunnelled(Head head) {
        FieldIndex index = head.index;
        int field = index.find(Name.UPGRADE, 0);
        if (field < 0 || index.repeated(Name.UPGRADE.bit())) {
            return false;
        }
        byte[] block = head.block();
        int from = index.valueStart(field);
        int to = index.valueEnd(field);
        for (String protocol : NOT_TUNNELLED) {
            int end = from + protocol.length();
            if (end <= to && Octets.equalsIgnoreCase(block, from, end, protocol)) {
                return false;
            }
        }
        int slash = from;
        while (slash < to && block[slash] != '/') {
            slash++;
        }
        return Lists.isToken(block, from, slash) && (slash == to || Lists.isToken(block, slash + 1, to));
    }
}
