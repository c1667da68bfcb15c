package io.sluice.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.wire.Loop;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An exchange as the tests play it: leases, sends, and writes down all it is told, one line each: {@code leased},
 * {@code refused CAUSE}, {@code interim 103}, {@code head 200 5}, {@code body hello}, {@code end}, {@code end name=value}
 * for trailers, {@code failed CAUSE}, {@code failed CAUSE stale}, {@code writable}.
 */
final class Attempt implements Lease, ResponseSink {
    private static final int SECONDS = 15;

    final Pool pool;
    final Loop loop;
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    volatile @Nullable UpstreamSide connection;
    private volatile Runnable onLeased = () -> {};
    private volatile Runnable onHead = () -> {};
    private volatile Runnable onBody = () -> {};
    private volatile Runnable onEnd = () -> {};

    Attempt(Pool pool, Loop loop) {
        this.pool = pool;
        this.loop = loop;
    }

    Attempt onLeased(Runnable action) {
        onLeased = action;
        return this;
    }

    Attempt onHead(Runnable action) {
        onHead = action;
        return this;
    }

    Attempt onBody(Runnable action) {
        onBody = action;
        return this;
    }

    Attempt onEnd(Runnable action) {
        onEnd = action;
        return this;
    }

    // ---- what a test does

    Attempt lease() {
        return on(() -> pool.lease(loop, this));
    }

    Attempt leaseFresh() {
        return on(() -> pool.leaseFresh(loop, this));
    }

    Attempt cancelLease() {
        return on(() -> pool.cancel(loop, this));
    }

    Attempt get(String target) {
        return send(Messages.get(target), 0, false);
    }

    Attempt send(Head head, long body, boolean upgrade) {
        return on(() -> connection().send(this, head, body, upgrade));
    }

    Attempt body(String text) {
        return on(() -> {
            ByteBuf bytes = Unpooled.wrappedBuffer(text.getBytes(ISO_8859_1));
            connection().body(bytes, 0, bytes.readableBytes());
        });
    }

    Attempt finish() {
        return on(() -> connection().end(null));
    }

    Attempt cancel() {
        return on(() -> connection().cancel());
    }

    UpstreamSide connection() {
        UpstreamSide leased = connection;
        if (leased == null) {
            throw new AssertionError("not leased");
        }
        return leased;
    }

    /** Runs it on the loop and waits for it. */
    Attempt on(Runnable action) {
        Tasks.run(loop, action);
        return this;
    }

    /** The next line. */
    String next() {
        try {
            String line = events.poll(SECONDS, TimeUnit.SECONDS);
            return line == null ? "nothing" : line;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The lines up to and with the last one of a lease or an attempt, joined by a comma; body pieces joined to one. */
    String outcome() {
        StringBuilder all = new StringBuilder();
        boolean body = false;
        while (true) {
            String line = next();
            if (line.startsWith("body ")) {
                all.append(body ? line.substring(5) : ", " + line);
                body = true;
                continue;
            }
            body = false;
            all.append(", ").append(line);
            if (line.startsWith("end")
                    || line.startsWith("failed")
                    || line.startsWith("refused")
                    || line.equals("nothing")) {
                return all.substring(2);
            }
        }
    }

    /** Whether anything was told that no test has read. */
    boolean isQuiet() {
        return events.isEmpty();
    }

    // ---- what it is told

    @Override
    public void leased(UpstreamSide leased) {
        check();
        connection = leased;
        events.add("leased");
        onLeased.run();
    }

    @Override
    public void leftOut() {
        // waits on
    }

    @Override
    public void refused(Failure failure) {
        check();
        events.add("refused " + failure);
    }

    @Override
    public void interim(Head head) {
        check();
        events.add("interim " + head.status());
    }

    @Override
    public void head(Head head, long body) {
        check();
        events.add("head " + head.status() + " " + body);
        onHead.run();
    }

    @Override
    public void body(ByteBuf bytes, int from, int length) {
        check();
        events.add("body " + bytes.toString(from, length, ISO_8859_1));
        onBody.run();
    }

    @Override
    public void end(@Nullable Head trailers) {
        check();
        StringBuilder line = new StringBuilder("end");
        for (int field = 0; trailers != null && field < trailers.fields(); field++) {
            if (!trailers.dropped(field)) {
                line.append(' ').append(trailers.nameText(field)).append('=').append(trailers.value(field));
            }
        }
        events.add(line.toString());
        onEnd.run();
    }

    @Override
    public void failed(Failure failure, Progress progress) {
        check();
        boolean stale = progress == Progress.UNANSWERED && connection().isReused();
        boolean unprocessed = progress == Progress.UNPROCESSED;
        events.add("failed " + failure + (stale ? " stale" : unprocessed ? " unprocessed" : ""));
    }

    @Override
    public void writable() {
        check();
        events.add("writable");
    }

    private void check() {
        if (!loop.isCurrent()) {
            events.add("WRONG LOOP");
        }
    }

    /** Tasks on a loop, waited for. */
    static final class Tasks {
        private Tasks() {}

        static void run(Loop loop, Runnable action) {
            if (loop.isCurrent()) {
                action.run();
                return;
            }
            CountDownLatch done = new CountDownLatch(1);
            Throwable[] thrown = new Throwable[1];
            loop.execute(() -> {
                try {
                    action.run();
                } catch (Throwable failure) {
                    thrown[0] = failure;
                } finally {
                    done.countDown();
                }
            });
            try {
                if (!done.await(SECONDS, TimeUnit.SECONDS)) {
                    throw new AssertionError("the loop does not run its tasks");
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            if (thrown[0] instanceof RuntimeException failure) {
                throw failure;
            } else if (thrown[0] != null) {
                throw new AssertionError(thrown[0]);
            }
        }
    }
}
