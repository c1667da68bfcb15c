package io.sluice.wire;

import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import io.sluice.config.ListenerConfig;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * How one transport is told what {@link ListenerConfig.Accept} asks for; null: it can't be told that.
 *
 * @param inBatches it accepts several connections before it hands over the first, unless told not to
 * @param reusePort of the server's socket, as the next
 * @param deferAccept in seconds
 * @param keepIdle of each accepted socket, in seconds, as the next
 * @param keepInterval in seconds
 */
record AcceptOptions(
        boolean inBatches,
        @Nullable ChannelOption<Boolean> reusePort,
        @Nullable ChannelOption<Integer> deferAccept,
        @Nullable ChannelOption<Integer> keepIdle,
        @Nullable ChannelOption<Integer> keepInterval,
        @Nullable ChannelOption<Integer> keepProbes) {

    static AcceptOptions epoll() {
        return new AcceptOptions(
                false,
                UnixChannelOption.SO_REUSEPORT,
                EpollChannelOption.TCP_DEFER_ACCEPT,
                EpollChannelOption.TCP_KEEPIDLE,
                EpollChannelOption.TCP_KEEPINTVL,
                EpollChannelOption.TCP_KEEPCNT);
    }

    static AcceptOptions ioUring() {
        return new AcceptOptions(
                false,
                UnixChannelOption.SO_REUSEPORT,
                IoUringChannelOption.TCP_DEFER_ACCEPT,
                IoUringChannelOption.TCP_KEEPIDLE,
                IoUringChannelOption.TCP_KEEPINTVL,
                IoUringChannelOption.TCP_KEEPCNT);
    }

    static AcceptOptions nio() {
        return new AcceptOptions(
                true,
                NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT),
                null,
                NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
                NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT));
    }

    /** There {@code SO_REUSEPORT} lets several bind, but gives all connections to one of them. */
    static AcceptOptions kqueue() {
        return new AcceptOptions(false, null, null, null, null, null);
    }

    /** Keys of the section {@code accept} that are set and mean nothing to a Unix socket. */
    static List<String> ofTcp(ListenerConfig.Accept wanted) {
        List<String> keys = new ArrayList<>();
        if (wanted.reusePort()) {
            keys.add("reusePort");
        }
        if (!wanted.deferAccept().isZero()) {
            keys.add("deferAccept");
        }
        if (wanted.keepAlive() != null) {
            keys.add("keepAlive");
        }
        return keys;
    }

    /** Keys of the section {@code accept} that ask for what this transport does not have. */
    List<String> unknown(ListenerConfig.Accept wanted) {
        List<String> keys = new ArrayList<>();
        if (wanted.reusePort() && reusePort == null) {
            keys.add("reusePort");
        }
        if (!wanted.deferAccept().isZero() && deferAccept == null) {
            keys.add("deferAccept");
        }
        if (wanted.keepAlive() != null && keepIdle == null) {
            keys.add("keepAlive.idle, interval and probes");
        }
        return keys;
    }
}
