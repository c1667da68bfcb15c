package io.sluice.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.sluice.testing.Await;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One wire of a relay, and what it was told. */
final class RelayEnd implements WireEvents {
    private static final int SECONDS = 10;

    final Wire wire;
    final AtomicLong relayed = new AtomicLong();
    final Queue<String> pieces = new ConcurrentLinkedQueue<>();
    final CountDownLatch inputEnded = new CountDownLatch(1);
    final CompletableFuture<String> closed = new CompletableFuture<>();
    /** Gets what is read here, if it is not to be looked at. */
    volatile @Nullable Wire target;

    final AtomicLong passedOn = new AtomicLong();

    RelayEnd(Wire wire) {
        this.wire = wire;
    }

    @Override
    public void read(ByteBuf bytes) {
        Wire to = target;
        if (to != null) {
            passedOn.addAndGet(bytes.readableBytes());
            to.write(bytes, bytes.readerIndex(), bytes.readableBytes());
        } else if (bytes.isReadable()) {
            pieces.add(bytes.toString(US_ASCII));
        }
    }

    @Override
    public void relayed(int count, ByteBuf behind) {
        relayed.addAndGet(count);
        read(behind);
    }

    @Override
    public void inputEnded() {
        inputEnded.countDown();
    }

    @Override
    public void writable() {}

    @Override
    public void closed(@Nullable Throwable cause) {
        closed.complete(cause == null ? "orderly" : cause.toString());
    }

    /** What was shown to it. */
    String read() {
        return String.join("", pieces);
    }

    /** What a call on the loop returns. */
    boolean ask(BooleanSupplier question) throws Exception {
        return CompletableFuture.supplyAsync(question::getAsBoolean, wire.loop()::execute)
                .get(SECONDS, TimeUnit.SECONDS);
    }

    boolean relay(RelayEnd to, long length) throws Exception {
        return ask(() -> wire.relay(to.wire, length, 0));
    }

    void awaitRelayed(long count) throws InterruptedException {
        Await.until(() -> "relayed " + relayed + " of " + count, () -> relayed.get() == count);
    }

    void awaitClosed() throws Exception {
        closed.get(SECONDS, TimeUnit.SECONDS);
    }
}
