package io.sluice.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The head of one message (or its trailers): one block of bytes and an index over it. Filled by {@link HeadParser}
 * or {@link FieldSection}, edited in place, written by {@link H1Writer}. Strings are made only for what is asked for.
 *
 * <p>An edit never moves bytes: a field is dropped by a mark, and what is added (fields, a new path) goes to the end of
 * the block. Field names keep their case. Used by one thread at a time; reused by {@link #clear}.
 */
public final class Head {
    /** {@link #body}: chunked; ends with the last chunk. */
    public static final long CHUNKED = -1;
    /** {@link #body}: ends with the connection (responses only). */
    public static final long UNTIL_CLOSE = -2;

    private static final byte[] PREFACE = ascii("PRI * HTTP/2.0\r\n");
    private static final byte[] NOTHING = {};
    private static final int FIRST_BYTES = 1024;
    private static final int KEPT_BYTES = 4096 + Octets.SLACK;

    /** The fields, in the order received, then in the order added. */
    final FieldIndex index = new FieldIndex();

    // what the parser settles; see StartLine, Authority and Framing
    final Scan scan = new Scan();
    Method method = Method.OTHER;
    int methodEnd;
    int lineStart;
    int lineEnd;
    int pathStart;
    int pathEnd;
    /** 0: the path is the one that was matched. */
    private int matchedEnd;

    private int matchedStart;
    int queryStart = -1;
    int queryEnd = -1;
    int hostStart;
    int hostEnd;
    int authorityEnd;
    int minor = 1;
    int status;
    long body;
    boolean keepsAlive;
    boolean upgrades;
    boolean expectsContinue;
    /** Connection has options that may name fields. */
    boolean namesFields;
    /** The start line can be written as it was received. */
    boolean verbatim;

    boolean http2;
    /** Fields that must not be put into a table, by their places; those from 63 on share the last bit. */
    private long sensitive;

    /** Bytes of the block in use. */
    int length;

    private byte[] block = NOTHING;

    // ---- start line

    /** The method as on the wire; one shared string for each registered method. */
    public String method() {
        return method == Method.OTHER ? text(lineStart, methodEnd) : method.text();
    }

    /** The method of a request is HEAD. */
    public boolean isHead() {
        return method == Method.HEAD;
    }

    /** Safe or idempotent by RFC 9110 section 9.2.2: may be sent again. */
    public boolean isIdempotent() {
        return method.idempotent();
    }

    /** Safe by RFC 9110 section 9.2.1: asks for nothing to be changed. */
    public boolean isSafe() {
        return method.safe();
    }

    /** 0 for HTTP/1.0, 1 for HTTP/1.1. */
    public int minorVersion() {
        return minor;
    }

    /** It came over HTTP/2; {@link #minorVersion} is then 1, since all that follows from that holds. */
    public boolean isHttp2() {
        return http2;
    }

    /** It begins as a connection of HTTP/2 does (RFC 9113 section 3.4), and was refused for that. */
    public boolean isPreface() {
        return length >= PREFACE.length
                && lineStart == 0
                && Arrays.equals(PREFACE, 0, PREFACE.length, block, 0, PREFACE.length);
    }

    /** Bytes of the block in use. */
    public int length() {
        return length;
    }

    /** 100..599; 0 for a request. */
    public int status() {
        return status;
    }

    /** The target as received, whatever was made of the path since; not for responses. */
    public String target() {
        return text(methodEnd + 1, lineEnd - " HTTP/1.1\r\n".length());
    }

    /** The target is {@code *} ({@code OPTIONS *}, or OPTIONS with an absolute-form target without path). Path is then "*" too. */
    public boolean isAsterisk() {
        return pathEnd - pathStart == 1 && block[pathStart] == '*';
    }

    /** Host and port of the request: from an absolute-form target, else from Host; empty where HTTP/1.0 named none. */
    public String authority() {
        return text(hostStart, authorityEnd);
    }

    /** The path, without query. Bytes [pathStart, pathEnd) of {@link #block}. */
    public String path() {
        return text(pathStart, pathEnd);
    }

    /** The query without '?'; null where there is none. */
    public @Nullable String query() {
        return queryStart < 0 ? null : text(queryStart, queryEnd);
    }

    /** Replaces the path (normalised); the query stays. The new one goes to the end of the block. */
    public void path(byte[] newPath, int from, int to) {
        room(to - from);
        System.arraycopy(newPath, from, block, length, to - from);
        pathStart = length;
        length += to - from;
        pathEnd = length;
        verbatim = false;
    }

    /** As {@link #path(byte[], int, int)}, for what is forwarded: the path that was matched can still be asked for. */
    public void rewrite(byte[] newPath, int from, int to) {
        matchedStart = matchedStart();
        matchedEnd = matchedEnd();
        path(newPath, from, to);
    }

    /** Start of the path that was matched, whatever it was rewritten to. */
    public int matchedStart() {
        return matchedEnd == 0 ? pathStart : matchedStart;
    }

    /** End of the path that was matched. */
    public int matchedEnd() {
        return matchedEnd == 0 ? pathEnd : matchedEnd;
    }

    /** The path that was matched, without query. */
    public String matchedPath() {
        return text(matchedStart(), matchedEnd());
    }

    public int pathStart() {
        return pathStart;
    }

    public int pathEnd() {
        return pathEnd;
    }

    /** -1 where there is no query. */
    public int queryStart() {
        return queryStart;
    }

    /** -1 where there is no query. */
    public int queryEnd() {
        return queryEnd;
    }

    /** Host part of the authority, without port, brackets of IPv6 kept; case as received. */
    public int hostStart() {
        return hostStart;
    }

    public int hostEnd() {
        return hostEnd;
    }

    /** The bytes that all offsets point into. May be replaced by an edit: fetch anew after one. */
    public byte[] block() {
        return block;
    }

    // ---- what the framing fields and Connection say, settled by the parser

    /** Body of a request, or of a response to any method but HEAD: a length in bytes, CHUNKED or UNTIL_CLOSE. Covers 1xx, 204, 304 (0). */
    public long body() {
        return body;
    }

    /** The sender keeps the connection open after this message (version and Connection options; a body that needs the close is another matter). */
    public boolean keepsAlive() {
        return keepsAlive;
    }

    /**
     * Connection names upgrade and Upgrade names one protocol that may be tunnelled (HTTP/1.1, or {@link #isConnect}). HTTP
     * itself (h2c) and TLS are not: a tunnel would carry requests that no route has seen.
     */
    public boolean upgrades() {
        return upgrades;
    }

    /**
     * It is an extended CONNECT of HTTP/2 (RFC 8441), which is taken for a GET that {@link #upgrades}. Its client believes of any 2xx
     * that there is a tunnel.
     */
    public boolean isConnect() {
        return http2 && upgrades && status == 0;
    }

    /** The client waits for 100 before it sends the body (HTTP/1.1 and a body only; else false). */
    public boolean expectsContinue() {
        return expectsContinue;
    }

    // ---- fields

    /** Number of fields, dropped and added ones included. */
    public int fields() {
        return index.count();
    }

    public boolean dropped(int field) {
        return index.dropped(field);
    }

    public Name name(int field) {
        return Name.at(index.name(field));
    }

    /** The name as received. */
    public String nameText(int field) {
        return text(index.start(field), index.nameEnd(field));
    }

    public int nameStart(int field) {
        return index.start(field);
    }

    public int nameEnd(int field) {
        return index.nameEnd(field);
    }

    /** The value without the whitespace around it, as ISO-8859-1. */
    public String value(int field) {
        return text(index.valueStart(field), index.valueEnd(field));
    }

    public int valueStart(int field) {
        return index.valueStart(field);
    }

    public int valueEnd(int field) {
        return index.valueEnd(field);
    }

    /** First field of that name that is not dropped, at or after {@code from}; -1 if none. O(1) to say no. */
    public int find(Name name, int from) {
        return index.find(name, from);
    }

    /** As {@link #find(Name, int)} for any name, given in lower case. */
    public int find(String lowerCaseName, int from) {
        return index.find(block, lowerCaseName, from);
    }

    /** Value of the first such field; null if none. */
    public @Nullable String first(Name name) {
        int field = index.find(name, 0);
        return field < 0 ? null : value(field);
    }

    /** Its sender wants it never to be put into a table of HTTP/2 (RFC 7541 section 7.1.3). */
    public boolean isSensitive(int field) {
        return sensitive != 0 && (sensitive & sensitiveBit(field)) != 0;
    }

    void markSensitive(int field) {
        sensitive |= sensitiveBit(field);
    }

    private static long sensitiveBit(int field) {
        return 1L << Math.min(field, Long.SIZE - 1);
    }

    // ---- edits

    public void drop(int field) {
        index.drop(field);
    }

    public void drop(Name name) {
        index.drop(name);
    }

    /** Drops all fields of that name, given in lower case. */
    public void drop(String lowerCaseName) {
        for (int field = find(lowerCaseName, 0); field >= 0; field = find(lowerCaseName, field + 1)) {
            index.drop(field);
        }
    }

    /**
     * Drops all hop-by-hop fields and those that Connection names (RFC 9110 section 7.6.1). Never Host or framing of
     * the message itself, which the writer settles, and, whatever Connection names, none of those that the gateway
     * answers for ({@link HopByHop}). Upgrade stays if the message {@link #upgrades}, TE if it is just "trailers".
     */
    public void dropHopByHop() {
        HopByHop.drop(this);
    }

    /** Appends a field, written as ISO-8859-1. A character that may not stand in a field is written as '?'. */
    public void add(Name known, String name, String value) {
        room(name.length() + value.length() + 4);
        int start = length;
        put(name);
        int nameEnd = length;
        block[length++] = ':';
        block[length++] = ' ';
        int valueStart = length;
        put(value);
        endLine(known, start, nameEnd, valueStart);
    }

    public void add(String name, String value) {
        add(Name.OTHER, name, value);
    }

    /**
     * Appends a field that was made beforehand.
     *
     * @param line the whole line, {@code name: value CR LF}, with one space before the value and none behind
     * @param nameLength length of the name in the line
     */
    public void addLine(Name known, byte[] line, int nameLength) {
        room(line.length);
        System.arraycopy(line, 0, block, length, line.length);
        int start = length;
        length += line.length;
        index.add(known.id(), start, start + nameLength, start + nameLength + 2, length - 2, length);
    }

    /** Starts anew; large blocks are given back. */
    public void clear() {
        index.clear();
        scan.clear();
        method = Method.OTHER;
        queryStart = -1;
        queryEnd = -1;
        pathStart = 0;
        pathEnd = 0;
        matchedEnd = 0;
        hostStart = 0;
        hostEnd = 0;
        authorityEnd = 0;
        minor = 1;
        status = 0;
        body = 0;
        keepsAlive = false;
        upgrades = false;
        expectsContinue = false;
        namesFields = false;
        verbatim = false;
        http2 = false;
        sensitive = 0;
        length = 0;
        if (block.length > KEPT_BYTES) {
            block = NOTHING;
        }
    }

    // ---- for the package

    /** Makes this the head of a response of the gateway's own. */
    void startResponse(int code, String reason) {
        room(reason.length() + 15);
        put("HTTP/1.1 ");
        block[length++] = (byte) ('0' + code / 100);
        block[length++] = (byte) ('0' + code / 10 % 10);
        block[length++] = (byte) ('0' + code % 10);
        block[length++] = ' ';
        put(reason);
        block[length++] = '\r';
        block[length++] = '\n';
        lineEnd = length;
        status = code;
        keepsAlive = true;
        verbatim = true;
    }

    /** Makes a cleared head the same as this one. */
    public void copyTo(Head other) {
        other.room(length);
        System.arraycopy(block, 0, other.block, 0, length);
        other.length = length;
        index.copyTo(other.index);
        other.method = method;
        other.methodEnd = methodEnd;
        other.lineStart = lineStart;
        other.lineEnd = lineEnd;
        other.pathStart = pathStart;
        other.pathEnd = pathEnd;
        other.matchedStart = matchedStart;
        other.matchedEnd = matchedEnd;
        other.queryStart = queryStart;
        other.queryEnd = queryEnd;
        other.hostStart = hostStart;
        other.hostEnd = hostEnd;
        other.authorityEnd = authorityEnd;
        other.minor = minor;
        other.status = status;
        other.body = body;
        other.keepsAlive = keepsAlive;
        other.upgrades = upgrades;
        other.expectsContinue = expectsContinue;
        other.namesFields = namesFields;
        other.verbatim = verbatim;
        other.http2 = http2;
        other.sensitive = sensitive;
    }

    String text(int from, int to) {
        return new String(block, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** Bytes that fit behind the content. */
    int room() {
        return Math.max(0, block.length - Octets.SLACK - length);
    }

    /** Makes room for that many bytes more. */
    void room(int bytes) {
        int needed = length + bytes + Octets.SLACK;
        if (needed > block.length) {
            int doubled = Math.max(FIRST_BYTES, 2 * (block.length - Octets.SLACK)) + Octets.SLACK;
            block = Arrays.copyOf(block, Math.max(needed, doubled));
        }
    }

    /** Appends bytes; there is room for them. */
    void put(byte[] bytes) {
        System.arraycopy(bytes, 0, block, length, bytes.length);
        length += bytes.length;
    }

    /** Appends a byte of a field, as {@code ?} if it may not stand there; there is room for it. */
    void put(byte b) {
        boolean fits = (b & 0xe0) != 0 && b != 0x7f;
        block[length++] = fits || b == '\t' ? b : (byte) '?';
    }

    /** Appends bytes of this block again; there is room for them. */
    void put(int from, int to) {
        System.arraycopy(block, from, block, length, to - from);
        length += to - from;
    }

    /** Ends a line that was put at the end of the block, and indexes it; there is room for two bytes. */
    void endLine(Name known, int start, int nameEnd, int valueStart) {
        int valueEnd = length;
        block[length++] = '\r';
        block[length++] = '\n';
        index.add(known.id(), start, nameEnd, valueStart, valueEnd, length);
    }

    private void put(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean fits = (c >= ' ' && c < 0x100 && c != 0x7f) || c == '\t';
            block[length++] = (byte) (fits ? c : '?');
        }
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
