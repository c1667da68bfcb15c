package io.sluice.testing;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Many bytes sent by a thread of its own, to see whether they are held back. It counts as stalled when not a byte more
 * was taken for half a second: a slow machine can only make it look stalled early, never late.
 */
public final class Flood {
    private static final long STALLED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final AtomicLong sent = new AtomicLong();
    private final CompletableFuture<Void> done;

    private Flood(RawPeer to, byte[] piece, long pieces) {
        done = Aside.start(() -> send(to, piece, pieces));
    }

    /** Starts to send the piece that many times. */
    public static Flood into(RawPeer to, byte[] piece, long pieces) {
        return new Flood(to, piece, pieces);
    }

    private void send(RawPeer to, byte[] piece, long pieces) throws IOException {
        for (long i = 0; i < pieces; i++) {
            to.send(piece);
            sent.addAndGet(piece.length);
        }
    }

    /** Waits until the sender is held back, and returns the bytes that were taken from it; fails if all were. */
    public long awaitStalled() throws InterruptedException {
        long taken = awaitDoneOrStalled();
        if (done.isDone()) {
            throw new AssertionError("nobody held the sender back: " + sent + " bytes, " + done);
        }
        return taken;
    }

    /** Waits until all was taken or the sender is held back, and returns the bytes that were taken from it. */
    public long awaitDoneOrStalled() throws InterruptedException {
        long last = -1;
        long since = System.nanoTime();
        while (!done.isDone() && System.nanoTime() - since < STALLED_NANOS) {
            if (sent.get() != last) {
                last = sent.get();
                since = System.nanoTime();
            }
            Thread.sleep(5);
        }
        return sent.get();
    }

    /** Waits until all was taken. */
    public void awaitDone() throws Exception {
        done.get(60, TimeUnit.SECONDS);
    }
}
