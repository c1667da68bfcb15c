package io.sluice.bench.program;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The head of one message after the other, put together from the pieces in which it comes. At most 64 KiB. */
final class Head {
    private static final int MOST = 64 * 1024;
    private static final byte[] NOTHING = {};
    private byte[] piece = NOTHING;

    /**
     * Takes bytes up to the end of the head.
     *
     * @return the head in lower case, start line included; empty if its end has not come yet
     */
    String read(ByteBuffer in) throws IOException {
        int before = piece.length;
        byte[] block = new byte[before + in.remaining()];
        System.arraycopy(piece, 0, block, 0, before);
        in.get(in.position(), block, before, in.remaining());
        int end = endOf(block, Math.max(0, before - 3));
        if (end < 0) {
            if (block.length > MOST) {
                throw new IOException("a head of more than " + MOST + " bytes");
            }
            in.position(in.limit());
            piece = block;
            return "";
        }
        in.position(in.position() + end - before);
        piece = NOTHING;
        return new String(block, 0, end, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    /** Whether a piece of a head has come. */
    boolean hasBegun() {
        return piece.length > 0;
    }

    private static int endOf(byte[] block, int from) {
        for (int i = from; i + 3 < block.length; i++) {
            if (block[i] == '\r' && block[i + 1] == '\n' && block[i + 2] == '\r' && block[i + 3] == '\n') {
                return i + 4;
            }
        }
        return -1;
    }
}
