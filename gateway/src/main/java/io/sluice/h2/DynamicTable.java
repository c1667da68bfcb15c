package io.sluice.h2;

import io.sluice.wire.ObjectSize;
import java.util.Arrays;

/**
 * The dynamic table of one direction (RFC 7541 section 2.3.2): names and values in one array, the oldest first, and where they
 * stand. It holds no memory before the first entry, and then as much as its entries need.
 */
final class DynamicTable {
    /** What every end may use until it is told otherwise. */
    static final int DEFAULT_SIZE = 4096;
    /** That an entry counts besides its bytes (RFC 7541 section 4.1). */
    private static final int ENTRY_BYTES = 32;

    private static final int FIRST_BYTES = 256;
    private static final int FIRST_ENTRIES = 8;
    /** What one without entries weighs in the heap, in bytes. */
    static final int OWN_BYTES = ObjectSize.of(2, 6 * Integer.BYTES);

    private static final byte[] NO_BYTES = {};
    private static final long[] NO_ENTRIES = {};

    private byte[] bytes = NO_BYTES;
    /** A ring: position in bits 32 to 63, length of the name in 16 to 31, of the value in 0 to 15. */
    private long[] entries = NO_ENTRIES;

    private int newest;
    private int count;
    private int size;
    private int max;
    /** Positions count on for ever: the position of the first byte of the array, and of the first free one. */
    private int base;

    private int end;

    DynamicTable(int max) {
        this.max = max;
    }

    int count() {
        return count;
    }

    /** The bytes of all names and values. Another array after {@link #add}. */
    byte[] bytes() {
        return bytes;
    }

    /** Where the name begins, in {@link #bytes}, of an entry counted from the newest, which is 0. */
    int name(int entry) {
        return (int) (at(entry) >>> 32) - base;
    }

    int nameLength(int entry) {
        return (int) (at(entry) >>> 16) & 0xffff;
    }

    int value(int entry) {
        return name(entry) + nameLength(entry);
    }

    int valueLength(int entry) {
        return (int) at(entry) & 0xffff;
    }

    private long at(int entry) {
        return entries[(newest - entry) & (entries.length - 1)];
    }

    /** What its entries weigh in the heap, in bytes. */
    int heldBytes() {
        return ObjectSize.ofArray(bytes.length, 1) + ObjectSize.ofArray(entries.length, Long.BYTES);
    }

    /** In octets, as RFC 7541 counts. */
    int max() {
        return max;
    }

    void max(int octets) {
        max = octets;
        evict(0);
        if (count == 0) {
            clear();
        }
    }

    /** Gives all memory back. */
    void clear() {
        count = 0;
        size = 0;
        base = end;
        bytes = NO_BYTES;
        entries = NO_ENTRIES;
    }

    /** It would stay. */
    boolean fits(int nameLength, int valueLength) {
        return nameLength + valueLength + ENTRY_BYTES <= max;
    }

    /**
     * Makes room by dropping the oldest, and adds, if it fits at all. Name and value must not stand in {@link #bytes}.
     *
     * @return whether it was added
     */
    boolean add(byte[] names, int name, int nameLength, byte[] values, int value, int valueLength) {
        int length = nameLength + valueLength;
        boolean fits = fits(nameLength, valueLength);
        evict(fits ? length + ENTRY_BYTES : max);
        if (!fits) {
            return false;
        }
        room(length);
        if (count == entries.length) {
            grow();
        }
        int at = end - base;
        System.arraycopy(names, name, bytes, at, nameLength);
        System.arraycopy(values, value, bytes, at + nameLength, valueLength);
        newest = (newest + 1) & (entries.length - 1);
        entries[newest] = ((long) end << 32) | ((long) nameLength << 16) | valueLength;
        end += length;
        count++;
        size += length + ENTRY_BYTES;
        return true;
    }

    private void evict(int needed) {
        while (count > 0 && size + needed > max) {
            count--;
            size -= nameLength(count) + valueLength(count) + ENTRY_BYTES;
        }
    }

    /** Makes room for so many bytes behind the last entry. */
    private void room(int length) {
        if (end - base + length <= bytes.length) {
            return;
        }
        int first = count == 0 ? end - base : name(count - 1);
        int live = end - base - first;
        byte[] to = bytes;
        if (live + length > bytes.length) {
            to = new byte[Math.max(FIRST_BYTES, Integer.highestOneBit(live + length - 1) << 1)];
        }
        System.arraycopy(bytes, first, to, 0, live);
        bytes = to;
        base += first;
    }

    private void grow() {
        long[] more = new long[Math.max(FIRST_ENTRIES, 2 * entries.length)];
        for (int entry = 0; entry < count; entry++) {
            more[count - 1 - entry] = at(entry);
        }
        entries = more;
        newest = (count - 1) & (more.length - 1);
    }

    /** Whether an entry is that field. */
    boolean is(int entry, byte[] names, int name, int nameLength, byte[] values, int value, int valueLength) {
        return nameLength(entry) == nameLength
                && valueLength(entry) == valueLength
                && Arrays.equals(bytes, name(entry), name(entry) + nameLength, names, name, name + nameLength)
                && Arrays.equals(bytes, value(entry), value(entry) + valueLength, values, value, value + valueLength);
    }
}
