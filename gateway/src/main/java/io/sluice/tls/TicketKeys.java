package io.sluice.tls;

import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys that the session tickets of some contexts are encrypted with (RFC 5077 section 4). After a while there is a new
 * one, and the one before is still accepted for as long; both are only ever in memory. They change when somebody connects:
 * there is no timer. Any thread.
 */
public final class TicketKeys {
    private final long rotationNanos;
    private final SecureRandom random = new SecureRandom();
    private final List<OpenSslSessionContext> contexts = new ArrayList<>();
    private OpenSslSessionTicketKey current;
    private @Nullable OpenSslSessionTicketKey previous;
    private volatile long madeAt;

    /** @param rotation positive */
    public TicketKeys(Duration rotation) {
        this.rotationNanos = rotation.toNanos();
        this.current = key();
        this.madeAt = System.nanoTime();
    }

    private OpenSslSessionTicketKey key() {
        return new OpenSslSessionTicketKey(
                bytes(OpenSslSessionTicketKey.NAME_SIZE),
                bytes(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
                bytes(OpenSslSessionTicketKey.AES_KEY_SIZE));
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    synchronized void join(OpenSslSessionContext context) {
        contexts.add(context);
        give(context);
    }

    /** Before the context is given back. */
    synchronized void leave(OpenSslSessionContext context) {
        contexts.remove(context);
    }

    private void give(OpenSslSessionContext context) {
        if (previous == null) {
            context.setTicketKeys(current);
        } else {
            context.setTicketKeys(current, previous);
        }
    }

    /** Somebody connects at that {@link System#nanoTime}. */
    void connected(long now) {
        if (now - madeAt >= rotationNanos) {
            rotate(now);
        }
    }

    private synchronized void rotate(long now) {
        long age = now - madeAt;
        if (age >= rotationNanos) {
            // twice as old: nobody came for so long that a ticket of it is over
            previous = age / 2 >= rotationNanos ? null : current;
            current = key();
            madeAt = now;
            contexts.forEach(this::give);
        }
    }
}
