package io.sluice.upstream;

import io.netty.buffer.ByteBuf;
import io.sluice.http.H1Writer;
import io.sluice.http.Head;
import io.sluice.http.WebSocketUpgrade;
import io.sluice.wire.Wire;
import org.jspecify.annotations.Nullable;

/** Writes one request after the other onto a wire, each framed as it was announced, and knows what the last one asked for. */
final class RequestWriter {
    private static final int HEAD_ROOM = 1024;
    private static final int CHUNK_ROOM = 16;

    private final Wire wire;
    /** Bytes of the body still to come; {@link Head#CHUNKED}. */
    private long left;

    private boolean complete;
    private boolean isHead;
    private boolean upgrade;
    /** What the endpoint has to say to the key that was made for it; null: its client has one of its own, or none. */
    private @Nullable String answer;

    RequestWriter(Wire wire) {
        this.wire = wire;
    }

    /** @param body a length or {@link Head#CHUNKED}; 0: complete with its head */
    void start(Head head, long body, boolean asksUpgrade) {
        left = body;
        complete = body == 0;
        isHead = head.isHead();
        upgrade = asksUpgrade;
        answer = asksUpgrade && head.isConnect() ? WebSocketUpgrade.addKey(head) : null;
        H1Writer.request(head, body, asksUpgrade, wire.out(HEAD_ROOM));
    }

    /**
     * A piece of the body.
     *
     * @throws IllegalArgumentException if the request has announced less
     */
    void piece(ByteBuf bytes, int from, int length) {
        if (complete || (left != Head.CHUNKED && length > left)) {
            throw new IllegalArgumentException(
                    "body: " + length + " bytes (expected: at most " + (complete ? 0 : left) + ")");
        }
        if (left == Head.CHUNKED) {
            H1Writer.chunkStart(length, wire.out(CHUNK_ROOM));
            wire.write(bytes, from, length);
            H1Writer.chunkEnd(wire.out(CHUNK_ROOM));
        } else {
            wire.write(bytes, from, length);
            left -= length;
            complete = left == 0;
        }
    }

    /**
     * The end of the body; does nothing if the last piece was that.
     *
     * @throws IllegalStateException if the request has announced more
     */
    void end(@Nullable Head trailers) {
        if (complete) {
            return;
        }
        if (left != Head.CHUNKED) {
            throw new IllegalStateException("end of the body: " + left + " bytes missing (expected: 0)");
        }
        H1Writer.lastChunk(trailers, wire.out(HEAD_ROOM));
        complete = true;
    }

    boolean isComplete() {
        return complete;
    }

    /** No response to it has a body. */
    boolean isHead() {
        return isHead;
    }

    /** Whether the endpoint may switch protocols now, and has done so by this 101. */
    boolean isUpgraded(Head response) {
        String expected = answer;
        return upgrade
                && complete
                && response.upgrades()
                && (expected == null || WebSocketUpgrade.takeAnswer(response, expected));
    }
}
