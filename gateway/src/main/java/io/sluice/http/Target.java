package io.sluice.http;

import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a request's target and Host name (RFC 9112 sections 3.2 and 3.3, RFC 3986 section 3.2).
 *
 * <p>Targets: origin-form, absolute-form with http or https, and {@code *} for OPTIONS. No userinfo, no fragment; '%' in
 * a path is followed by two hexadecimal digits. The bytes are those of {@link Octets#PATH} and {@link Octets#QUERY}.
 *
 * <p>An authority is a name of unreserved characters (letters, digits, {@code - . _ ~}), an IPv4 address, or an IPv6
 * address in brackets; then, if a colon follows, a port of at most five digits and at most 65535, or none. What RFC
 * 3986 also lets a name be made of (percent-encoding, {@code ! $ & ' ( ) * + , ; =}) is refused: no name in use has it,
 * and lists, cookies and quoted strings in which it would end up read it as something else.
 *
 * <p>HTTP/1.1 takes exactly one Host, HTTP/1.0 at most one. It may be empty only beside an absolute-form target, whose
 * authority replaces it.
 */
final class Target {
    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";
    private static final byte[] HOST = Head.ascii("Host");
    private static final byte[] ANY = {'*'};
    private static final int MAX_PORT = 65535;
    private static final int MAX_PORT_DIGITS = 5;
    private static final int MAX_BRACKETED = 48;

    private Target() {}

    /** Settles what the start line says once it is complete. */
    static @Nullable Failure settle(Head head) {
        byte[] block = head.block();
        int start = head.pathStart;
        if (block[start] == '/') {
            head.verbatim = head.minor == 1;
        } else if (block[start] == '*' && head.pathEnd - start == 1) {
            if (head.method != Method.OPTIONS || head.queryStart >= 0) {
                return Failure.REQUEST_TARGET;
            }
            head.verbatim = head.minor == 1;
        } else if (!absolute(head, block)) {
            return Failure.REQUEST_TARGET;
        }
        if ((head.scan.seen & Octets.PERCENT) != 0 && !encoded(block, head.pathStart, head.pathEnd)) {
            return Failure.REQUEST_TARGET;
        }
        head.scan.seen = 0;
        return null;
    }

    /** Takes an absolute-form target apart; false if it is none. */
    private static boolean absolute(Head head, byte[] block) {
        int from;
        if (starts(block, head.pathStart, head.pathEnd, HTTP)) {
            from = head.pathStart + HTTP.length();
        } else if (starts(block, head.pathStart, head.pathEnd, HTTPS)) {
            from = head.pathStart + HTTPS.length();
        } else {
            return false;
        }
        int slash = from;
        while (slash < head.pathEnd && block[slash] != '/') {
            slash++;
        }
        head.hostStart = from;
        head.hostEnd = hostEnd(block, from, slash);
        head.authorityEnd = slash;
        if (slash < head.pathEnd) {
            head.pathStart = slash;
        } else {
            // an empty path is "/": the last one of the scheme's will do
            head.pathStart = from - 1;
            head.pathEnd = from;
        }
        return head.hostEnd > 0;
    }

    private static boolean starts(byte[] block, int from, int to, String lowerCase) {
        int end = from + lowerCase.length();
        return end <= to && Octets.equalsIgnoreCase(block, from, end, lowerCase);
    }

    private static boolean encoded(byte[] block, int from, int to) {
        for (int at = from; at < to; at++) {
            if (block[at] == '%') {
                if (at + 2 >= to || Octets.hex(block[at + 1]) < 0 || Octets.hex(block[at + 2]) < 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Settles the authority once the fields are complete. */
    static @Nullable Failure settleHost(Head head) {
        FieldIndex index = head.index;
        int field = index.find(Name.HOST, 0);
        boolean absolute = head.authorityEnd > 0;
        if (field < 0) {
            if (head.minor == 1) {
                return Failure.REQUEST_HOST;
            }
        } else {
            int from = index.valueStart(field);
            int to = index.valueEnd(field);
            int end = from == to && absolute ? to : hostEnd(head.block(), from, to);
            if (end < 0 || index.repeated(Name.HOST.bit())) {
                return Failure.REQUEST_HOST;
            }
            if (!absolute) {
                head.hostStart = from;
                head.hostEnd = end;
                head.authorityEnd = to;
            }
        }
        if (absolute) {
            replaceHost(head);
        }
        return null;
    }

    /** The target's authority goes into Host (RFC 9112 section 3.2.2), and what is left of the target is origin-form. */
    private static void replaceHost(Head head) {
        head.drop(Name.HOST);
        int start = head.length;
        head.room(HOST.length + 4 + head.authorityEnd - head.hostStart);
        head.put(HOST);
        int nameEnd = head.length;
        head.block()[head.length++] = ':';
        head.block()[head.length++] = ' ';
        int valueStart = head.length;
        head.put(head.hostStart, head.authorityEnd);
        head.endLine(Name.HOST, start, nameEnd, valueStart);
        boolean noPath = head.pathEnd == head.hostStart;
        if (noPath && head.queryStart < 0 && head.method == Method.OPTIONS) {
            head.path(ANY, 0, 1);
        }
    }

    /** Where the host of the authority [from, to) ends; -1 if it is not an authority with a host. */
    static int hostEnd(byte[] block, int from, int to) {
        int end = from;
        if (from < to && block[from] == '[') {
            end = bracketEnd(block, from, to);
        } else {
            while (end < to && Octets.is(Octets.UNRESERVED, block[end])) {
                end++;
            }
        }
        return end > from && (end == to || (block[end] == ':' && isPort(block, end + 1, to))) ? end : -1;
    }

    /** Behind the brackets around an IPv6 address; -1 if there is none. */
    private static int bracketEnd(byte[] block, int from, int to) {
        int at = from + 1;
        int most = Math.min(to, from + MAX_BRACKETED);
        while (at < most && (Octets.is(Octets.HEX, block[at]) || block[at] == ':' || block[at] == '.')) {
            at++;
        }
        if (at == most || block[at] != ']') {
            return -1;
        }
        String address = new String(block, from + 1, at - from - 1, StandardCharsets.ISO_8859_1);
        return NetUtil.isValidIpV6Address(address) ? at + 1 : -1;
    }

    private static boolean isPort(byte[] block, int from, int to) {
        int port = 0;
        for (int at = from; at < to; at++) {
            if (!Octets.isDigit(block[at])) {
                return false;
            }
            port = port * 10 + block[at] - '0';
            if (at - from == MAX_PORT_DIGITS) {
                return false;
            }
        }
        return port <= MAX_PORT;
    }
}
