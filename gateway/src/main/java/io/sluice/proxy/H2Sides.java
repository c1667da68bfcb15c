package io.sluice.proxy;

import io.sluice.h2.H2Stream;
import io.sluice.http.Head;
import io.sluice.wire.Loop;
import java.util.ArrayDeque;

/** As {@link Exchanges}, those of HTTP/2. */
final class H2Sides {
    private static final int KEPT = 128;

    private final Loop loop;
    private final Proxy proxy;
    private final ArrayDeque<H2ClientSide> over = new ArrayDeque<>(KEPT);

    H2Sides(Loop loop, Proxy proxy) {
        this.loop = loop;
        this.proxy = proxy;
    }

    /** As {@link H2ClientSide#start}. */
    H2ClientSide start(H2ClientConnection client, H2Stream stream, Head head, boolean parsed) {
        H2ClientSide side = over.peekFirst();
        if (side == null || side.exchange().endedAt == loop.nanoTime()) {
            side = new H2ClientSide(client, proxy, this);
        } else {
            over.removeFirst();
        }
        stream.tell(side);
        side.start(client, stream, head, parsed);
        return side;
    }

    /** Its exchange has finished, and its stream is closed. */
    void over(H2ClientSide side) {
        if (over.size() < KEPT && side.exchange().isReusable()) {
            over.addLast(side);
        }
    }
}
