package io.sluice.h2;

import io.sluice.wire.ObjectSize;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the fields of one direction of one connection (RFC 7541). A field goes into the table when it comes for the second time in a short
 * while, so that what changes with each message pushes nothing out; what is sensitive never does. The table is small, and there is
 * none before something came twice. It can be thrown away between two blocks: {@link #forget}.
 */
final class HpackEncoder {
    /** Octets of the table, at most. */
    static final int TABLE_SIZE = 1024;
    /** A field of which name and value are longer than that stays out of the table. */
    private static final int MAX_ENTRY = 256;

    private static final int MAX_ENTRIES = TABLE_SIZE / 32;
    private static final int SEEN = 16;
    private static final int INDEXED = 0x80;
    private static final int ADDED = 0x40;
    private static final int UPDATE = 0x20;
    private static final int NEVER = 0x10;

    private final DynamicTable table = new DynamicTable(TABLE_SIZE);
    /** Of the entries, a ring in which the newest is at {@link #newest}; null while there is none. */
    private int @Nullable [] hashes;

    /** Hashes of fields that came lately and are not in the table. */
    private int @Nullable [] seen;

    private int newest;
    /** The other end is to be told: the smallest size since the last block. */
    private int smallest;

    private boolean changed;
    private long allowed = DynamicTable.DEFAULT_SIZE;

    /** The other end's table is of that size, it says; no more than {@link #TABLE_SIZE} of it is used. A smaller one is acknowledged by an update. */
    void limit(long octets) {
        int size = (int) Math.min(octets, TABLE_SIZE);
        if (octets < allowed || size != table.max()) {
            smallest = changed ? Math.min(smallest, size) : size;
            changed = true;
            table.max(size);
        }
        allowed = octets;
    }

    /** What it has learned weighs in the heap, in bytes. */
    int heldBytes() {
        return table.heldBytes() + heldBytes(hashes) + heldBytes(seen);
    }

    private static int heldBytes(int @Nullable [] held) {
        return held == null ? 0 : ObjectSize.ofArray(held.length, Integer.BYTES);
    }

    /** Gives the memory back; the other end is told with the next block. */
    void forget() {
        seen = null;
        if (hashes != null) {
            hashes = null;
            int size = table.max();
            table.max(0);
            table.max(size);
            changed = true;
            smallest = 0;
        }
    }

    /** Begins a block. */
    void begin(Block out) {
        if (changed) {
            changed = false;
            if (smallest < table.max()) {
                integer(out, UPDATE, 5, smallest);
            }
            integer(out, UPDATE, 5, table.max());
        }
    }

    /** As {@link #begin}, for a block that is there already. */
    void beginAround(Block encoded) {
        if (changed) {
            byte[] fields = encoded.copy();
            encoded.length = 0;
            begin(encoded);
            encoded.put(fields, 0, fields.length);
        }
    }

    /** A field that stands in the static table. */
    static void indexed(Block out, int index) {
        integer(out, INDEXED, 7, index);
    }

    /**
     * A field.
     *
     * @param names in lower case
     * @param nameHash of the name
     */
    void field(
            Block out,
            byte[] names,
            int name,
            int nameLength,
            int nameHash,
            byte[] values,
            int value,
            int valueLength,
            boolean sensitive) {
        int known = StaticTable.find(names, name, name + nameLength, nameHash);
        if (sensitive || nameLength + valueLength > MAX_ENTRY || table.max() == 0) {
            literal(out, sensitive ? NEVER : 0, known, names, name, nameLength, values, value, valueLength);
            return;
        }
        int hash = Hash.of(nameHash, Hash.of(values, value, value + valueLength));
        int entry = find(hash, names, name, nameLength, values, value, valueLength);
        if (entry >= 0) {
            integer(out, INDEXED, 7, StaticTable.SIZE + 1 + entry);
        } else if (cameBefore(hash) && table.fits(nameLength, valueLength)) {
            literal(out, ADDED, known, names, name, nameLength, values, value, valueLength);
            add(hash, names, name, nameLength, values, value, valueLength);
        } else {
            literal(out, 0, known, names, name, nameLength, values, value, valueLength);
        }
    }

    private int find(int hash, byte[] names, int name, int nameLength, byte[] values, int value, int valueLength) {
        int[] of = hashes;
        for (int entry = 0; of != null && entry < table.count(); entry++) {
            if (of[(newest - entry) & (MAX_ENTRIES - 1)] == hash
                    && table.is(entry, names, name, nameLength, values, value, valueLength)) {
                return entry;
            }
        }
        return -1;
    }

    private boolean cameBefore(int hash) {
        int[] lately = seen;
        if (lately == null) {
            lately = new int[SEEN];
            seen = lately;
        }
        int place = hash & (SEEN - 1);
        boolean came = lately[place] == hash;
        lately[place] = hash;
        return came;
    }

    private void add(int hash, byte[] names, int name, int nameLength, byte[] values, int value, int valueLength) {
        int[] of = hashes;
        if (of == null) {
            of = new int[MAX_ENTRIES];
            hashes = of;
        }
        table.add(names, name, nameLength, values, value, valueLength);
        newest = (newest + 1) & (MAX_ENTRIES - 1);
        of[newest] = hash;
    }

    /** A field that no table need know: it means the same wherever it stands. */
    static void literal(
            Block out,
            int kind,
            int known,
            byte[] names,
            int name,
            int nameLength,
            byte[] values,
            int value,
            int valueLength) {
        integer(out, kind, kind == ADDED ? 6 : 4, known);
        // Huffman's code pays where it is sent once for many times
        if (known == 0) {
            string(out, names, name, nameLength, kind == ADDED);
        }
        string(out, values, value, valueLength, kind == ADDED);
    }

    private static void string(Block out, byte[] from, int start, int length, boolean coded) {
        if (coded) {
            int shorter = Huffman.encodedLength(from, start, start + length);
            if (shorter < length) {
                integer(out, INDEXED, 7, shorter);
                out.room(shorter);
                Huffman.encode(from, start, start + length, out.bytes, out.length);
                out.length += shorter;
                return;
            }
        }
        integer(out, 0, 7, length);
        out.put(from, start, length);
    }

    /** RFC 7541 section 5.1. */
    private static void integer(Block out, int flags, int prefix, int number) {
        out.room(6);
        int mask = (1 << prefix) - 1;
        if (number < mask) {
            out.bytes[out.length++] = (byte) (flags | number);
            return;
        }
        out.bytes[out.length++] = (byte) (flags | mask);
        int rest = number - mask;
        for (; rest >= 0x80; rest >>>= 7) {
            out.bytes[out.length++] = (byte) (rest | 0x80);
        }
        out.bytes[out.length++] = (byte) rest;
    }
}
