package io.sluice.h2;

import io.netty.buffer.ByteBuf;
import io.sluice.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * The sending side of a connection: its window, and the streams that have more to send than may leave now, in the order in which they get their
 * turn. A turn is one frame, so that what room there is goes to all alike.
 */
final class Sender {
    private final Wire wire;
    /** Of the connection, as the other end sees it. */
    private int window = H2Limits.DEFAULT_WINDOW;

    private int maxPayload = Frame.MAX_PAYLOAD;
    /** The other end takes extended CONNECT. */
    private boolean connectable;

    private @Nullable H2Stream first;
    private @Nullable H2Stream last;
    /** That streams keep. */
    private int held;

    Sender(Wire wire) {
        this.wire = wire;
    }

    /** Bytes that streams keep since they may not leave. */
    int held() {
        return held;
    }

    void holds(int more) {
        held += more;
    }

    int maxPayload() {
        return maxPayload;
    }

    void maxPayload(int bytes) {
        maxPayload = bytes;
    }

    /** As the other end says. */
    boolean isConnectable() {
        return connectable;
    }

    /** It may be said, but not taken back (RFC 8441 section 3). */
    @Nullable
    ErrorCode connectable(boolean now) {
        boolean before = connectable;
        connectable = now;
        return before && !now ? ErrorCode.PROTOCOL_ERROR : null;
    }

    /** The other end takes so many bytes more; false if that is more than a window can be. */
    boolean open(int increment) {
        long opened = (long) window + increment;
        window = (int) Math.min(opened, Integer.MAX_VALUE);
        return opened <= Integer.MAX_VALUE;
    }

    /**
     * Sends as much as windows and wire take now, and returns how much that is.
     *
     * @param ends the stream ends behind these bytes
     */
    int send(H2Stream stream, ByteBuf bytes, int from, int length, boolean ends) {
        int allowed = Math.min(length, Math.min(stream.window(), window));
        if (first != null || allowed <= 0 || !wire.isWritable()) {
            return 0;
        }
        write(stream, bytes, from, allowed, ends && allowed == length);
        return allowed;
    }

    private void write(H2Stream stream, ByteBuf bytes, int from, int length, boolean ends) {
        int at = from;
        for (int left = length; left > 0; ) {
            int part = Math.min(left, maxPayload);
            left -= part;
            Frame.header(
                    wire.out(Frame.HEADER), part, Frame.DATA, ends && left == 0 ? Frame.END_STREAM : 0, stream.id());
            wire.write(bytes, at, part);
            at += part;
        }
        window -= length;
        stream.took(length, wire.loop().nanoTime());
    }

    /** A stream has something to send and a window for it: it gets its turn. */
    void want(H2Stream stream) {
        if (stream.queued) {
            return;
        }
        stream.queued = true;
        stream.next = null;
        if (last == null) {
            first = stream;
        } else {
            last.next = stream;
        }
        last = stream;
    }

    /** Gives turns for as long as there is room. */
    void flush() {
        for (H2Stream stream; (stream = first) != null && window > 0 && wire.isWritable(); ) {
            first = stream.next;
            if (first == null) {
                last = null;
            }
            stream.next = null;
            stream.queued = false;
            stream.turn(this);
        }
    }

    /** The turn of a stream: one frame out of what it keeps. Returns how many bytes that took. */
    int turn(H2Stream stream, ByteBuf kept, boolean ends) {
        int length = Math.min(Math.min(kept.readableBytes(), maxPayload), Math.min(stream.window(), window));
        if (length > 0) {
            write(stream, kept, kept.readerIndex(), length, ends && length == kept.readableBytes());
            held -= length;
        }
        return Math.max(length, 0);
    }

    /** It is closed. */
    void forget(H2Stream closed) {
        if (!closed.queued) {
            return;
        }
        H2Stream before = null;
        for (H2Stream at = first; at != null; before = at, at = at.next) {
            if (at.id() == closed.id()) {
                if (before == null) {
                    first = at.next;
                } else {
                    before.next = at.next;
                }
                if (at.next == null) {
                    last = before;
                }
                break;
            }
        }
        closed.queued = false;
        closed.next = null;
    }
}
