package io.sluice.bench;

/**
 * What a proxy must have room for. Sluice needs no setting for it.
 *
 * @param connections at once, of clients and to the backend; nginx must have room for them in each worker
 * @param headBytes longest head of a request
 * @param keepPercent HAProxy keeps unused upstream connections up to this share of its descriptors in use; 5 to 100
 */
record Room(int connections, int headBytes, int keepPercent) {
    /** HAProxy's own. */
    static final int KEEP_PERCENT = 25;

    private static final int BLOCK = 8 * 1024;

    /** Enough for some thousand connections with heads as browsers send them. */
    static final Room USUAL = new Room(8192, BLOCK, KEEP_PERCENT);

    Room keeping(int percent) {
        return new Room(connections, headBytes, percent);
    }

    /** nginx keeps a long head in blocks of 8 KiB and has four as it comes; the end of a block may stay unused. */
    int nginxHeadBlocks() {
        return Math.max(4, 2 * headBytes / BLOCK);
    }

    /** HAProxy keeps a head in one buffer of 16 KiB as it comes, a part of which is reserved. */
    int haproxyBuffer() {
        return Math.max(2 * BLOCK, headBytes + BLOCK);
    }
}
