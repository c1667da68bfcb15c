package io.sluice.proxy;

import io.sluice.http.Head;
import io.sluice.wire.Loop;
import java.util.ArrayDeque;

/**
 * The exchanges of HTTP/1.1 of one loop that are over, to be used again, so that a request leaves no garbage. One that is over is
 * not used for another request during the same event, in which its methods may still be under way.
 */
final class Exchanges {
    private static final int KEPT = 32;

    private final Loop loop;
    private final Proxy proxy;
    private final ArrayDeque<H1ClientSide> over = new ArrayDeque<>(KEPT);

    Exchanges(Loop loop, Proxy proxy) {
        this.loop = loop;
        this.proxy = proxy;
    }

    /** As {@link Exchange#start}. */
    H1ClientSide start(ClientConnection client, Head head, boolean parsed) {
        H1ClientSide side = over.peekFirst();
        if (side == null || side.exchange().endedAt == loop.nanoTime()) {
            side = new H1ClientSide(client, proxy, this);
        } else {
            over.removeFirst();
        }
        side.start(client, head, parsed);
        return side;
    }

    /** Its exchange has finished. */
    void over(H1ClientSide side) {
        if (over.size() < KEPT && side.isReusable()) {
            over.addLast(side);
        }
    }
}
