package io.sluice.http;

import io.netty.util.NetUtil;
import io.sluice.config.Network;
import io.sluice.config.Tracing;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about where it comes from, and what the gateway adds: X-Forwarded-For, -Proto and -Host, Forwarded
 * (RFC 7239), Via (RFC 9110 section 7.6.3) and X-Request-Id. Immutable, for all threads.
 *
 * <p>From a peer outside the trusted networks nothing of this is believed: its own fields of these names are dropped, with
 * X-Real-IP and whatever else begins with {@code X-Forwarded-}, and so are fields that backends after the manner of CGI
 * take for them because they differ by underscores only ({@code X_Forwarded_For}). From a trusted peer the lists are continued, in one line each,
 * and what else it says is kept.
 *
 * <p>Via is continued for all: it is what ends loops.
 */
public final class ForwardedFields {
    private static final long FOREIGN = Name.X_FORWARDED_FOR.bit()
            | Name.X_FORWARDED_PROTO.bit()
            | Name.X_FORWARDED_HOST.bit()
            | Name.X_FORWARDED_PORT.bit()
            | Name.X_FORWARDED_ANY.bit()
            | Name.X_REAL_IP.bit()
            | Name.FORWARDED.bit()
            | Name.X_REQUEST_ID.bit();

    private static final byte[] FOR = Head.ascii("X-Forwarded-For: ");
    private static final byte[] HOST = Head.ascii("X-Forwarded-Host: ");
    private static final byte[] FORWARDED = Head.ascii("Forwarded: ");
    private static final byte[] ELEMENT_HOST = Head.ascii(";host=\"");
    private static final byte[] QUOTE = {'"'};
    private static final byte[] COMMA = {',', ' '};
    private static final byte[] VIA_2_0 = Head.ascii("Via: 2.0 sluice\r\n");
    private static final byte[] VIA_1_1 = Head.ascii("Via: 1.1 sluice\r\n");
    private static final byte[] VIA_1_0 = Head.ascii("Via: 1.0 sluice\r\n");
    private static final int VIA_LENGTH = 3;
    private static final int PROTO_LENGTH = 17;
    private static final String PSEUDONYM = "sluice";

    private static final int MAX_ID = 128;
    /** What an id may hold besides letters and digits: nothing that means something to a log, a shell or a page. */
    private static final String ID_MARKS = "-._~:/+=@";
    /** A request may pass this many gateways, and so this one that many times, before it is taken for a loop. */
    private static final int MAX_PASSES = 10;

    private final List<Network> trusted;
    private final TraceContext traces;

    /**
     * @param trusted networks whose forwarding fields are believed
     * @param tracing what is done about traces, whoever the peer is
     */
    public ForwardedFields(List<Network> trusted, Tracing tracing) {
        this.trusted = List.copyOf(trusted);
        this.traces = new TraceContext(tracing);
    }

