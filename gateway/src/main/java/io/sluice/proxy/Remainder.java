package io.sluice.proxy;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What some client connections have still to get rid of: the rest of a body that nobody wants, or all that comes before the client closes. */
final class Remainder {
    /** How long a lingering connection waits for more bytes or the client's close, */
    static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** and how long in all. */
    private static final long LINGER_MAX_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Still to come before the next request. */
    private long unwanted;
    /** When lingering is over at the latest. */
    private final long lingerEnd;

    private Remainder(long unwanted, long lingerEnd) {
        this.unwanted = unwanted;
        this.lingerEnd = lingerEnd;
    }

    /** So many bytes, which the next request follows. */
    static Remainder unwanted(long bytes) {
        return new Remainder(bytes, 0);
    }

    /** All, from now on. */
    static Remainder lingering(long now) {
        return new Remainder(0, now + LINGER_MAX_NANOS);
    }

    /** Skips what is unwanted; returns what is left of it, or null. */
    @Nullable
    Remainder skip(ByteBuf bytes) {
        int skipped = (int) Math.min(unwanted, bytes.readableBytes());
        bytes.skipBytes(skipped);
        unwanted -= skipped;
        return unwanted == 0 ? null : this;
    }

    /** More may come. */
    boolean lingers(long now) {
        return now - lingerEnd < 0;
    }
}
