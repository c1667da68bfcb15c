package io.sluice.h2;

import io.sluice.http.FieldSection;
import io.sluice.http.Head;
import io.sluice.http.Heads;
import java.util.ArrayDeque;

/** What all connections of one loop share, of whichever side: nobody needs it for longer than a call. */
public final class H2Room {
    private static final int KEPT_STREAMS = 64;

    final HpackDecoder decoder = new HpackDecoder();
    final FieldSection section = new FieldSection();
    final HeadEncoder encoder = new HeadEncoder();
    /** A field block as it came. */
    final Block block = new Block();
    /** Responses, trailers, and what nobody wants. */
    final Head lent = new Head();

    final Heads heads;
    private final ArrayDeque<H2Stream> free = new ArrayDeque<>(KEPT_STREAMS);

    /** @param heads of the loop: where heads of requests come from */
    public H2Room(Heads heads) {
        this.heads = heads;
    }

    H2Stream take() {
        H2Stream stream = free.pollLast();
        return stream == null ? new H2Stream() : stream;
    }

    void give(H2Stream stream) {
        if (free.size() < KEPT_STREAMS) {
            free.addLast(stream);
        }
    }
}
