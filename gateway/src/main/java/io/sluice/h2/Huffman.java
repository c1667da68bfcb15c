package io.sluice.h2;

import java.util.Arrays;

/**
 * The Huffman code of RFC 7541 appendix B. It is canonical: codes follow from their lengths. Decoding takes four bits a step, from a
 * table of what to do at each inner node of the tree.
 */
final class Huffman {
    private static final int SYMBOLS = 256;
    private static final int NODES = 256;
    private static final int NIBBLES = 16;
    private static final int MAX_LENGTH = 30;

    /** Bits of the code of each byte; the end-of-string symbol has 30. In runs: how many, of what length. */
    private static final int[] RUNS = {
        1, 13, 1, 23, 7, 28, 1, 24, 1, 30, 2, 28, 1, 30, 8, 28, 1, 30, 9, 28, 1, 6, 2, 10, 1, 12, 1, 13, 1, 6, 1, 8, 1,
        11, 2, 10, 1, 8, 1, 11, 1, 8, 3, 6, 3, 5, 7, 6, 1, 7, 1, 8, 1, 15, 1, 6, 1, 12, 1, 10, 1, 13, 1, 6, 22, 7, 1, 8,
        1, 7, 1, 8, 1, 13, 1, 19, 1, 13, 1, 14, 1, 6, 1, 15, 1, 5, 1, 6, 1, 5, 1, 6, 1, 5, 3, 6, 1, 5, 2, 7, 3, 6, 1, 5,
        1, 6, 1, 7, 1, 6, 2, 5, 1, 6, 5, 7, 1, 15, 1, 11, 1, 14, 1, 13, 1, 28, 1, 20, 1, 22, 2, 20, 3, 22, 1, 23, 1, 22,
        5, 23, 1, 24, 1, 23, 2, 24, 1, 22, 1, 23, 1, 24, 4, 23, 1, 21, 1, 22, 1, 23, 1, 22, 2, 23, 1, 24, 1, 22, 1, 21,
        1, 20, 2, 22, 2, 23, 1, 21, 1, 23, 2, 22, 1, 24, 1, 21, 1, 22, 2, 23, 2, 21, 1, 22, 1, 21, 1, 23, 1, 22, 2, 23,
        1, 20, 3, 22, 1, 23, 2, 22, 1, 23, 2, 26, 1, 20, 1, 19, 1, 22, 1, 23, 1, 22, 1, 25, 3, 26, 2, 27, 1, 26, 1, 24,
        1, 25, 1, 19, 1, 21, 1, 26, 2, 27, 1, 26, 1, 27, 1, 24, 2, 21, 2, 26, 1, 28, 3, 27, 1, 20, 1, 24, 1, 20, 1, 21,
        1, 22, 2, 21, 1, 23, 2, 22, 2, 25, 2, 24, 1, 26, 1, 23, 1, 26, 1, 27, 2, 26, 5, 27, 1, 28, 5, 27, 1, 26
    };

    private static final byte[] LENGTHS = lengths();
    private static final int[] CODES = codes();

    private static final int EMITS = 1 << 16;
    private static final int FAILS = 1 << 17;
    /** Next node in bits 0 to 7, symbol in bits 8 to 15, and what to do. */
    private static final int[] STEPS = new int[NODES * NIBBLES];
    /** Nodes at which a string may end: fewer than eight bits into a code, all of them 1. */
    private static final boolean[] ENDS = new boolean[NODES];

    static {
        buildSteps(tree());
    }

    private Huffman() {}

    /** No more bytes than this come out of so many. */
    static int mostDecoded(int length) {
        return (int) (length * 8L / 5);
    }

