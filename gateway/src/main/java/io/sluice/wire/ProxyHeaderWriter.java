package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import io.sluice.config.Network;
import io.sluice.config.UpstreamConfig.ProxyProtocol;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Writes the headers that {@link ProxyHeader} reads. Any thread. */
public final class ProxyHeaderWriter {
    /** The most bytes of one. */
    public static final int ROOM = ProxyHeader.LONGEST_LINE;

    private static final byte[] UNKNOWN = "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII);
    /** Of IPv4 addresses in IPv6. */
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

    private static final int STREAM = 0x1;

    private ProxyHeaderWriter() {}

    /**
     * The connection is one client's.
     *
     * @param source where he is
     * @param destination where he has connected to; addresses of two families are both written as IPv6
     */
    public static void proxied(
            ProxyProtocol version, InetSocketAddress source, InetSocketAddress destination, ByteBuf out) {
        boolean unknown = isUnknown(source) || isUnknown(destination);
        boolean ipv4 = source.getAddress() instanceof Inet4Address && destination.getAddress() instanceof Inet4Address;
        switch (version) {
            case V1 -> {
                if (unknown) {
                    out.writeBytes(UNKNOWN);
                } else {
                    line(source, destination, ipv4, out);
                }
            }
            case V2 -> {
                if (unknown) {
                    start(ProxyHeader.PROXY, ProxyHeader.NO_FAMILY, 0, out);
                } else {
                    binary(source, destination, ipv4, out);
                }
            }
        }
    }

    /** The connection is the gateway's own. */
    public static void local(ProxyProtocol version, ByteBuf out) {
        switch (version) {
            case V1 -> out.writeBytes(UNKNOWN);
            case V2 -> start(ProxyHeader.LOCAL, ProxyHeader.NO_FAMILY, 0, out);
        }
    }

    private static boolean isUnknown(InetSocketAddress end) {
        return end.getAddress().equals(Network.UNIX_CLIENT);
    }

    private static void line(InetSocketAddress source, InetSocketAddress destination, boolean ipv4, ByteBuf out) {
        String text = "PROXY " + (ipv4 ? "TCP4 " : "TCP6 ") + text(source, ipv4) + " " + text(destination, ipv4) + " "
                + source.getPort() + " " + destination.getPort() + "\r\n";
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
    }

    private static String text(InetSocketAddress end, boolean ipv4) {
        InetAddress address = end.getAddress();
        String text = NetUtil.toAddressString(address);
        return address instanceof Inet4Address && !ipv4 ? "::ffff:" + text : text;
    }

    private static void binary(InetSocketAddress source, InetSocketAddress destination, boolean ipv4, ByteBuf out) {
        if (ipv4) {
            start(ProxyHeader.PROXY, ProxyHeader.INET << 4 | STREAM, ProxyHeader.INET_BYTES, out);
        } else {
            start(ProxyHeader.PROXY, ProxyHeader.INET6 << 4 | STREAM, ProxyHeader.INET6_BYTES, out);
        }
        address(source, ipv4, out);
        address(destination, ipv4, out);
        out.writeShort(source.getPort());
        out.writeShort(destination.getPort());
    }

    private static void address(InetSocketAddress end, boolean ipv4, ByteBuf out) {
        InetAddress address = end.getAddress();
        if (address instanceof Inet4Address && !ipv4) {
            out.writeBytes(MAPPED);
        }
        out.writeBytes(address.getAddress());
    }

    private static void start(int command, int protocol, int length, ByteBuf out) {
        out.writeBytes(ProxyHeader.SIGNATURE);
        out.writeByte(command);
        out.writeByte(protocol);
        out.writeShort(length);
    }
}
