package io.sluice.wire;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Takes the place of Netty's epoll handler: keeps registrations as that does, in the same table and in objects with the same fields, and asks the
 * kernel nothing. Registrations are known by a number of their own here, since their handles share a descriptor. On its
 * loop, but for the wake-up.
 */
final class UnaskedKernel implements IoHandler {
    private final IntObjectHashMap<Registration> registrations = new IntObjectHashMap<>(4096);
    private volatile @Nullable Thread waiting;
    private @Nullable ThreadAwareExecutor executor;

    /** Called once, by the loop that is made with it. */
    IoHandler servedBy(ThreadAwareExecutor loop) {
        executor = loop;
        return this;
    }

    @Override
    public void initialize() {
        waiting = Thread.currentThread();
    }

    @Override
    public int run(IoHandlerContext context) {
        if (context.canBlock()) {
            long delay = context.delayNanos(System.nanoTime());
            if (delay < 0) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, delay);
            }
        }
        return 0;
    }

    @Override
    public void wakeup() {
        LockSupport.unpark(waiting);
    }

    @Override
    public IoRegistration register(IoHandle handle) {
        Registration registration = new Registration(executor, handle, this);
        registrations.put(registrations.size(), registration);
        return registration;
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return true;
    }

    private boolean cancel() {
        throw new IllegalStateException("one of " + registrations.size() + " simulated wires is closed");
    }

    /** Four references, as in Netty's. */
    private static final class Registration implements IoRegistration {
        private final @Nullable ThreadAwareExecutor executor;
        private final IoHandle handle;
        private final UnaskedKernel kernel;
        private @Nullable IoOps awaited;

        Registration(@Nullable ThreadAwareExecutor executor, IoHandle handle, UnaskedKernel kernel) {
            this.executor = executor;
            this.handle = handle;
            this.kernel = kernel;
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Netty's signature
        public <T> T attachment() {
            return (T) handle;
        }

        @Override
        public long submit(IoOps ops) {
            awaited = ops;
            return 0;
        }

        @Override
        public boolean isValid() {
            return awaited != null && executor != null;
        }

        @Override
        public boolean cancel() {
            return kernel.cancel();
        }
    }
}