    /** Decodes; returns the number of bytes, -1 if it is no proper code (RFC 7541 section 5.2). There is room for {@link #mostDecoded}. */
    static int decode(byte[] in, int from, int to, byte[] out, int start) {
        int node = 0;
        int at = start;
        for (int i = from; i < to; i++) {
            int step = STEPS[(node << 4) | ((in[i] >>> 4) & 0xf)];
            if ((step & EMITS) != 0) {
                out[at++] = (byte) (step >>> 8);
            }
            int second = STEPS[((step & 0xff) << 4) | (in[i] & 0xf)];
            if (((step | second) & FAILS) != 0) {
                return -1;
            }
            if ((second & EMITS) != 0) {
                out[at++] = (byte) (second >>> 8);
            }
            node = second & 0xff;
        }
        return ENDS[node] ? at - start : -1;
    }

    /** Bytes that the code of these needs. */
    static int encodedLength(byte[] in, int from, int to) {
        long bits = 0;
        for (int i = from; i < to; i++) {
            bits += LENGTHS[in[i] & 0xff];
        }
        return (int) ((bits + 7) >>> 3);
    }

    /** Encodes to {@code start}; there is room. */
    static void encode(byte[] in, int from, int to, byte[] out, int start) {
        int at = start;
        long held = 0;
        int bits = 0;
        for (int i = from; i < to; i++) {
            int symbol = in[i] & 0xff;
            held = (held << LENGTHS[symbol]) | CODES[symbol];
            bits += LENGTHS[symbol];
            while (bits >= 8) {
                bits -= 8;
                out[at++] = (byte) (held >>> bits);
            }
        }
        if (bits > 0) {
            out[at] = (byte) ((held << (8 - bits)) | (0xff >>> bits));
        }
    }

    private static byte[] lengths() {
        byte[] lengths = new byte[SYMBOLS + 1];
        int symbol = 0;
        for (int run = 0; run < RUNS.length; run += 2) {
            Arrays.fill(lengths, symbol, symbol + RUNS[run], (byte) RUNS[run + 1]);
            symbol += RUNS[run];
        }
        lengths[SYMBOLS] = MAX_LENGTH;
        return lengths;
    }

    private static int[] codes() {
        int[] codes = new int[SYMBOLS + 1];
        int code = 0;
        for (int length = 1; length <= MAX_LENGTH; length++) {
            for (int symbol = 0; symbol <= SYMBOLS; symbol++) {
                if (LENGTHS[symbol] == length) {
                    codes[symbol] = code++;
                }
            }
            code <<= 1;
        }
        return codes;
    }

    /** Children of each inner node, for 0 and for 1: a node, or the complement of a symbol. Node 0 is the root, and no child. */
    private static int[][] tree() {
        int[][] children = new int[NODES][2];
        int nodes = 1;
        for (int symbol = 0; symbol <= SYMBOLS; symbol++) {
            int node = 0;
            for (int bit = LENGTHS[symbol] - 1; bit >= 0; bit--) {
                int way = (CODES[symbol] >>> bit) & 1;
                if (bit == 0) {
                    children[node][way] = ~symbol;
                } else {
                    if (children[node][way] == 0) {
                        children[node][way] = nodes++;
                    }
                    node = children[node][way];
                }
            }
        }
        return children;
    }

    private static void buildSteps(int[][] children) {
        int ones = 0;
        for (int depth = 0; depth < 8; depth++) {
            ENDS[ones] = true;
            ones = children[ones][1];
        }
        for (int node = 0; node < NODES; node++) {
            for (int nibble = 0; nibble < NIBBLES; nibble++) {
                STEPS[(node << 4) | nibble] = step(children, node, nibble);
            }
        }
    }

    private static int step(int[][] children, int from, int nibble) {
        int node = from;
        int done = 0;
        for (int bit = 3; bit >= 0; bit--) {
            int child = children[node][(nibble >>> bit) & 1];
            if (child == ~SYMBOLS) {
                return FAILS;
            }
            if (child < 0) {
                done = EMITS | (~child << 8);
                node = 0;
            } else {
                node = child;
            }
        }
        return done | node;
    }
}