    /** Whether what a peer with that address says of others is believed. */
    public boolean trusts(InetAddress address) {
        for (Network network : trusted) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Where a request really comes from: the peer; or, if that is trusted, the rightmost address of X-Forwarded-For that
     * is not, or the leftmost if all are. What is no address ends the list. Before or after {@link #apply}.
     */
    public InetAddress client(Head request, Peer peer) {
        InetAddress client = peer.address();
        if (!request.index.any(Name.X_FORWARDED_FOR.bit()) || !peer.isTrustedBy(this)) {
            return client;
        }
        for (int field = request.fields() - 1; field >= 0; field--) {
            if (request.index.nameIfKept(field) == Name.X_FORWARDED_FOR.id()) {
                int start = request.valueStart(field);
                for (int end = request.valueEnd(field); end > start; ) {
                    int comma = end - 1;
                    while (comma >= start && request.block()[comma] != ',') {
                        comma--;
                    }
                    InetAddress named = address(request.text(comma + 1, end).strip());
                    if (named == null) {
                        return client;
                    }
                    client = named;
                    if (!trusts(named)) {
                        return client;
                    }
                    end = comma;
                }
            }
        }
        return client;
    }

    /** An address as X-Forwarded-For lists it: IPv4 with or without port, IPv6 bare, or in brackets with or without port. */
    private static @Nullable InetAddress address(String member) {
        String host = member;
        int bracket = member.indexOf(']');
        int colon = member.indexOf(':');
        if (member.startsWith("[") && bracket > 0) {
            host = member.substring(1, bracket);
        } else if (colon > 0 && colon == member.lastIndexOf(':')) {
            host = member.substring(0, colon);
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
        try {
            InetAddress address = bytes == null ? null : InetAddress.getByAddress(bytes);
            // nobody else may say that somebody came over a Unix socket
            return Network.UNIX_CLIENT.equals(address) ? null : address;
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /**
     * Edits a request that is to be passed on; once a request, after {@link Head#dropHopByHop}.
     *
     * @return null, or {@link Failure#REQUEST_LOOP}
     */
    public @Nullable Failure apply(Head request, Peer peer, RequestIds ids) {
        if (request.index.any(Name.VIA.bit()) && passes(request) >= MAX_PASSES) {
            return Failure.REQUEST_LOOP;
        }
        if (!peer.isTrustedBy(this)) {
            dropForeign(request);
        }
        long kept = present(request);
        addFor(request, peer);
        addProto(request, peer, kept);
        if ((kept & Name.X_FORWARDED_HOST.bit()) == 0 && request.authorityEnd > request.hostStart) {
            addHost(request);
        }
        addForwarded(request, peer);
        request.addLine(Name.VIA, request.http2 ? VIA_2_0 : request.minor == 0 ? VIA_1_0 : VIA_1_1, VIA_LENGTH);
        addId(request, ids, kept);
        traces.apply(request, ids.traces());
        return null;
    }

    /**
     * What {@link #apply} does about the id and the scheme of a request, alone: for one that the gateway answers itself,
     * once a request.
     */
    public void identify(Head request, Peer peer, RequestIds ids) {
        if (!peer.isTrustedBy(this)) {
            dropForeign(request);
        }
        long kept = present(request);
        addProto(request, peer, kept);
        addId(request, ids, kept);
    }

    private static void addProto(Head request, Peer peer, long kept) {
        if ((kept & Name.X_FORWARDED_PROTO.bit()) == 0) {
            request.addLine(Name.X_FORWARDED_PROTO, peer.protoLine(), PROTO_LENGTH);
        }
    }

    private static void addId(Head request, RequestIds ids, long kept) {
        if ((kept & Name.X_REQUEST_ID.bit()) == 0 || !hasSaneId(request)) {
            request.drop(Name.X_REQUEST_ID);
            ids.add(request);
        }
    }

    private static void dropForeign(Head request) {
        request.index.dropAll(FOREIGN);
        if ((request.scan.seen & Octets.UNDERSCORE) != 0) {
            for (int field = 0; field < request.fields(); field++) {
                long twin = Name.at(Name.twin(request.block(), request.nameStart(field), request.nameEnd(field)))
                        .bit();
                if ((twin & FOREIGN) != 0) {
                    request.drop(field);
                }
            }
        }
    }

    private static long present(Head request) {
        FieldIndex index = request.index;
        return index.any(FOREIGN) ? index.kept() : 0;
    }

    private static void addFor(Head request, Peer peer) {
        int start = begin(request, Name.X_FORWARDED_FOR, FOR, peer.text.length);
        request.put(peer.text);
        request.endLine(Name.X_FORWARDED_FOR, start, start + FOR.length - 2, start + FOR.length);
    }

    private static void addForwarded(Head request, Peer peer) {
        int host = request.authorityEnd - request.hostStart;
        int start = begin(request, Name.FORWARDED, FORWARDED, peer.element.length + ELEMENT_HOST.length + host + 1);
        request.put(peer.element);
        if (host > 0) {
            // always quoted, for the port's colon and the brackets; an authority has nothing to escape
            request.put(ELEMENT_HOST);
            request.put(request.hostStart, request.authorityEnd);
            request.put(QUOTE);
        }
        request.endLine(Name.FORWARDED, start, start + FORWARDED.length - 2, start + FORWARDED.length);
    }

    /** Starts a line with what fields of that name list already, which are dropped. Makes room for more and the line's end. */
    private static int begin(Head request, Name name, byte[] nameAndColon, int more) {
        FieldIndex index = request.index;
        int listed = 0;
        for (int field = index.find(name, 0); field >= 0; field = index.find(name, field + 1)) {
            listed += index.valueEnd(field) - index.valueStart(field) + COMMA.length;
        }
        request.room(nameAndColon.length + listed + more + 2);
        int start = request.length;
        request.put(nameAndColon);
        for (int field = index.find(name, 0); field >= 0; field = index.find(name, field + 1)) {
            if (index.valueEnd(field) > index.valueStart(field)) {
                request.put(index.valueStart(field), index.valueEnd(field));
                request.put(COMMA);
            }
            index.drop(field);
        }
        return start;
    }

    private static void addHost(Head request) {
        request.room(HOST.length + request.authorityEnd - request.hostStart + 2);
        int start = request.length;
        request.put(HOST);
        request.put(request.hostStart, request.authorityEnd);
        request.endLine(Name.X_FORWARDED_HOST, start, start + HOST.length - 2, start + HOST.length);
    }

    private static boolean hasSaneId(Head request) {
        FieldIndex index = request.index;
        int field = index.find(Name.X_REQUEST_ID, 0);
        int from = index.valueStart(field);
        int to = index.valueEnd(field);
        if (from == to || to - from > MAX_ID || index.find(Name.X_REQUEST_ID, field + 1) >= 0) {
            return false;
        }
        for (int at = from; at < to; at++) {
            byte b = request.block()[at];
            if (!isAlphanumeric(b) && ID_MARKS.indexOf(b) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAlphanumeric(byte b) {
        return (b >= '0' && b <= '9') || ((b | 0x20) >= 'a' && (b | 0x20) <= 'z');
    }

    /** How often Via names this gateway. */
    private static int passes(Head request) {
        FieldIndex index = request.index;
        byte[] block = request.block();
        int passes = 0;
        for (int field = index.find(Name.VIA, 0); field >= 0; field = index.find(Name.VIA, field + 1)) {
            int to = index.valueEnd(field);
            for (int start = index.valueStart(field), end; start < to; start = end + 1) {
                end = Lists.end(block, start, to);
                int version = Lists.first(block, start, end);
                int last = Lists.last(block, version, end);
                int name = last - PSEUDONYM.length();
                if (name > version
                        && Octets.isSpace(block[name - 1])
                        && Octets.equalsIgnoreCase(block, name, last, PSEUDONYM)) {
                    passes++;
                }
            }
        }
        return passes;
    }
}
