package io.sluice.http;

import io.netty.buffer.ByteBuf;
import io.sluice.http.HeadParser.Progress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a trailer section (RFC 9112 section 7.1.2, RFC 9110 section 6.5): the rules of header fields, at most 8 KiB and
 * 64 fields.
 *
 * <p>Who merges trailers into the header fields must not be told anything by them that the gateway has already settled.
 * So Content-Length, Transfer-Encoding and Host, which nobody sends in good faith there, are refused; every other field
 * that the gateway itself reads or writes ({@link Name}), and those that say how to route, authenticate, store or decode
 * a message, are dropped.
 */
final class Trailers {
    private static final int MAX_BYTES = 8192;
    private static final int MAX_FIELDS = 64;
    private static final HeadParser REQUEST = HeadParser.trailers(true, MAX_BYTES, MAX_FIELDS);
    private static final HeadParser RESPONSE = HeadParser.trailers(false, MAX_BYTES, MAX_FIELDS);

    private static final long REFUSED = Name.CONTENT_LENGTH.bit() | Name.TRANSFER_ENCODING.bit() | Name.HOST.bit();
    private static final long DROPPED = ~Name.OTHER.bit();

    private static final List<String> DROPPED_NAMES = List.of(
            "authorization",
            "www-authenticate",
            "proxy-authentication-info",
            "set-cookie",
            "cache-control",
            "pragma",
            "age",
            "expires",
            "location",
            "vary",
            "range",
            "content-type",
            "content-encoding",
            "content-range",
            "if-match",
            "if-none-match",
            "if-modified-since",
            "if-unmodified-since",
            "if-range");

    private final HeadParser parser;
    private final Head head = new Head();

    Trailers(boolean request) {
        parser = request ? REQUEST : RESPONSE;
    }

    boolean begun() {
        return head.length > 0;
    }

    Progress read(ByteBuf in) {
        Progress progress = parser.parse(in, head);
        return progress == Progress.COMPLETE && isRefused(head) ? Progress.REFUSED : progress;
    }

    /** There is a field in it that nobody sends in good faith. */
    static boolean isRefused(Head head) {
        return head.index.any(REFUSED);
    }

    /** What may go on, once complete; null if nothing. */
    @Nullable
    Head fields() {
        return fields(head);
    }

    /** What of complete trailers may go on; null if nothing. */
    static @Nullable Head fields(Head head) {
        FieldIndex index = head.index;
        index.dropAll(DROPPED);
        boolean some = false;
        for (int field = 0; field < index.count(); field++) {
            if (!index.dropped(field)) {
                if (isDropped(head, field)) {
                    index.drop(field);
                } else {
                    some = true;
                }
            }
        }
        return some ? head : null;
    }

    void clear() {
        head.clear();
    }

    private static boolean isDropped(Head head, int field) {
        for (String name : DROPPED_NAMES) {
            if (Octets.equalsIgnoreCase(head.block(), head.nameStart(field), head.nameEnd(field), name)) {
                return true;
            }
        }
        return false;
    }
}
