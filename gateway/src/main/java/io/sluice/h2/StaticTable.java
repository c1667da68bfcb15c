package io.sluice.h2;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The fields that both ends of every connection know (RFC 7541 appendix A), by index from 1. */
final class StaticTable {
    /** Entries. */
    static final int SIZE = 61;

    static final int AUTHORITY = 1;
    static final int METHOD = 2;
    static final int PATH = 4;
    static final int SCHEME_HTTP = 6;
    static final int SCHEME_HTTPS = 7;
    static final int STATUS = 8;
    static final int CONTENT_LENGTH = 28;

    private static final String FIELDS = """
            :authority
            :method=GET
            :method=POST
            :path=/
            :path=/index.html
            :scheme=http
            :scheme=https
            :status=200
            :status=204
            :status=206
            :status=304
            :status=400
            :status=404
            :status=500
            accept-charset
            accept-encoding=gzip, deflate
            accept-language
            accept-ranges
            accept
            access-control-allow-origin
            age
            allow
            authorization
            cache-control
            content-disposition
            content-encoding
            content-language
            content-length
            content-location
            content-range
            content-type
            cookie
            date
            etag
            expect
            expires
            from
            host
            if-match
            if-modified-since
            if-none-match
            if-range
            if-unmodified-since
            last-modified
            link
            location
            max-forwards
            proxy-authenticate
            proxy-authorization
            range
            referer
            refresh
            retry-after
            server
            set-cookie
            strict-transport-security
            transfer-encoding
            user-agent
            vary
            via
            www-authenticate
            """;

    private static final byte[][] NAMES = new byte[SIZE + 1][];
    private static final byte[][] VALUES = new byte[SIZE + 1][];

    /** Slots by the hash of a name; more than twice as many as names, so that few meet. */
    private static final int SLOTS = 256;

    private static final byte[] FIRST = new byte[SLOTS];

    static {
        int index = 1;
        for (String line : FIELDS.lines().toList()) {
            int equals = line.indexOf('=');
            NAMES[index] = ascii(equals < 0 ? line : line.substring(0, equals));
            VALUES[index] = ascii(equals < 0 ? "" : line.substring(equals + 1));
            index++;
        }
        for (int i = SIZE; i > 0; i--) {
            int slot = slot(Hash.of(NAMES[i], 0, NAMES[i].length));
            while (FIRST[slot] != 0 && !Arrays.equals(NAMES[FIRST[slot]], NAMES[i])) {
                slot = (slot + 1) & (SLOTS - 1);
            }
            FIRST[slot] = (byte) i;
        }
    }

    private StaticTable() {}

    static byte[] name(int index) {
        return NAMES[index];
    }

    static byte[] value(int index) {
        return VALUES[index];
    }

    /** The first entry with that name, whose hash is given; 0 if there is none. */
    static int find(byte[] name, int from, int to, int hash) {
        for (int slot = slot(hash); FIRST[slot] != 0; slot = (slot + 1) & (SLOTS - 1)) {
            byte[] known = NAMES[FIRST[slot]];
            if (Arrays.equals(known, 0, known.length, name, from, to)) {
                return FIRST[slot];
            }
        }
        return 0;
    }

    private static int slot(int hash) {
        return (hash ^ (hash >>> 16)) & (SLOTS - 1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
