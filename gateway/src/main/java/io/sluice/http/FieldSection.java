package io.sluice.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.sluice.http.Scan.State;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Fills a {@link Head} from the fields of an HTTP/2 message, one after the other, by the rules of RFC 9113 section 8. What comes out
 * is what {@link HeadParser} makes of the same message in HTTP/1.1, so that nobody behind it needs to know the difference: the
 * pseudo-fields become a start line and Host, and are read there by the same grammar; crumbs of Cookie become one field. So an extended
 * CONNECT (RFC 8441) becomes a GET with Upgrade.
 *
 * <p>Refused as malformed: a name in upper case or that is no token, a value with control characters (HTAB apart) or with
 * space around it, pseudo-fields that are unknown, repeated, missing or behind other fields, fields that belong to one connection, TE
 * other than {@code trailers}, a Host that is not :authority, and a Content-Length that the frames contradict. After a
 * refusal fields are taken and dropped.
 *
 * <p>One a loop: {@link #begin}, {@link #field} for each, {@link #end}.
 */
public final class FieldSection {
    /** What the fields are of. */
    public enum Kind {
        REQUEST,
        RESPONSE,
        REQUEST_TRAILERS,
        RESPONSE_TRAILERS
    }

    /** A line has so many bytes besides name and value. */
    private static final int LINE_BYTES = 4;

    private static final byte[] METHOD = Head.ascii(":method");
    private static final byte[] SCHEME = Head.ascii(":scheme");
    private static final byte[] PATH = Head.ascii(":path");
    private static final byte[] AUTHORITY = Head.ascii(":authority");
    private static final byte[] PROTOCOL = Head.ascii(":protocol");
    private static final byte[] STATUS = Head.ascii(":status");
    private static final byte[] GET = Head.ascii("GET");
    private static final byte[] VERSION_AND_END = Head.ascii(" HTTP/1.1\r\n");
    private static final byte[] STATUS_LINE = Head.ascii("HTTP/1.1 ");
    private static final byte[] HOST = Head.ascii("host: ");
    private static final byte[] CRUMB = Head.ascii("; ");
    private static final int HOST_NAME = 4;

    private static final long OF_ONE_CONNECTION = Name.CONNECTION.bit()
            | Name.KEEP_ALIVE.bit()
            | Name.PROXY_CONNECTION.bit()
            | Name.TRANSFER_ENCODING.bit()
            | Name.UPGRADE.bit();

    private Kind kind = Kind.REQUEST;
    private @Nullable Head head;
    private int maxBytes;
    private int maxFields;
    private int bytes;
    private int fields;
    /** A field that is not a pseudo-field came. */
    private boolean begun;

    private @Nullable Failure refusal;

    // where the values of pseudo-fields stand in the block; an end of 0: did not come
    private int methodAt;
    private int methodEnd;
    private int schemeAt;
    private int schemeEnd;
    private int pathAt;
    private int pathEnd;
    private int authorityAt;
    private int authorityEnd;
    private int protocolAt;
    private int protocolEnd;

    /**
     * Begins a section.
     *
     * @param into cleared
     * @param mostBytes of all names and values, and four for each field
     * @param mostFields number of fields, Host among them
     */
    public void begin(Kind of, Head into, int mostBytes, int mostFields) {
        kind = of;
        head = into;
        maxBytes = mostBytes;
        maxFields = mostFields;
        bytes = 0;
        fields = 0;
        begun = false;
        refusal = null;
        methodEnd = 0;
        schemeEnd = 0;
        pathEnd = 0;
        authorityEnd = 0;
        protocolEnd = 0;
        into.http2 = true;
    }

    private Head filling() {
        Head filling = head;
        if (filling == null) {
            throw new IllegalStateException("no section has begun");
        }
        return filling;
    }

    /**
     * Takes a field; copies what it needs.
     *
     * @param sensitive it must never be put into a table
     */
    public void field(
            byte[] names, int name, int nameLength, byte[] values, int value, int valueLength, boolean sensitive) {
        if (refusal != null) {
            return;
        }
        bytes += nameLength + valueLength + LINE_BYTES;
        boolean pseudo = nameLength > 0 && names[name] == ':';
        if (bytes > maxBytes || bytes < 0) {
            boolean isPath = pseudo && is(PATH, names, name, nameLength);
            refusal = isPath ? Failure.REQUEST_TARGET_LONG : Failure.REQUEST_HEAD_LARGE;
        } else if (pseudo) {
            refusal = pseudo(filling(), names, name, nameLength, values, value, valueLength);
        } else {
            refusal = begun ? null : beginFields(filling());
            if (refusal == null) {
                refusal = plain(filling(), names, name, nameLength, values, value, valueLength, sensitive);
            }
        }
    }

    /**
     * Ends the section and settles what it says. Trailers that may not go on are dropped.
     *
     * @param ended nothing follows: the message has no body, or has ended
     * @return null, or why the message is refused
     */
    public @Nullable Failure end(boolean ended) {
        Head filled = filling();
        head = null;
        if (refusal == null && !begun) {
            refusal = beginFields(filled);
        }
        if (refusal == null) {
            refusal = switch (kind) {
                case REQUEST -> {
                    joinCookies(filled);
                    yield Framing.framedRequest(filled, ended);
                }
                case RESPONSE -> Framing.framedResponse(filled, ended);
                case REQUEST_TRAILERS, RESPONSE_TRAILERS -> endTrailers(filled, ended);
            };
        }
        Failure why = refusal;
        return why == null ? null : named(why);
    }

    private static @Nullable Failure endTrailers(Head filled, boolean ended) {
        if (!ended || Trailers.isRefused(filled)) {
            return Failure.REQUEST_TRAILERS;
        }
        if (Trailers.fields(filled) == null) {
            filled.clear();
        }
        return null;
    }

    private Failure named(Failure why) {
        return switch (kind) {
            case REQUEST -> why;
            case RESPONSE -> HeadParser.ofResponse(why);
            case REQUEST_TRAILERS -> why == Failure.REQUEST_MALFORMED ? why : Failure.REQUEST_TRAILERS;
            case RESPONSE_TRAILERS -> Failure.RESPONSE_TRAILERS;
        };
    }

    // ---- pseudo-fields

    private @Nullable Failure pseudo(
            Head to, byte[] names, int name, int nameLength, byte[] values, int value, int valueLength) {
        if (begun) {
            return Failure.REQUEST_MALFORMED;
        }
        to.room(valueLength);
        int start = to.length;
        int end = start + valueLength;
        System.arraycopy(values, value, to.block(), start, valueLength);
        if (kind == Kind.RESPONSE) {
            return is(STATUS, names, name, nameLength) && to.status == 0
                    ? statusLine(to, start, end)
                    : Failure.REQUEST_MALFORMED;
        }
        if (kind != Kind.REQUEST || !isPlainValue(to, start, end)) {
            return Failure.REQUEST_MALFORMED;
        }
        // an empty one has come too
        to.length = end + 1;
        to.room(1);
        if (is(METHOD, names, name, nameLength) && methodEnd == 0) {
            methodAt = start;
            methodEnd = end + 1;
        } else if (is(PATH, names, name, nameLength) && pathEnd == 0) {
            pathAt = start;
            pathEnd = end + 1;
        } else if (is(SCHEME, names, name, nameLength) && schemeEnd == 0) {
            schemeAt = start;
            schemeEnd = end + 1;
        } else if (is(AUTHORITY, names, name, nameLength) && authorityEnd == 0) {
            authorityAt = start;
            authorityEnd = end + 1;
        } else if (is(PROTOCOL, names, name, nameLength) && protocolEnd == 0) {
            protocolAt = start;
            protocolEnd = end + 1;
        } else {
            return Failure.REQUEST_MALFORMED;
        }
        return null;
    }

    private static boolean is(byte[] known, byte[] names, int name, int nameLength) {
        return nameLength == known.length && Arrays.equals(known, 0, known.length, names, name, name + nameLength);
    }

    /** No control characters, and no space around it (RFC 9113 section 8.2.1). */
    private static boolean isPlainValue(Head to, int start, int end) {
        byte[] block = to.block();
        return start == end
                || (!Octets.isSpace(block[start])
                        && !Octets.isSpace(block[end - 1])
                        && FieldLines.lineEnd(block, start, end) == end);
    }

    /** The status line stands at the beginning of the block, as a parser would have it. */
    private static @Nullable Failure statusLine(Head to, int start, int end) {
        byte[] block = to.block();
        int status = 0;
        for (int at = start; at < end; at++) {
            if (!Octets.isDigit(block[at]) || end - start != 3) {
                return Failure.REQUEST_MALFORMED;
            }
            status = status * 10 + block[at] - '0';
        }
        if (status < 100 || status > 599 || status == 101 || start != 0) {
            return Failure.REQUEST_MALFORMED;
        }
        String reason = HttpResponseStatus.valueOf(status).reasonPhrase();
        to.room(STATUS_LINE.length + reason.length() + LINE_BYTES + 2);
        to.startResponse(status, reason);
        return null;
    }

    /** All pseudo-fields have come. */
    private @Nullable Failure beginFields(Head to) {
        begun = true;
        return switch (kind) {
            case REQUEST -> requestLine(to);
            case RESPONSE -> to.status == 0 ? Failure.REQUEST_MALFORMED : null;
            case REQUEST_TRAILERS, RESPONSE_TRAILERS -> null;
        };
    }

    private @Nullable Failure requestLine(Head to) {
        byte[] block = to.block();
        int method = methodEnd - 1 - methodAt;
        int path = pathEnd - 1 - pathAt;
        boolean connect = methodEnd > 0 && Method.of(block, methodAt, methodEnd - 1) == Method.CONNECT;
        Failure unconnected = connect || protocolEnd > 0 ? connect(block, connect) : null;
        if (unconnected != null) {
            return unconnected;
        }
        if (methodEnd == 0 || pathEnd == 0 || schemeEnd == 0 || path == 0 || method == 0) {
            return Failure.REQUEST_MALFORMED;
        }
        boolean origin = block[pathAt] == '/' || (block[pathAt] == '*' && path == 1);
        if (!origin || !isHttp(block, schemeAt, schemeEnd - 1)) {
            return Failure.REQUEST_TARGET;
        }
        to.room(method + 1 + path + VERSION_AND_END.length);
        to.lineStart = to.length;
        if (connect) {
            to.put(GET);
        } else {
            to.put(methodAt, methodEnd - 1);
        }
        to.block()[to.length++] = ' ';
        to.put(pathAt, pathEnd - 1);
        to.put(VERSION_AND_END);
        to.scan.at = to.lineStart;
        to.scan.state = State.METHOD;
        Failure why = StartLine.request(to);
        if (why == Failure.REQUEST_LINE || why == Failure.REQUEST_LINE_END) {
            return Failure.REQUEST_MALFORMED;
        }
        if (why == null && (to.scan.state != State.LINE || to.lineEnd != to.length)) {
            return Failure.REQUEST_MALFORMED;
        }
        if (why == null && authorityEnd > 0) {
            why = hostLine(to);
        }
        if (connect) {
            to.add(Name.UPGRADE, "upgrade", WebSocketUpgrade.PROTOCOL);
            to.upgrades = true;
        }
        return why;
    }

    /** Why there is no way to connect, or null: by RFC 9113 section 8.5 there is none, by RFC 8441 section 4 one for WebSocket. */
    private @Nullable Failure connect(byte[] block, boolean connect) {
        if (protocolEnd == 0) {
            boolean right = pathEnd == 0 && schemeEnd == 0 && authorityEnd > 0;
            return right ? Failure.REQUEST_METHOD_UNSUPPORTED : Failure.REQUEST_MALFORMED;
        }
        if (!connect || authorityEnd == 0 || !Lists.isToken(block, protocolAt, protocolEnd - 1)) {
            return Failure.REQUEST_MALFORMED;
        }
        // what else it needs is what any request needs
        boolean complete = pathEnd > 0 && schemeEnd > 0;
        boolean known = Octets.equalsIgnoreCase(block, protocolAt, protocolEnd - 1, WebSocketUpgrade.PROTOCOL);
        return complete && !known ? Failure.REQUEST_PROTOCOL : null;
    }

    private static boolean isHttp(byte[] block, int from, int to) {
        return Octets.equalsIgnoreCase(block, from, to, "https") || Octets.equalsIgnoreCase(block, from, to, "http");
    }

    private @Nullable Failure hostLine(Head to) {
        if (fields++ >= maxFields) {
            return Failure.REQUEST_FIELDS_MANY;
        }
        to.room(HOST.length + authorityEnd - authorityAt + 2);
        int start = to.length;
        to.put(HOST);
        to.put(authorityAt, authorityEnd - 1);
        to.endLine(Name.HOST, start, start + HOST_NAME, start + HOST.length);
        return null;
    }

    // ---- the others

    private @Nullable Failure plain(
            Head to,
            byte[] names,
            int name,
            int nameLength,
            byte[] values,
            int value,
            int valueLength,
            boolean sensitive) {
        if (fields++ >= maxFields) {
            return Failure.REQUEST_FIELDS_MANY;
        }
        to.room(nameLength + valueLength + LINE_BYTES);
        byte[] block = to.block();
        int start = to.length;
        int nameEnd = start + nameLength;
        int valueStart = nameEnd + 2;
        int valueEnd = valueStart + valueLength;
        System.arraycopy(names, name, block, start, nameLength);
        block[nameEnd] = ':';
        block[nameEnd + 1] = ' ';
        System.arraycopy(values, value, block, valueStart, valueLength);
        if (!isName(to, start, nameEnd) || !isPlainValue(to, valueStart, valueEnd)) {
            return Failure.REQUEST_MALFORMED;
        }
        int known = Name.of(block, start, nameEnd);
        if (known != 0) {
            if (((OF_ONE_CONNECTION >>> known) & 1) != 0 || !isRightTe(block, known, valueStart, valueEnd)) {
                return Failure.REQUEST_MALFORMED;
            }
            if (known == Name.HOST.id() && kind == Kind.REQUEST && authorityEnd > 0) {
                return isAuthority(block, valueStart, valueEnd) ? null : Failure.REQUEST_MALFORMED;
            }
        }
        to.length = valueEnd;
        if (sensitive) {
            to.markSensitive(to.fields());
        }
        to.endLine(Name.at(known), start, nameEnd, valueStart);
        return null;
    }

    private static boolean isName(Head of, int start, int end) {
        byte[] block = of.block();
        int seen = 0;
        for (int at = start; at < end; at++) {
            int classes = Octets.classes(block[at]);
            if ((classes & Octets.TOKEN) == 0 || (block[at] >= 'A' && block[at] <= 'Z')) {
                return false;
            }
            seen |= classes;
        }
        of.scan.seen |= seen;
        return end > start;
    }

    private static boolean isRightTe(byte[] block, int known, int from, int to) {
        return known != Name.TE.id() || Octets.equalsIgnoreCase(block, from, to, "trailers");
    }

    private boolean isAuthority(byte[] block, int from, int to) {
        int length = to - from;
        for (int i = 0; i < length && length == authorityEnd - 1 - authorityAt; i++) {
            if (Octets.lower(block[from + i]) != Octets.lower(block[authorityAt + i])) {
                return false;
            }
        }
        return length == authorityEnd - 1 - authorityAt;
    }

    /** A client may send a Cookie in crumbs, which HTTP/1.1 does not know (RFC 9113 section 8.2.3). */
    private static void joinCookies(Head to) {
        FieldIndex index = to.index;
        if (!index.repeated(Name.COOKIE.bit())) {
            return;
        }
        int length = 0;
        for (int field = index.find(Name.COOKIE, 0); field >= 0; field = index.find(Name.COOKIE, field + 1)) {
            length += index.valueEnd(field) - index.valueStart(field) + CRUMB.length;
        }
        byte[] name = {'c', 'o', 'o', 'k', 'i', 'e', ':', ' '};
        to.room(name.length + length + 2);
        int start = to.length;
        boolean sensitive = false;
        to.put(name);
        int valueStart = to.length;
        for (int field = index.find(Name.COOKIE, 0); field >= 0; field = index.find(Name.COOKIE, field + 1)) {
            if (to.length > valueStart) {
                to.put(CRUMB);
            }
            to.put(index.valueStart(field), index.valueEnd(field));
            sensitive |= to.isSensitive(field);
            index.drop(field);
        }
        if (sensitive) {
            to.markSensitive(to.fields());
        }
        to.endLine(Name.COOKIE, start, valueStart - 2, valueStart);
    }
}
