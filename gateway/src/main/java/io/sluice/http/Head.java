package io.sluice.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The head of one message (or its trailers): one block of bytes and an index over it. Filled by {@link HeadParser},
 * edited in place, written by {@link H1Writer}. Strings are made only for what is asked for.
 *
 * <p>An edit never moves bytes: a field is dropped by a mark, and what is added (fields, a new path) goes to the end of
 * the block. Field names keep their case. Used by one thread at a time; reused by {@link #clear}.
 */
public final class Head {
    /** {@link #body}: chunked; ends with the last chunk. */
    public static final long CHUNKED = -1;
    /** {@link #body}: ends with the connection (responses only). */
    public static final long UNTIL_CLOSE = -2;

    // ---- start line

    /** The method as on the wire; one shared string for each registered method. */
    public String method() { throw new UnsupportedOperationException(); }

    /** The method of a request is HEAD. */
    public boolean isHead() { throw new UnsupportedOperationException(); }

    /** Safe or idempotent by RFC 9110 section 9.2.2: may be sent again. */
    public boolean isIdempotent() { throw new UnsupportedOperationException(); }

    /** 0 for HTTP/1.0, 1 for HTTP/1.1. */
    public int minorVersion() { throw new UnsupportedOperationException(); }

    /** 100..599. */
    public int status() { throw new UnsupportedOperationException(); }

    /** The target is {@code *} ({@code OPTIONS *}). Path is then "*" too. */
    public boolean isAsterisk() { throw new UnsupportedOperationException(); }

    /** Host and port of the request: from an absolute-form target, else from Host; empty where HTTP/1.0 named none. */
    public String authority() { throw new UnsupportedOperationException(); }

    /** The path, without query. Bytes [pathStart, pathEnd) of {@link #block}. */
    public String path() { throw new UnsupportedOperationException(); }

    /** The query without '?'; null where there is none. */
    public @Nullable String query() { throw new UnsupportedOperationException(); }

    /** Replaces the path (normalised or rewritten); the query stays. The new one goes to the end of the block. */
    public void path(byte[] newPath, int from, int to) { throw new UnsupportedOperationException(); }

    public int pathStart() { throw new UnsupportedOperationException(); }
    public int pathEnd() { throw new UnsupportedOperationException(); }
    public int queryStart() { throw new UnsupportedOperationException(); }
    public int queryEnd() { throw new UnsupportedOperationException(); }

    /** Host part of the authority, without port, brackets of IPv6 kept; case as received. */
    public int hostStart() { throw new UnsupportedOperationException(); }
    public int hostEnd() { throw new UnsupportedOperationException(); }

    /** The bytes that all offsets point into. May be replaced by an edit: fetch anew after one. */
    public byte[] block() { throw new UnsupportedOperationException(); }

    // ---- what the framing fields and Connection say, settled by the parser

    /** Body of a request, or of a response to any method but HEAD: a length in bytes, CHUNKED or UNTIL_CLOSE. Covers 1xx, 204, 304 (0). */
    public long body() { throw new UnsupportedOperationException(); }

    /** The sender keeps the connection open after this message (version and Connection options). */
    public boolean keepsAlive() { throw new UnsupportedOperationException(); }

    /** Connection names upgrade and there is an Upgrade field (HTTP/1.1 only; else false). */
    public boolean upgrades() { throw new UnsupportedOperationException(); }

    public boolean expectsContinue() { throw new UnsupportedOperationException(); }

    // ---- fields

    /** Number of fields, dropped and added ones included. */
    public int fields() { throw new UnsupportedOperationException(); }

    public boolean dropped(int field) { throw new UnsupportedOperationException(); }

    public Name name(int field) { throw new UnsupportedOperationException(); }

    public String nameText(int field) { throw new UnsupportedOperationException(); }

    public String value(int field) { throw new UnsupportedOperationException(); }

    public int valueStart(int field) { throw new UnsupportedOperationException(); }
    public int valueEnd(int field) { throw new UnsupportedOperationException(); }

    /** First field of that name that is not dropped, at or after {@code from}; -1 if none. O(1) to say no. */
    public int find(Name name, int from) { throw new UnsupportedOperationException(); }

    /** As {@link #find(Name, int)} for any name, given in lower case. */
    public int find(String lowerCaseName, int from) { throw new UnsupportedOperationException(); }

    /** Value of the first such field; null if none. */
    public @Nullable String first(Name name) { throw new UnsupportedOperationException(); }

    // ---- edits

    public void drop(int field) { throw new UnsupportedOperationException(); }

    public void drop(Name name) { throw new UnsupportedOperationException(); }

    public void drop(String lowerCaseName) { throw new UnsupportedOperationException(); }

    /** Drops all hop-by-hop fields and those that Connection names (RFC 9110 section 7.6.1). Never Host or framing of the message itself, which the writer settles. */
    public void dropHopByHop() { throw new UnsupportedOperationException(); }

    /** Appends a field. Name and value must be valid and are written as ISO-8859-1. */
    public void add(Name known, String name, String value) { throw new UnsupportedOperationException(); }

    public void add(String name, String value) {
        add(Name.OTHER, name, value);
    }

    /** Starts anew; large blocks are given back. */
    public void clear() { throw new UnsupportedOperationException(); }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
