package io.netty.channel.epoll;

import io.netty.channel.Channel;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Keeps the set of events that an epoll channel waits for out of two traps of Netty 4.2.18. It is in this package since
 * nothing public changes that set. All methods do nothing for other channels; on the channel's loop.
 *
 * <p>A channel whose set became empty is taken out of epoll, and its registration does not remember that: the next event
 * that it wants fails with ENOENT, and the channel is closed. So a peer that has half-closed could not be sent more than
 * its socket takes at once, and a paused one could not be resumed. Edge triggering counts as an event there and is none by
 * itself, so it keeps the set from becoming empty; and it tells an error once, where a level would be told for ever.
 *
 * <p>At an EPOLLRDHUP all that is in the socket is read at once, paused or not: megabytes, and that for each response that
 * ends with its connection and whose client is slow. Without it a FIN is found by reading, in its turn.
 */
public final class EpollInterest {
    /** {@code TCP_CLOSE} of the kernel's tcp_states.h. */
    private static final int TCP_CLOSE = 7;

    private EpollInterest() {}

    /** Reading has begun, for the first time on this loop. */
    public static void begin(Channel channel) {
        if (channel instanceof AbstractEpollStreamChannel epoll && epoll.isActive()) {
            epoll.unsafe().beginRead();
            try {
                epoll.clearFlag(Native.EPOLLRDHUP);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Before reading is stopped, or when the peer sends no more. */
    public static void keep(Channel channel) {
        if (channel instanceof AbstractEpollStreamChannel epoll && epoll.isActive()) {
            try {
                epoll.setFlag(Native.EPOLLET);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Whether the connection is gone. Asked when bytes are read though reading was stopped: an error makes the channel read,
     * and what the kernel still holds comes before the error itself, which edge triggering does not tell again.
     */
    public static boolean isGone(Channel channel) {
        return channel instanceof EpollSocketChannel epoll
                && epoll.isActive()
                && epoll.tcpInfo().state() == TCP_CLOSE;
    }

    /** After reading was started again. */
    public static void release(Channel channel) {
        if (channel instanceof AbstractEpollStreamChannel epoll && epoll.isActive()) {
            try {
                epoll.clearFlag(Native.EPOLLET);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
