package io.sluice.http;

import io.netty.util.NetUtil;
import java.net.InetAddress;

/**
 * Writes a field to the end of a head piece by piece, without making strings of what stands in a head already. Between
 * {@link #begin} and {@link #end} nothing else may edit that head. What may not stand in a field becomes {@code ?}.
 */
public final class FieldLine {
    private static final byte[] HTTP = {'h', 't', 't', 'p'};
    private static final byte[] HTTPS = {'h', 't', 't', 'p', 's'};

    private FieldLine() {}

    /** Begins a line; returns what {@link #end} wants. */
    public static int begin(Head head, String name) {
        int start = head.length;
        append(head, name);
        head.room(2);
        head.put((byte) ':');
        head.put((byte) ' ');
        return start;
    }

    public static void append(Head head, byte[] bytes) {
        head.room(bytes.length);
        append(head, bytes, 0, bytes.length);
    }

    /** Characters beyond ISO-8859-1 become {@code ?} too. */
    public static void append(Head head, String text) {
        head.room(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            head.put(c < 0x100 ? (byte) c : (byte) '?');
        }
    }

    /** Appends bytes of a head, which may be the same one. */
    public static void append(Head head, Head from, int start, int end) {
        head.room(end - start);
        append(head, from.block(), start, end);
    }

    private static void append(Head head, byte[] bytes, int start, int end) {
        for (int at = start; at < end; at++) {
            head.put(bytes[at]);
        }
    }

    /** Appends the address of a client: an IPv6 one without brackets. Makes a string if that is not the peer. */
    public static void appendClient(Head head, Peer peer, InetAddress client) {
        if (client.equals(peer.address())) {
            append(head, peer.text);
        } else {
            append(head, NetUtil.toAddressString(client));
        }
    }

    /** Appends the id of a request that {@link ForwardedFields} has seen to; also one that was dropped since. */
    public static void appendId(Head head, Head request) {
        int field = request.index.findEver(Name.X_REQUEST_ID);
        if (field >= 0) {
            append(head, request, request.valueStart(field), request.valueEnd(field));
        }
    }

    /**
     * Appends http or https: what a trusted peer told first, else what the peer speaks. Of a request that
     * {@link ForwardedFields} has seen to.
     */
    public static void appendScheme(Head head, Head request, Peer peer) {
        boolean secure = peer.isSecure();
        int field = request.index.findEver(Name.X_FORWARDED_PROTO);
        if (field >= 0) {
            byte[] block = request.block();
            int start = request.valueStart(field);
            int listed = Lists.end(block, start, request.valueEnd(field));
            int first = Lists.first(block, start, listed);
            int last = Lists.last(block, first, listed);
            secure = Octets.equalsIgnoreCase(block, first, last, "https")
                    || (secure && !Octets.equalsIgnoreCase(block, first, last, "http"));
        }
        append(head, secure ? HTTPS : HTTP);
    }

    /**
     * Ends the line.
     *
     * @param start what {@link #begin} returned
     * @param nameLength length of the name
     */
    public static void end(Head head, Name known, int start, int nameLength) {
        int valueStart = start + nameLength + 2;
        while (head.length > valueStart && Octets.isSpace(head.block()[head.length - 1])) {
            head.length--;
        }
        head.room(2);
        head.endLine(known, start, start + nameLength, valueStart);
    }
}
