package io.sluice.policy;

import java.security.SecureRandom;

/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012): a number for a text of any length, under a secret of its own, so that nobody outside can
 * choose texts that have the same. Immutable, any thread.
 */
final class SipHash {
    private final long k0;
    private final long k1;

    SipHash(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    static SipHash random() {
        SecureRandom random = new SecureRandom();
        return new SipHash(random.nextLong(), random.nextLong());
    }

    /** Of the bytes in [from, to). */
    long hash(byte[] bytes, int from, int to) {
        State state = new State(k0, k1);
        int at = from;
        for (; to - at >= Long.BYTES; at += Long.BYTES) {
            state.take(word(bytes, at, at + Long.BYTES));
        }
        state.take(word(bytes, at, to) | (long) (to - from) << (Long.SIZE - Byte.SIZE));
        return state.end();
    }

    /** Little end first. */
    private static long word(byte[] bytes, int from, int to) {
        long word = 0;
        for (int i = to - 1; i >= from; i--) {
            word = word << Byte.SIZE | (bytes[i] & 0xFF);
        }
        return word;
    }

    /** Never leaves the method that makes it, so it is no garbage once that is compiled. */
    private static final class State {
        private long v0;
        private long v1;
        private long v2;
        private long v3;

        State(long k0, long k1) {
            v0 = k0 ^ 0x736F_6D65_7073_6575L;
            v1 = k1 ^ 0x646F_7261_6E64_6F6DL;
            v2 = k0 ^ 0x6C79_6765_6E65_7261L;
            v3 = k1 ^ 0x7465_6462_7974_6573L;
        }

        void take(long word) {
            v3 ^= word;
            rounds(2);
            v0 ^= word;
        }

        long end() {
            v2 ^= 0xFF;
            rounds(4);
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void rounds(int count) {
            for (int i = 0; i < count; i++) {
                v0 += v1;
                v2 += v3;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v1;
                v0 += v3;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 = Long.rotateLeft(v2, 32);
            }
        }
    }
}
