package io.sluice.h2;

import io.sluice.http.FieldSection;

/**
 * Decodes field blocks (RFC 7541). One a loop: what a connection keeps is its table. Strict: an index that is not there, a number that
 * is cut off or too large, a string that is no proper Huffman code, and a size update that is too large, not at the beginning
 * or the third are errors, after which the connection is lost.
 */
final class HpackDecoder {
    /** Of a number; more than any length or index that can be meant. */
    private static final int MAX_INTEGER = 1 << 24;
    /** At the beginning of a block: the smallest size since the last one, and the present one (RFC 7541 section 4.2). */
    private static final int MAX_UPDATES = 2;

    private byte[] in = {};
    private int at;
    private int end;

    /** Strings that are not as they came, and names out of a dynamic table. */
    private byte[] scratch = {};

    private int scratchEnd;

    // the string that was read last
    private byte[] text = {};
    private int textAt;
    private int textLength;

    // the name that was read last
    private byte[] names = {};
    private int name;
    private int nameLength;

    /**
     * Decodes one whole block.
     *
     * @param limit what the table may be set to
     * @return false if it is none: a connection error COMPRESSION_ERROR
     */
    boolean decode(byte[] block, int from, int to, DynamicTable table, int limit, FieldSection into) {
        in = block;
        at = from;
        end = to;
        int needed = Huffman.mostDecoded(to - from) + DynamicTable.DEFAULT_SIZE;
        if (scratch.length < needed) {
            scratch = new byte[needed];
        }
        int updates = 0;
        boolean begun = false;
        while (at < end) {
            int first = in[at];
            boolean right;
            if (first < 0) {
                right = indexed(table, into);
            } else if ((first & 0x40) != 0) {
                right = literal(6, true, false, table, into);
            } else if ((first & 0x20) == 0) {
                right = literal(4, false, (first & 0x10) != 0, table, into);
            } else {
                int size = integer(5);
                right = !begun && ++updates <= MAX_UPDATES && size >= 0 && size <= limit;
                if (right) {
                    table.max(size);
                }
                if (!right) {
                    return false;
                }
                continue;
            }
            if (!right) {
                return false;
            }
            begun = true;
        }
        return true;
    }

    private boolean indexed(DynamicTable table, FieldSection into) {
        int index = integer(7);
        if (index <= 0) {
            return false;
        }
        if (index <= StaticTable.SIZE) {
            byte[] known = StaticTable.name(index);
            byte[] value = StaticTable.value(index);
            into.field(known, 0, known.length, value, 0, value.length, false);
            return true;
        }
        int entry = index - StaticTable.SIZE - 1;
        if (entry >= table.count()) {
            return false;
        }
        byte[] bytes = table.bytes();
        into.field(
                bytes,
                table.name(entry),
                table.nameLength(entry),
                bytes,
                table.value(entry),
                table.valueLength(entry),
                false);
        return true;
    }

    private boolean literal(int prefix, boolean added, boolean sensitive, DynamicTable table, FieldSection into) {
        scratchEnd = 0;
        int index = integer(prefix);
        if (index < 0 || !(index == 0 ? string() : known(index, table))) {
            return false;
        }
        names = text;
        name = textAt;
        nameLength = textLength;
        if (!string()) {
            return false;
        }
        into.field(names, name, nameLength, text, textAt, textLength, sensitive);
        if (added) {
            table.add(names, name, nameLength, text, textAt, textLength);
        }
        return true;
    }

    /** A name from the tables. */
    private boolean known(int index, DynamicTable table) {
        if (index <= StaticTable.SIZE) {
            text = StaticTable.name(index);
            textAt = 0;
            textLength = text.length;
            return true;
        }
        int entry = index - StaticTable.SIZE - 1;
        if (entry >= table.count()) {
            return false;
        }
        // the entry may have to go for the one that refers to it
        textLength = table.nameLength(entry);
        System.arraycopy(table.bytes(), table.name(entry), scratch, scratchEnd, textLength);
        text = scratch;
        textAt = scratchEnd;
        scratchEnd += textLength;
        return true;
    }

    private boolean string() {
        if (at == end) {
            return false;
        }
        boolean coded = in[at] < 0;
        int length = integer(7);
        if (length < 0 || length > end - at) {
            return false;
        }
        if (coded) {
            int decoded = Huffman.decode(in, at, at + length, scratch, scratchEnd);
            if (decoded < 0) {
                return false;
            }
            text = scratch;
            textAt = scratchEnd;
            textLength = decoded;
            scratchEnd += decoded;
        } else {
            text = in;
            textAt = at;
            textLength = length;
        }
        at += length;
        return true;
    }

    /** RFC 7541 section 5.1; -1 if it is cut off or too large. */
    private int integer(int prefix) {
        int mask = (1 << prefix) - 1;
        int number = in[at++] & mask;
        if (number < mask) {
            return number;
        }
        for (int shift = 0; shift < 28 && at < end; shift += 7) {
            byte next = in[at++];
            number += (next & 0x7f) << shift;
            if (next >= 0) {
                return number > MAX_INTEGER ? -1 : number;
            }
            if (number > MAX_INTEGER) {
                return -1;
            }
        }
        return -1;
    }
}
