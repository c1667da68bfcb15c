package io.sluice.testing;

import java.util.concurrent.CompletableFuture;

/** Work beside the test, each on a virtual thread of its own. */
public final class Aside {
    private Aside() {}

    /** What may fail. */
    public interface Work {
        void run() throws Exception;
    }

    /** Starts it; the result tells when it has ended, or how it failed. */
    public static CompletableFuture<Void> start(Work work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                work.run();
                done.complete(null);
            } catch (Throwable failed) {
                done.completeExceptionally(failed);
            }
        });
        return done;
    }
}
