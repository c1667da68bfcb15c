package io.sluice.route;

import java.util.Arrays;
import java.util.List;

/**
 * Numbers a fixed set of byte strings from 0 and finds the number of a range of bytes again, by open addressing at most
 * half full: no object is made. Immutable.
 */
final class ByteIndex {
    static final ByteIndex EMPTY = new ByteIndex(List.of(), new int[0]);
    static final int NONE = -1;

    private final byte[][] keys;
    /** Hash in the upper half, number + 1 in the lower one; 0: free. One array, so that a miss costs one cache line. */
    private final long[] slots;

    /** @param hashes of the keys, each made by {@link #step} over its bytes, in whatever order they are read later */
    ByteIndex(List<byte[]> distinctKeys, int[] hashes) {
        keys = distinctKeys.toArray(byte[][]::new);
        slots = new long[Math.max(1, Integer.highestOneBit(keys.length) << 2)];
        for (int number = 0; number < keys.length; number++) {
            int hash = hashes[number];
            int slot = slotOf(hash);
            while (slots[slot] != 0) {
                slot = slot + 1 & slots.length - 1;
            }
            slots[slot] = (long) hash << 32 | number + 1;
        }
    }

    /** The hash after one more byte; the first step starts from 0. */
    static int step(int hash, int b) {
        return hash * 31 + b;
    }

    /** ASCII letters in lower case, all else as it is. */
    static int lower(byte b) {
        return b >= 'A' && b <= 'Z' ? b + 32 : b;
    }

    boolean isEmpty() {
        return keys.length == 0;
    }

    /** The number of the key that equals the range; NONE if there is none. */
    int find(byte[] block, int from, int to, int hash) {
        for (int slot = slotOf(hash); slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
            if ((int) (slots[slot] >>> 32) == hash) {
                int number = (int) slots[slot] - 1;
                byte[] key = keys[number];
                if (Arrays.equals(key, 0, key.length, block, from, to)) {
                    return number;
                }
            }
        }
        return NONE;
    }

    /** As {@link #find} for keys in lower case and a range in any. */
    int findIgnoringCase(byte[] block, int from, int to, int hash) {
        for (int slot = slotOf(hash); slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
            if ((int) (slots[slot] >>> 32) == hash) {
                int number = (int) slots[slot] - 1;
                if (equalsIgnoringCase(keys[number], block, from, to)) {
                    return number;
                }
            }
        }
        return NONE;
    }

    static boolean equalsIgnoringCase(byte[] lowerCase, byte[] block, int from, int to) {
        if (lowerCase.length != to - from) {
            return false;
        }
        for (int i = 0; i < lowerCase.length; i++) {
            if (lowerCase[i] != lower(block[from + i])) {
                return false;
            }
        }
        return true;
    }

    private int slotOf(int hash) {
        int mixed = (hash ^ hash >>> 15) * 0x2C1B3C6D;
        return (mixed ^ mixed >>> 13) & slots.length - 1;
    }
}
