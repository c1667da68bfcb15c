package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.sluice.config.Network;
import io.sluice.tls.Secured;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One socket on one loop, as its connection sees it. All methods are called on {@link #loop}, but for {@link #loop}
 * itself.
 *
 * <p>Nothing is flushed by hand: what was written leaves in one piece at the end of the read event that caused it, or,
 * outside of one, in a task of the loop right after the present one. Nobody closes a wire but its connection; after
 * {@link WireEvents#closed} all methods do nothing.
 */
public interface Wire {
    /** Stands for both ends of a Unix socket, which have no such addresses. */
    InetSocketAddress UNIX = new InetSocketAddress(Network.UNIX_CLIENT, 0);

    /** The loop that this wire is on now. */
    Loop loop();

    /** Where to append bytes to be sent; at least {@code room} bytes can be written. Valid until the caller returns to the loop. */
    ByteBuf out(int room);

    /** Sends [from, from+length) of a buffer that the caller was lent: small ranges are copied, large ones retained. */
    void write(ByteBuf lent, int from, int length);

    /** False while more than 64 KiB wait to be sent; {@link WireEvents#writable} tells when it ends. */
    boolean isWritable();

    /**
     * As {@link #isWritable}, of a client's wire for which as many bytes may wait as the bound says, as long as its loop has room
     * for them ({@link Loops#responseMemory}): false while more wait, or more than 64 KiB without room.
     */
    boolean isWritable(int bound);

    /** All that was written has been handed to the kernel. */
    boolean allSent();

    /**
     * For how long the peer has taken nothing of what waits for it, in nanoseconds; 0 if nothing waits. Where a wire cannot
     * know, since it was never far behind, {@link Long#MAX_VALUE}.
     */
    long stalledNanos();

    /** Stops reading: the kernel's buffer fills and the peer has to wait. A reset is still noticed (on NIO: with the next write, or when reading goes on). */
    void pause();

    void resume();

    /**
     * Passes the next {@code length} bytes that come on to another wire, behind what was written to it, without showing
     * them: {@link WireEvents#relayed} tells how many have gone, and until they all have {@link WireEvents#read} is not called
     * and nothing is to be written to the other wire. Input is read only while that one is not blocked. The relay is over
     * before its time when either wire is closed, when input ends, or when the other wire is blocked and the rest may wait there:
     * that is then read as ever, so that this wire is free for others.
     *
     * @param bound so many bytes may wait on the other wire, as in {@link #isWritable(int)}
     * @return false if it can't, or it is not worth it: then they are read as ever
     */
    default boolean relay(Wire to, long length, int bound) {
        return false;
    }

    /** As {@link #tell}, by a connection that is succeeded by one of another protocol: who stands before it ({@link WireEvents#succeededBy}) stays. */
    void handTo(WireEvents other);

    /** Half-close: sends FIN after what was written. */
    void shutdownOutput();

    /** Sends what was written, then closes. A peer that takes nothing does not hinder it for longer than the caller's deadline: then {@link #abort}. */
    void close();

    /** Closes at once; what was not sent is lost. */
    void abort();

    /** Whether the socket is open (it may be half-closed). */
    boolean isOpen();

    /** What was agreed upon by ALPN when TLS was set up ("h2", "http/1.1"); null: nothing, or there is no TLS. */
    default @Nullable String protocol() {
        return null;
    }

    /** Whether one side can end and the other go on. With TLS the end of input is the end of both. */
    default boolean halfCloses() {
        return true;
    }

    /** What TLS has settled with a client; null: there is no TLS. */
    default @Nullable Secured secured() {
        return null;
    }

    /** Acknowledges at once what has come, if the system had put that off: for a peer that waits for it with what it sends next. */
    default void acknowledge() {}

    /** From now on somebody else is told what happens. Also from within {@link WireEvents#read}: what is left of the bytes is then the caller's to pass on. */
    void tell(WireEvents other);

    /** A number that few other open wires have; the same for as long as it is open, and after. */
    int key();

    /** {@link #UNIX} on a Unix socket. */
    InetSocketAddress peer();

    InetSocketAddress local();

    /** It is connected to itself. Both ends of a Unix socket have the same name, and are two. */
    default boolean isToItself() {
        InetSocketAddress peer = peer();
        return peer.equals(local()) && !peer.equals(UNIX);
    }

    /**
     * Moves an idle wire ({@link #allSent}, not closing) to another loop, where {@link Loops#movesWires}. From now on the caller must not touch it;
     * {@code arrived} runs on the target loop. What happens meanwhile is told there, after {@code arrived}; bytes that come
     * before the wire has left its loop close it.
     */
    void move(Loop target, Runnable arrived);
}
