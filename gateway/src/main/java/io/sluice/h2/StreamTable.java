package io.sluice.h2;

import io.sluice.wire.ObjectSize;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The streams of a connection that are not closed, by id: open addressing. Holds no memory without streams, once {@link #trim}med. */
final class StreamTable {
    private static final int FIRST_SLOTS = 8;
    private static final @Nullable H2Stream[] NONE = {};

    /** A power of two, never more than half full. */
    private @Nullable H2Stream[] slots = NONE;

    private int count;

    int count() {
        return count;
    }

    @Nullable
    H2Stream find(int id) {
        if (count == 0) {
            return null;
        }
        for (int slot = slot(id); ; slot = next(slot)) {
            H2Stream stream = slots[slot];
            if (stream == null || stream.id() == id) {
                return stream;
            }
        }
    }

    void add(H2Stream stream) {
        if (2 * (count + 1) > slots.length) {
            grow();
        }
        count++;
        place(stream);
    }

    private void place(H2Stream stream) {
        int slot = slot(stream.id());
        while (slots[slot] != null) {
            slot = next(slot);
        }
        slots[slot] = stream;
    }

    private void grow() {
        @Nullable H2Stream[] before = slots;
        slots = new @Nullable H2Stream[Math.max(FIRST_SLOTS, 2 * before.length)];
        for (H2Stream stream : before) {
            if (stream != null) {
                place(stream);
            }
        }
    }

    void remove(int id) {
        int hole = slot(id);
        for (H2Stream at; (at = slots[hole]) != null && at.id() != id; ) {
            hole = next(hole);
        }
        if (slots[hole] == null) {
            return;
        }
        count--;
        // those behind it move up, unless they would stand before their own place
        int slot = next(hole);
        for (H2Stream stream; (stream = slots[slot]) != null; slot = next(slot)) {
            int home = slot(stream.id());
            if (((slot - home) & (slots.length - 1)) >= ((slot - hole) & (slots.length - 1))) {
                slots[hole] = stream;
                hole = slot;
            }
        }
        slots[hole] = null;
    }

    /** Shows all; {@code action} may close any of them, and open none. */
    void forEach(Consumer<H2Stream> action) {
        if (count > 0) {
            for (H2Stream stream : slots.clone()) {
                if (stream != null) {
                    action.accept(stream);
                }
            }
        }
    }

    /** What its places weigh in the heap, in bytes. */
    int heldBytes() {
        return ObjectSize.ofArray(slots.length, ObjectSize.ofReference());
    }

    /** Shows who is told of each. */
    void forEachOwner(Consumer<StreamEvents> action) {
        forEach(stream -> {
            StreamEvents events = stream.events();
            if (events != null) {
                action.accept(events);
            }
        });
    }

    /** The windows of all change; false if one is more than it can be. */
    boolean open(int change, Sender sender) {
        boolean[] right = {true};
        forEach(stream -> right[0] &= stream.open(change, sender));
        return right[0];
    }

    /** Resets those of which nothing could be sent for so long; returns how many. */
    int resetStalled(long nanos, boolean tunnels) {
        int[] reset = new int[1];
        forEach(stream -> {
            stream.endPatience(nanos);
            if (stream.stalledNanos() >= nanos && !stream.isClosed() && (tunnels || !stream.declared.isTunnel())) {
                reset[0]++;
                stream.reset(ErrorCode.CANCEL);
            }
        });
        return reset[0];
    }

    /** Gives the memory back, if there are no streams. */
    void trim() {
        if (count == 0) {
            slots = NONE;
        }
    }

    private int slot(int id) {
        return (id >>> 1) & (slots.length - 1);
    }

    private int next(int slot) {
        return (slot + 1) & (slots.length - 1);
    }
}
