package io.sluice.h2;

import io.sluice.http.Head;
import org.jspecify.annotations.Nullable;

/** What the head that comes on a stream says of what follows it, held against what does follow (RFC 9113 section 8.1.1). */
final class Declared {
    private static final int NO_LENGTH = -1;

    private long left = NO_LENGTH;
    private boolean headed;
    private boolean toHead;
    private boolean tunnel;

    void clear() {
        left = NO_LENGTH;
        headed = false;
        toHead = false;
        tunnel = false;
    }

    /** Client: what comes answers that. */
    void answers(Head request) {
        toHead = request.isHead();
    }

    /** Client: what comes answers an extended CONNECT. */
    void answersConnect() {
        tunnel = true;
    }

    /**
     * The head has come; false if it does not agree with what the frames say.
     *
     * @param head null: it is refused, and nobody knows what follows
     */
    boolean head(@Nullable Head head, boolean ended) {
        headed = true;
        if (head == null) {
            return true;
        }
        tunnel = head.isConnect() || (tunnel && head.status() / 100 == 2);
        if (tunnel) {
            return true;
        }
        boolean bodiless = toHead || head.status() == 204 || head.status() == 304;
        left = bodiless ? 0 : head.body() >= 0 ? head.body() : NO_LENGTH;
        return !ended || left <= 0;
    }

    boolean isHeaded() {
        return headed;
    }

    /** What comes belongs to a tunnel: for a server from the request on, for a client from the answer on. */
    boolean isTunnel() {
        return tunnel;
    }

    /** So many bytes came; false if that is more than was declared. */
    boolean takes(int length) {
        if (left == NO_LENGTH) {
            return true;
        }
        left -= length;
        return left >= 0;
    }

    /** Less has come than was declared. */
    boolean isShort() {
        return left > 0;
    }
}
