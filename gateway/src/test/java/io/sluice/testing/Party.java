package io.sluice.testing;

import java.io.IOException;
import java.util.List;

/**
 * One of the two who talk in an exchange, its client or its backend, whichever protocol it speaks: says and hears its parts one by one.
 * Heads and trailers are lines {@code name: value}, in lower case and with the pseudo-fields of HTTP/2. Of requests :method and :path
 * are enough. Blocking, as {@link RawPeer} is.
 */
public interface Party extends AutoCloseable {
    /**
     * Says a head.
     *
     * @param ends nothing follows; else a body of unknown length, if the head says nothing else of it
     */
    Party head(boolean ends, String... lines) throws IOException;

    /** Says a part of a body. */
    Party piece(String text) throws IOException;

    /** Says the end of a body; trailers only where its length was not said. */
    Party end(String... trailers) throws IOException;

    /** Says nothing more in the middle of an exchange. */
    void abort() throws IOException;

    /** Hears a head: a request's, an interim or final response's. */
    List<String> head() throws IOException;

    /** Hears a part of a body as it was said, if that was heard before the next one; "" is the end. */
    String piece() throws IOException;

    /** Heard behind the end. */
    List<String> trailers();

    /** Hears that the other one, who was not through with it, has given the exchange up; what he said before is dropped. */
    void awaitAbort() throws IOException;

    /** What is said and heard from now on belongs to the next exchange on the same connection. */
    void next();

    @Override
    void close() throws IOException;

    /** Hears all that is left of a body. */
    default String rest() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String piece = piece(); !piece.isEmpty(); piece = piece()) {
            text.append(piece);
        }
        return text.toString();
    }
}
