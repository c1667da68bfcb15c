package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;

/**
 * The sending side of an {@link EpollWire} for as long as it has something to do: the bytes that are gathered during an
 * event, those that the kernel did not take, the relay behind them, and the end that is to follow. A wire takes one from its
 * loop when it is first written to and gives it back when everything is sent. What is due is done once, when the event
 * ends: {@link #settle}.
 */
final class Output {
    /** In the loop's list of what is to be settled. */
    boolean marked;
    /** It waits for the other events of the round. */
    private boolean putOff;
    /** The kernel takes no more for now: the wire waits for EPOLLOUT. */
    boolean blocked;
    /** FIN follows the last byte. */
    boolean ends;
    /** The close of the socket follows the last byte. */
    boolean closes;

    /** Sends what it holds after the last byte, and more when there is more. */
    @Nullable
    Relay relay;

    private final Unsent unsent = new Unsent();
    private final Backlog backlog = new Backlog();

    /** Where to append; room for at least so many bytes. */
    ByteBuf tail(SendBuffers buffers, int room) {
        return unsent.tail(buffers, room);
    }

    /** As {@link Wire#write}. */
    void append(SendBuffers buffers, ByteBuf lent, int from, int length) {
        unsent.append(buffers, lent, from, length, blocked);
    }

    /** Takes a buffer over, behind all that is there. */
    void add(SendBuffers buffers, ByteBuf bytes) {
        unsent.add(buffers, bytes);
    }

    /** That wait. */
    int bytes() {
        Relay behind = relay;
        return unsent.bytes() + (behind == null ? 0 : behind.held());
    }

    /** As {@link Backlog#isFull(int, int, boolean, Backlogs)}. */
    boolean isFull(int bound, Loop loop) {
        return backlog.isFull(bytes(), bound, isHoldingUp(), loop.backlogs());
    }

    /** A relay takes in nothing until the peer takes something. */
    private boolean isHoldingUp() {
        return relay != null && blocked;
    }

    /** As {@link Unsettled#putsOff}. */
    boolean putsOff() {
        putOff = isLittle(0);
        return putOff;
    }

    private boolean isLittle(int more) {
        return !blocked && !ends && !closes && relay == null && unsent.isLittle(more);
    }

    /** It was put off, and with so many more bytes it is to leave with the present event. */
    boolean becomesMuch(int more) {
        boolean hurries = putOff && !isLittle(more);
        putOff &= !hurries;
        return hurries;
    }

    /** Nothing is left to be done, nor told. */
    private boolean isDone() {
        return !marked && !blocked && relay == null && bytes() == 0 && !backlog.isFull();
    }

    // ---- when an event ends

    /** Sends, does what follows the last byte, and tells what is to be told. */
    void settle(EpollWire wire) {
        putOff = false;
        boolean offered = !blocked && !wire.outputFailed;
        if (offered) {
            try {
                send(wire);
            } catch (IOException refused) {
                wire.outputFailed = true;
                if (!wire.upstream) {
                    wire.closeNow(refused);
                    return;
                }
            }
        }
        if (wire.outputFailed) {
            drop(wire);
            return;
        }
        if (bytes() == 0) {
            end(wire);
        } else if (blocked && offered) {
            // it is told at once if there is room by now
            wire.await(Readiness.READ_AND_WRITE);
        }
        if (wire.isSending(this)) {
            tell(wire);
        }
    }

    /** The endpoint takes no more bytes: what it has sent before is still read. */
    private void drop(EpollWire wire) {
        boolean closing = closes;
        wire.give();
        if (closing) {
            wire.closeNow(null);
        } else {
            wire.closeIfDead();
        }
    }

    private void tell(EpollWire wire) {
        account(wire);
        if (backlog.hasDrained(bytes(), isHoldingUp())) {
            wire.tellWritable();
        }
        if (wire.isSending(this) && relay != null) {
            relay.settled();
        }
        if (wire.isSending(this) && isDone()) {
            wire.give();
        }
    }

    /**
     * Hands as much as possible to the kernel; what is left then has it {@link #blocked}.
     *
     * @throws IOException if the peer takes no more, ever
     */
    private void send(EpollWire wire) throws IOException {
        Loop loop = wire.loop();
        int before = bytes();
        blocked = unsent.send(wire, loop.sendBuffers());
        if (!blocked && relay != null) {
            blocked = relay.send();
        }
        if (blocked) {
            unsent.keep(loop.sendBuffers());
            if (bytes() < before || backlog.takenAt == 0) {
                loop.backlogs().taken(backlog);
            }
        }
    }

    /** Everything has been sent. */
    private void end(EpollWire wire) {
        if (closes) {
            wire.closeNow(null);
        } else if (ends) {
            ends = false;
            try {
                wire.shutdown(false, true);
            } catch (IOException | NotYetConnectedException e) {
                // the latter is how Netty tells that the peer has reset it
                wire.closeNow(e);
            }
        }
    }

    // ---- a peer that is slow

    /** How long the peer has taken nothing of what waits. */
    long stalledNanos(long now) {
        return blocked ? backlog.stalledNanos(now) : 0;
    }

    /** What a client has not taken counts, once more than little waits for it or something waits with it. */
    void account(EpollWire wire) {
        if (blocked && !wire.upstream && isMuch()) {
            wire.loop().backlogs().update(backlog, wire, bytes());
        } else if (backlog.wire != null) {
            wire.loop().backlogs().remove(backlog);
        }
    }

    private boolean isMuch() {
        return bytes() > Backlogs.FREE || backlog.isFull() || relay != null;
    }

    /**
     * Whether what a relay has still to bring may wait here at once: the peer takes nothing now. If it is only for want of room, room
     * is asked for.
     */
    boolean takesRest(long left, int bound, Loop loop) {
        if (!blocked || left + bytes() > bound) {
            return false;
        }
        long more = left + bytes() - Backlogs.FREE - backlog.over;
        if (more > 0 && !backlog.granted && !loop.backlogs().hasRoom(more)) {
            loop.backlogs().want(backlog, (int) more);
            return false;
        }
        backlog.wanted = 0;
        backlog.granted = false;
        return true;
    }

    /** Throws away what was not sent; ready for another wire. */
    void clear(SendBuffers buffers) {
        Relay cut = relay;
        if (cut != null) {
            relay = null;
            cut.end();
        }
        unsent.clear(buffers);
        marked = false;
        putOff = false;
        backlog.clear();
        blocked = false;
        ends = false;
        closes = false;
    }
}
