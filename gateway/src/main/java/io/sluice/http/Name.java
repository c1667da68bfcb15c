package io.sluice.http;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

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
    /** Any other name that begins so (-prefix, -ssl, -server): frameworks believe more of them than there are standards. */
    X_FORWARDED_ANY("x-forwarded-"),
    X_REAL_IP("x-real-ip"),
    X_REQUEST_ID("x-request-id"),
    DATE("date"),
    SERVER("server"),
    COOKIE("cookie"),
    USER_AGENT("user-agent"),
    REFERER("referer"),
    MAX_FORWARDS("max-forwards"),
    HTTP2_SETTINGS("http2-settings"),
    TRACEPARENT("traceparent"),
    TRACESTATE("tracestate"),
    SEC_WEBSOCKET_KEY("sec-websocket-key"),
    SEC_WEBSOCKET_ACCEPT("sec-websocket-accept");

    private static final Name[] ALL = values();
    private static final int SLOTS = 256;
    private static final int LONGEST = 3 * Long.BYTES;

    // names are compared in words: the first eight bytes, the last, and if there are more than sixteen the next
    private static final long[] FIRST = words(length -> 0);
    private static final long[] LAST = words(length -> length - Long.BYTES);
    private static final long[] MIDDLE = words(length -> Long.BYTES);
    private static final int[] LENGTHS =
            Arrays.stream(ALL).mapToInt(name -> name.text.length()).toArray();
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
    public int id() {
        return ordinal();
    }

    /** This name in a set of names. */
    long bit() {
        return 1L << id();
    }

    static Name at(int id) {
        return ALL[id];
    }

    /** Id of the name that stands in [from, to), in any case; 0 if it is none of these. The bytes are a token. */
    static int of(byte[] block, int from, int to) {
        int length = to - from;
        long first = Octets.lowerWord(block, from);
        if (length < Long.BYTES) {
            first &= (1L << (length << 3)) - 1;
        }
        for (int slot = slot(first, length), id; (id = TABLE[slot]) != 0; slot = (slot + 1) & (SLOTS - 1)) {
            if (FIRST[id] == first && LENGTHS[id] == length && sameRest(block, from, to, id)) {
                return id;
            }
        }
        return first == FIRST[X_FORWARDED_ANY.id()] ? prefixed(block, from, length) : 0;
    }

    private static int prefixed(byte[] block, int from, int length) {
        int id = X_FORWARDED_ANY.id();
        int prefix = LENGTHS[id];
        return length > prefix && Octets.lowerWord(block, from + prefix - Long.BYTES) == LAST[id] ? id : 0;
    }

    private static boolean sameRest(byte[] block, int from, int to, int id) {
        int length = to - from;
        return length <= Long.BYTES
                || (Octets.lowerWord(block, to - Long.BYTES) == LAST[id]
                        && (length <= 2 * Long.BYTES || Octets.lowerWord(block, from + Long.BYTES) == MIDDLE[id]));
    }

    private static int slot(long first, int length) {
        return (int) (((first + length) * 0x9E3779B97F4A7C15L) >>> 56);
    }

    /** The known name that is equal to this text but for case. */
    static Name of(String text) {
        byte[] bytes = Head.ascii(text);
        return at(of(Arrays.copyOf(bytes, bytes.length + Octets.SLACK), 0, bytes.length));
    }

    /** As {@link #of(byte[], int, int)} for a name in which underscores stand for hyphens. */
    static int twin(byte[] block, int from, int to) {
        byte[] hyphened = Arrays.copyOfRange(block, from, to + Octets.SLACK);
        for (int i = 0; i < to - from; i++) {
            if (hyphened[i] == '_') {
                hyphened[i] = '-';
            }
        }
        return of(hyphened, 0, to - from);
    }

    private static byte[] table() {
        byte[] table = new byte[SLOTS];
        for (Name name : ALL) {
            if (name != OTHER) {
                int slot = slot(FIRST[name.id()], name.text.length());
                while (table[slot] != 0) {
                    slot = (slot + 1) & (SLOTS - 1);
                }
                table[slot] = (byte) name.id();
            }
        }
        return table;
    }

    /** Eight bytes of each name, from an index that may depend on its length; what is not there is 0. */
    private static long[] words(IntUnaryOperator fromOfLength) {
        long[] words = new long[ALL.length];
        for (Name name : ALL) {
            int length = name.text.length();
            byte[] bytes = Arrays.copyOf(Head.ascii(name.text), LONGEST + Long.BYTES);
            words[name.id()] = Octets.word(bytes, Math.max(0, fromOfLength.applyAsInt(length)));
        }
        return words;
    }
}
