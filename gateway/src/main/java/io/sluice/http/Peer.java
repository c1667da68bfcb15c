package io.sluice.http;

import io.netty.util.NetUtil;
import io.sluice.config.Network;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a client connection, as the forwarding fields name it: made when a connection's first request comes,
 * so that nothing is formatted per request. About 300 bytes; a parked connection need not hold it. Used by the thread of
 * its connection.
 */
public final class Peer {
    private static final byte[] HTTP = Head.ascii("X-Forwarded-Proto: http\r\n");
    private static final byte[] HTTPS = Head.ascii("X-Forwarded-Proto: https\r\n");

    private final InetSocketAddress remote;
    private final boolean secure;
    /** As in X-Forwarded-For. */
    final byte[] text;
    /** A Forwarded element, without host. */
    final byte[] element;

    private @Nullable ForwardedFields judge;
    private boolean trusted;

    /** An address as logs and the API have it; {@code unix} for a client of a Unix socket. */
    public static String text(InetAddress address) {
        return address.equals(Network.UNIX_CLIENT) ? Network.UNIX.toString() : NetUtil.toAddressString(address);
    }

    private Peer(InetSocketAddress remote, boolean secure) {
        this.remote = remote;
        this.secure = secure;
        InetAddress address = remote.getAddress();
        // RFC 7239 section 6.2, and what others write into X-Forwarded-For too
        boolean unknown = address.equals(Network.UNIX_CLIENT);
        String plain = unknown ? "unknown" : NetUtil.toAddressString(address);
        String node = address instanceof Inet6Address && !unknown ? "\"[" + plain + "]\"" : plain;
        text = Head.ascii(plain);
        element = Head.ascii("for=" + node + ";proto=" + (secure ? "https" : "http"));
    }

    /**
     * The peer of a connection.
     *
     * @param remote resolved
     * @param secure the client speaks TLS with the gateway
     */
    public static Peer of(InetSocketAddress remote, boolean secure) {
        return new Peer(remote, secure);
    }

    public InetAddress address() {
        return remote.getAddress();
    }

    /** The address and its port; 0 where there is none, on a Unix socket. */
    public InetSocketAddress remote() {
        return remote;
    }

    /** It speaks TLS with the gateway. */
    boolean isSecure() {
        return secure;
    }

    /** The X-Forwarded-Proto line. */
    byte[] protoLine() {
        return secure ? HTTPS : HTTP;
    }

    /** Asks once for each set of trusted networks, since a connection outlives many requests and few reloads. */
    boolean isTrustedBy(ForwardedFields fields) {
        if (judge != fields) {
            judge = fields;
            trusted = fields.trusts(address());
        }
        return trusted;
    }
}
