package io.sluice.proxy;

import io.sluice.http.Head;
import io.sluice.wire.Loop;
import java.util.ArrayDeque;

/**
 * The exchanges of one loop that are over, to be used again, so that a request leaves no garbage. One that is over is not used
 * for another request during the same event, in which its methods may still be under way.
 */
final class Exchanges {
    private static final int KEPT = 32;

    private final Loop loop;
    private final Proxy proxy;
    private final ArrayDeque<Exchange> over = new ArrayDeque<>(KEPT);

    Exchanges(Loop loop, Proxy proxy) {
        this.loop = loop;
        this.proxy = proxy;
    }

    /** As {@link Exchange#start}. */
    Exchange start(ClientConnection client, Head head, boolean parsed) {
        Exchange exchange = over.peekFirst();
        if (exchange == null || exchange.endedAt == loop.nanoTime()) {
            return new Exchange(client, proxy, head, parsed);
        }
        over.removeFirst();
        exchange.start(client, head, parsed);
        return exchange;
    }

    /** It has finished. */
    void over(Exchange exchange) {
        if (exchange.isReusable() && over.size() < KEPT) {
            over.addLast(exchange);
        }
    }
}
