package io.sluice.h2;

import io.sluice.http.Head;
import io.sluice.http.Name;
import io.sluice.http.WebSocketUpgrade;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Turns a {@link Head} into a field block: pseudo-fields first, names in lower case, and without the fields that belong to one connection
 * (RFC 9113 section 8.2.2). One a loop; what was encoded last is in {@link #block}.
 */
final class HeadEncoder {
    private static final int STATUS_DIGITS = 3;
    private static final int LOWER = 0x20;
    private static final int MAX_DIGITS = 20;

    private static final long NEVER_SENT = bit(Name.CONNECTION)
            | bit(Name.KEEP_ALIVE)
            | bit(Name.PROXY_CONNECTION)
            | bit(Name.TRANSFER_ENCODING)
            | bit(Name.UPGRADE)
            | bit(Name.HTTP2_SETTINGS);
    private static final long HANDSHAKE = bit(Name.SEC_WEBSOCKET_KEY) | bit(Name.SEC_WEBSOCKET_ACCEPT);
    private static final long SENSITIVE = bit(Name.COOKIE) | bit(Name.PROXY_AUTHORIZATION);
    private static final byte[] AUTHORIZATION = ascii("authorization");
    private static final byte[] SET_COOKIE = ascii("set-cookie");
    private static final byte[] STATUS = ascii(":status");
    private static final byte[] METHOD = ascii(":method");
    private static final byte[] PATH = ascii(":path");
    private static final byte[] AUTHORITY = ascii(":authority");
    private static final byte[] CONNECT = ascii("CONNECT");
    private static final byte[] PROTOCOL = ascii(":protocol");
    private static final byte[] WEBSOCKET = ascii(WebSocketUpgrade.PROTOCOL);
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final int AUTHORITY_HASH = Hash.of(AUTHORITY, 0, AUTHORITY.length);

    private final Block block = new Block();
    private byte[] name = new byte[128];
    private byte[] digits = new byte[MAX_DIGITS];

    /** What was encoded last. */
    Block block() {
        return block;
    }

    /**
     * A final response.
     *
     * @param body bytes of it, or negative: nobody knows
     * @param bodiless none follows, whatever Content-Length says: it answers HEAD, or is a 304
     */
    void response(HpackEncoder encoder, Head head, long body, boolean bodiless) {
        begin(encoder);
        int status = head.status();
        status(status);
        boolean sizeless = status < 200 || status == 204;
        boolean kept = bodiless ? !sizeless : body >= 0 && body == head.body();
        fields(encoder, head, NEVER_SENT | (kept ? 0 : bit(Name.CONTENT_LENGTH)));
        if (!kept && !sizeless && !bodiless && body >= 0) {
            contentLength(body);
        } else if (kept && !bodiless && head.find(Name.CONTENT_LENGTH, 0) < 0) {
            contentLength(body);
        }
    }

    /** A 1xx response. */
    void interim(HpackEncoder encoder, Head head) {
        begin(encoder);
        status(head.status());
        fields(encoder, head, NEVER_SENT | bit(Name.CONTENT_LENGTH));
    }

    /**
     * A request. Host becomes :authority.
     *
     * @param body bytes of it, or negative: nobody knows
     */
    void request(HpackEncoder encoder, Head head, long body, boolean secure) {
        begin(encoder);
        method(head);
        target(encoder, head, secure);
        boolean kept = body >= 0 && body == head.body();
        fields(encoder, head, NEVER_SENT | bit(Name.HOST) | (kept ? 0 : bit(Name.CONTENT_LENGTH)));
        boolean named = kept && head.find(Name.CONTENT_LENGTH, 0) >= 0;
        if (body > 0 && !named) {
            contentLength(body);
        }
    }

    /** A request that upgrades to WebSocket, as an extended CONNECT; there is no key in it (RFC 8441 section 5). */
    void connect(HpackEncoder encoder, Head head, boolean secure) {
        begin(encoder);
        literal(StaticTable.METHOD, METHOD, CONNECT, 0, CONNECT.length);
        literal(0, PROTOCOL, WEBSOCKET, 0, WEBSOCKET.length);
        target(encoder, head, secure);
        fields(encoder, head, NEVER_SENT | HANDSHAKE | bit(Name.HOST) | bit(Name.CONTENT_LENGTH));
    }

    /** A 101, as the 200 to an extended CONNECT. */
    void tunnel(HpackEncoder encoder, Head head) {
        begin(encoder);
        status(200);
        fields(encoder, head, NEVER_SENT | HANDSHAKE | bit(Name.CONTENT_LENGTH));
    }

    private void target(HpackEncoder encoder, Head head, boolean secure) {
        HpackEncoder.indexed(block, secure ? StaticTable.SCHEME_HTTPS : StaticTable.SCHEME_HTTP);
        int host = head.find(Name.HOST, 0);
        byte[] bytes = head.block();
        if (host >= 0) {
            encoder.field(
                    block,
                    AUTHORITY,
                    0,
                    AUTHORITY.length,
                    AUTHORITY_HASH,
                    bytes,
                    head.valueStart(host),
                    head.valueEnd(host) - head.valueStart(host),
                    false);
        }
        path(head);
    }

    /** Trailers, so that they mean the same whatever is sent before them. */
    Block trailers(Head head) {
        block.clear();
        byte[] bytes = head.block();
        for (int field = 0; field < head.fields(); field++) {
            if (!head.dropped(field) && (bit(head.name(field)) & NEVER_SENT) == 0) {
                int length = lower(bytes, head.nameStart(field), head.nameEnd(field));
                int value = head.valueStart(field);
                HpackEncoder.literal(block, 0, 0, name, 0, length, bytes, value, head.valueEnd(field) - value);
            }
        }
        return block;
    }

    /** Trailers that were encoded before. */
    Block again(byte[] encoded) {
        block.clear();
        block.put(encoded, 0, encoded.length);
        return block;
    }

    private void begin(HpackEncoder encoder) {
        block.clear();
        encoder.begin(block);
    }

    private void status(int status) {
        int known = switch (status) {
            case 200 -> StaticTable.STATUS;
            case 204 -> StaticTable.STATUS + 1;
            case 206 -> StaticTable.STATUS + 2;
            case 304 -> StaticTable.STATUS + 3;
            case 400 -> StaticTable.STATUS + 4;
            case 404 -> StaticTable.STATUS + 5;
            case 500 -> StaticTable.STATUS + 6;
            default -> 0;
        };
        if (known > 0) {
            HpackEncoder.indexed(block, known);
        } else {
            digits[0] = (byte) ('0' + status / 100);
            digits[1] = (byte) ('0' + status / 10 % 10);
            digits[2] = (byte) ('0' + status % 10);
            literal(StaticTable.STATUS, STATUS, digits, 0, STATUS_DIGITS);
        }
    }

    private void method(Head head) {
        String method = head.method();
        if (method.equals("GET")) {
            HpackEncoder.indexed(block, StaticTable.METHOD);
        } else if (method.equals("POST")) {
            HpackEncoder.indexed(block, StaticTable.METHOD + 1);
        } else {
            byte[] text = ascii(method);
            literal(StaticTable.METHOD, METHOD, text, 0, text.length);
        }
    }

    private void path(Head head) {
        int path = head.pathEnd() - head.pathStart();
        byte[] bytes = head.block();
        if (head.queryStart() < 0) {
            if (path == 1 && bytes[head.pathStart()] == '/') {
                HpackEncoder.indexed(block, StaticTable.PATH);
            } else {
                literal(StaticTable.PATH, PATH, bytes, head.pathStart(), path);
            }
            return;
        }
        int query = head.queryEnd() - head.queryStart();
        int length = path + 1 + query;
        nameRoom(length);
        System.arraycopy(bytes, head.pathStart(), name, 0, path);
        name[path] = '?';
        System.arraycopy(bytes, head.queryStart(), name, path + 1, query);
        literal(StaticTable.PATH, PATH, name, 0, length);
    }

    private void literal(int known, byte[] text, byte[] values, int value, int valueLength) {
        HpackEncoder.literal(block, 0, known, text, 0, text.length, values, value, valueLength);
    }

    private void fields(HpackEncoder encoder, Head head, long skipped) {
        byte[] bytes = head.block();
        for (int field = 0, count = head.fields(); field < count; field++) {
            long known = bit(head.name(field));
            if (head.dropped(field) || (known & skipped) != 0) {
                continue;
            }
            int length = lower(bytes, head.nameStart(field), head.nameEnd(field));
            int value = head.valueStart(field);
            boolean sensitive = (known & SENSITIVE) != 0 || isCredential(length) || head.isSensitive(field);
            encoder.field(
                    block,
                    name,
                    0,
                    length,
                    Hash.of(name, 0, length),
                    bytes,
                    value,
                    head.valueEnd(field) - value,
                    sensitive);
        }
    }

    private boolean isCredential(int length) {
        return is(AUTHORIZATION, length) || is(SET_COOKIE, length);
    }

    private boolean is(byte[] text, int length) {
        return length == text.length && name[0] == text[0] && Arrays.equals(text, 0, length, name, 0, length);
    }

    /** Puts a name there in lower case; returns its length. */
    private int lower(byte[] bytes, int from, int to) {
        int length = to - from;
        nameRoom(length);
        for (int i = 0; i < length; i++) {
            byte b = bytes[from + i];
            name[i] = b >= 'A' && b <= 'Z' ? (byte) (b | LOWER) : b;
        }
        return length;
    }

    private void nameRoom(int length) {
        if (name.length < length) {
            name = new byte[2 * length];
        }
    }

    private void contentLength(long length) {
        int at = MAX_DIGITS;
        long rest = length;
        do {
            digits[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        literal(StaticTable.CONTENT_LENGTH, CONTENT_LENGTH, digits, at, MAX_DIGITS - at);
    }

    private static long bit(Name name) {
        return name == Name.OTHER ? 0 : 1L << name.id();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
