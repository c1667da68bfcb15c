package io.sluice.policy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All addresses of one kind as one line, cut into pieces that are served or not. Addresses are numbers of 128 bits without sign. Immutable. */
final class AddressLine {
    /** Where each piece begins, in order; the first is address 0. */
    private final long[] high;

    private final long[] low;
    private final boolean[] served;

    /**
     * @param blocks may lie inside each other, and the innermost one counts
     * @param others whether what lies in none is served
     */
    AddressLine(List<Block> blocks, boolean others) {
        List<Piece> pieces = pieces(blocks.stream().sorted(Block.OUTER_FIRST).toList(), others);
        high = pieces.stream().mapToLong(Piece::high).toArray();
        low = pieces.stream().mapToLong(Piece::low).toArray();
        served = new boolean[pieces.size()];
        for (int i = 0; i < served.length; i++) {
            served[i] = pieces.get(i).served();
        }
    }

    boolean serves(long upper, long lower) {
        int from = 0;
        int to = high.length - 1;
        while (from < to) {
            int middle = (from + to + 1) >>> 1;
            if (compare(high[middle], low[middle], upper, lower) <= 0) {
                from = middle;
            } else {
                to = middle - 1;
            }
        }
        return served[from];
    }

    private static int compare(long high, long low, long otherHigh, long otherLow) {
        int upper = Long.compareUnsigned(high, otherHigh);
        return upper != 0 ? upper : Long.compareUnsigned(low, otherLow);
    }

    /** From one address to the next piece. */
    private record Piece(long high, long low, boolean served) {}

    /**
     * A network: its first and last address.
     *
     * @param bits of such addresses
     */
    record Block(int bits, long high, long low, long lastHigh, long lastLow, boolean served) {
        /** By first address; of those that begin alike the larger one first. */
        static final Comparator<Block> OUTER_FIRST = (one, other) -> {
            int first = compare(one.high, one.low, other.high, other.low);
            return first != 0 ? first : compare(other.lastHigh, other.lastLow, one.lastHigh, one.lastLow);
        };

        /** @param open bits at the end that may be anything */
        static Block of(long high, long low, int bits, int open, boolean served) {
            return new Block(bits, high, low, high | ones(open - Long.SIZE), low | ones(open), served);
        }

        private static long ones(int count) {
            if (count <= 0) {
                return 0;
            }
            return count >= Long.SIZE ? -1 : (1L << count) - 1;
        }

        boolean endsBefore(Block next) {
            return compare(lastHigh, lastLow, next.high, next.low) < 0;
        }
    }

    /** Networks lie inside each other or apart, so those that are open at an address are a stack. */
    private static List<Piece> pieces(List<Block> blocks, boolean others) {
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece(0, 0, others));
        Deque<Block> open = new ArrayDeque<>();
        for (Block block : blocks) {
            close(open, block, pieces, others);
            begin(pieces, block.high, block.low, block.served);
            open.push(block);
        }
        close(open, null, pieces, others);
        return pieces;
    }

    /** Ends those that lie before the next one, or all: behind each its surroundings go on. */
    private static void close(Deque<Block> open, @Nullable Block next, List<Piece> pieces, boolean others) {
        while (!open.isEmpty() && (next == null || open.element().endsBefore(next))) {
            Block ended = open.pop();
            boolean around = open.isEmpty() ? others : open.element().served;
            if (ended.lastLow != -1) {
                begin(pieces, ended.lastHigh, ended.lastLow + 1, around);
            } else if (ended.lastHigh != -1) {
                begin(pieces, ended.lastHigh + 1, 0, around);
            }
        }
    }

    private static void begin(List<Piece> pieces, long high, long low, boolean served) {
        Piece last = pieces.getLast();
        if (last.high == high && last.low == low) {
            pieces.removeLast();
        }
        pieces.add(new Piece(high, low, served));
    }
}
