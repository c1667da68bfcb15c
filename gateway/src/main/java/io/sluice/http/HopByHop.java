package io.sluice.http;

/**
 * Fields that concern one connection and go no further (RFC 9110 section 7.6.1).
 *
 * <p>Always: Connection, Keep-Alive, Proxy-Connection, Proxy-Authenticate, Proxy-Authorization, HTTP2-Settings; Upgrade
 * unless the message upgrades; TE unless it is just {@code trailers}, which holds for the gateway too: it passes trailers
 * on. Transfer-Encoding is the writer's.
 *
 * <p>Also what Connection names, but for the fields that the gateway itself depends on or answers for: a sender that
 * names Host, Content-Length, Expect, Via, Max-Forwards, X-Request-Id or one of the forwarding fields would make the
 * next one believe what the gateway knows better. Those stay, or are replaced by {@link ForwardedFields}.
 */
final class HopByHop {
    private static final long ALWAYS = Name.CONNECTION.bit()
            | Name.KEEP_ALIVE.bit()
            | Name.PROXY_CONNECTION.bit()
            | Name.PROXY_AUTHENTICATE.bit()
            | Name.PROXY_AUTHORIZATION.bit()
            | Name.HTTP2_SETTINGS.bit();

    private static final long NEVER_BY_NAME = Name.HOST.bit()
            | Name.CONTENT_LENGTH.bit()
            | Name.TRANSFER_ENCODING.bit()
            | Name.TE.bit()
            | Name.UPGRADE.bit()
            | Name.EXPECT.bit()
            | Name.VIA.bit()
            | Name.MAX_FORWARDS.bit()
            | Name.FORWARDED.bit()
            | Name.X_FORWARDED_FOR.bit()
            | Name.X_FORWARDED_PROTO.bit()
            | Name.X_FORWARDED_HOST.bit()
            | Name.X_FORWARDED_PORT.bit()
            | Name.X_FORWARDED_ANY.bit()
            | Name.X_REAL_IP.bit()
            | Name.X_REQUEST_ID.bit();

    private static final String TRAILERS = "trailers";

    private HopByHop() {}

    static void drop(Head head) {
        FieldIndex index = head.index;
        if (head.namesFields) {
            dropNamed(head);
        }
        index.dropAll(ALWAYS);
        if (!head.upgrades) {
            index.drop(Name.UPGRADE);
        }
        int te = index.find(Name.TE, 0);
        if (te >= 0 && !isTrailers(head, te)) {
            index.drop(Name.TE);
        }
    }

    private static boolean isTrailers(Head head, int te) {
        FieldIndex index = head.index;
        return !index.repeated(Name.TE.bit())
                && head.minor == 1
                && Octets.equalsIgnoreCase(head.block(), index.valueStart(te), index.valueEnd(te), TRAILERS);
    }

    private static void dropNamed(Head head) {
        FieldIndex index = head.index;
        byte[] block = head.block();
        for (int field = index.find(Name.CONNECTION, 0); field >= 0; field = index.find(Name.CONNECTION, field + 1)) {
            int to = index.valueEnd(field);
            for (int start = index.valueStart(field), end; start < to; start = end + 1) {
                end = Lists.end(block, start, to);
                int first = Lists.first(block, start, end);
                dropNamed(index, block, first, Lists.last(block, first, end));
            }
        }
    }

    private static void dropNamed(FieldIndex index, byte[] block, int from, int to) {
        for (int field = 0; field < index.count(); field++) {
            int name = index.nameIfKept(field);
            if (name >= 0
                    && ((NEVER_BY_NAME >>> name) & 1) == 0
                    && name != Name.CONNECTION.id()
                    && sameName(index, field, block, from, to)) {
                index.drop(field);
            }
        }
    }

    private static boolean sameName(FieldIndex index, int field, byte[] block, int from, int to) {
        int start = index.start(field);
        int length = to - from;
        if (index.nameEnd(field) - start != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (Octets.lower(block[start + i]) != Octets.lower(block[from + i])) {
                return false;
            }
        }
        return true;
    }
}
