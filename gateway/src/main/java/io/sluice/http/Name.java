package io.sluice.http;

import java.util.Arrays;

/** The header fields that the gateway itself reads, writes or drops. Each field of a {@link Head} carries one. */
public enum Name {
    OTHER(""),
    HOST("host"),
    CONNECTION("connection"),
    CONTENT_LENGTH("content-length"),
    TRANSFER_ENCODING("transfer-encoding"),
    KEEP_ALIVE("keep-alive"),
    PROXY_CONNECTION("proxy-connection"),
    PROXY_AUTHENTICATE("proxy-authenticate"),
    PROXY_AUTHORIZATION("proxy-authorization"),
    TE("te"),
    TRAILER("trailer"),
    UPGRADE("upgrade"),
    EXPECT("expect"),
    VIA("via"),
    FORWARDED("forwarded"),
    X_FORWARDED_FOR("x-forwarded-for"),
    X_FORWARDED_PROTO("x-forwarded-proto"),
    X_FORWARDED_HOST("x-forwarded-host"),
    X_FORWARDED_PORT("x-forwarded-port"),
    X_REAL_IP("x-real-ip"),
    X_REQUEST_ID("x-request-id"),
    DATE("date"),
    SERVER("server"),
    COOKIE("cookie"),
    USER_AGENT("user-agent"),
    REFERER("referer"),
    MAX_FORWARDS("max-forwards"),
    HTTP2_SETTINGS("http2-settings");

    private static final Name[] ALL = values();
    private static final int SLOTS = 256;
    private static final byte[] TABLE = table();

    private final String text;

    Name(String text) {
        this.text = text;
    }

    /** In lower case. */
    public String text() {
        return text;
    }

    /** A small number for each name; 0 for OTHER. */
    @SuppressWarnings("EnumOrdinal") // never stored
    int id() {
        return ordinal();
    }

    /** This name in a set of names. */
    long bit() {
        return 1L << id();
    }

    static Name at(int id) {
        return ALL[id];
    }

    /** Id of the name that stands in [from, to), in any case. The bytes are a token. */
    static int of(byte[] block, int from, int to) {
        int slot = slot(block, from, to);
        for (int id; (id = TABLE[slot]) != 0; slot = (slot + 1) & (SLOTS - 1)) {
            if (Octets.equalsIgnoreCase(block, from, to, ALL[id].text)) {
                return id;
            }
        }
        return 0;
    }

    /** The known name that is equal to this text but for case. */
    static Name of(String text) {
        byte[] bytes = Head.ascii(text);
        return at(of(bytes, 0, bytes.length));
    }

    /** As {@link #of(byte[], int, int)} for a name in which underscores stand for hyphens. */
    static int twin(byte[] block, int from, int to) {
        byte[] hyphened = Arrays.copyOfRange(block, from, to);
        for (int i = 0; i < hyphened.length; i++) {
            if (hyphened[i] == '_') {
                hyphened[i] = '-';
            }
        }
        return of(hyphened, 0, hyphened.length);
    }

    /** Depends on length, first, middle and last byte. */
    private static int slot(byte[] block, int from, int to) {
        int first = block[from] | 0x20;
        int middle = block[(from + to) >>> 1] | 0x20;
        int last = block[to - 1] | 0x20;
        return (first * 7 + middle * 31 + last * 13 + (to - from) * 5) & (SLOTS - 1);
    }

    private static byte[] table() {
        byte[] table = new byte[SLOTS];
        for (Name name : ALL) {
            if (name != OTHER) {
                byte[] bytes = Head.ascii(name.text);
                int slot = slot(bytes, 0, bytes.length);
                while (table[slot] != 0) {
                    slot = (slot + 1) & (SLOTS - 1);
                }
                table[slot] = (byte) name.id();
            }
        }
        return table;
    }
}
